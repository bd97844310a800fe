import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { inspectSealedBackup } from '../../../main/sealing/inspect-sealed-backup.ts';
import { sealBackup } from '../../../main/sealing/seal-backup.ts';
import { verifySealedBackup } from '../../../main/sealing/verify-sealed-backup.ts';
import type { BackupEntry } from '../../../shared/domain/backup-entry.ts';
import {
  AES_256,
  MemorySource,
  bytesFrom,
  compartmentEntry,
  keyEntry,
  keyVersionEntry,
  knownToken,
  ocid,
  refusalOf,
  sealInMemory,
  vaultEntry,
  vaultOfVersions,
} from '../../support/sealed-backup-fixture.ts';

const token = knownToken();
const entries = [...vaultOfVersions(token, 200)];
const { bytes, summary } = await sealInMemory(token, entries);
const depths = ['structure', 'seal', 'keys'] as const;

describe('verifying a sealed backup (rule R50)', () => {
  it('says at each depth what it checked, and no more', async () => {
    const source = new MemorySource(bytes);
    const [structure, seal, keys] = [
      await verifySealedBackup(source, { depth: 'structure' }),
      await verifySealedBackup(source, { depth: 'seal', token }),
      await verifySealedBackup(source, { depth: 'keys', token }),
    ];
    expect(structure.statement).toBe('intact, authenticity not checked');
    expect(structure).toMatchObject({
      authenticated: false,
      entryCount: 203,
      sha256: summary.sha256,
      size: summary.size,
    });
    expect(structure).not.toHaveProperty('keyVersionCount');
    expect(seal).toMatchObject({
      authenticated: true,
      keyCount: 1,
      keyVersionCount: 200,
      provenKeyVersionCount: 0,
    });
    expect(keys).toMatchObject({ authenticated: true, keyVersionCount: 200, provenKeyVersionCount: 200 });
    expect(new Set([structure.statement, seal.statement, keys.statement]).size).toBe(3);
  });

  it.each(depths)('tells its progress at depth %s: it only grows, and ends at the end', async (depth) => {
    const told: [number, number, string][] = [];
    await verifySealedBackup(new MemorySource(bytes), {
      depth,
      token,
      onProgress: (done, total, activity) => told.push([done, total, activity]),
    });
    const done = told.map(([bytesDone]) => bytesDone);
    expect(done).toEqual(done.toSorted((left, right) => left - right));
    expect(told.at(-1)?.[0]).toBe(told[0]?.[1]);
    expect(new Set(told.map(([, total]) => total)).size).toBe(1);
    expect(new Set(told.map(([, , activity]) => activity)).size).toBe(depths.indexOf(depth) + 1);
  });

  it.each(['seal', 'keys'] as const)('needs a token for depth %s', async (depth) => {
    expect(await refusalOf(verifySealedBackup(new MemorySource(bytes), { depth }))).toBe(
      'MissingParameter/TokenNeeded',
    );
  });

  it.each(depths)('stops at depth %s when it is cancelled', async (depth) => {
    const controller = new AbortController();
    const verifying = verifySealedBackup(new MemorySource(bytes), {
      depth,
      token,
      signal: controller.signal,
      onProgress: (_, __, activity) => {
        if (depth === 'structure' || activity !== 'Reading the file')
          controller.abort(new Error('cancelled'));
      },
    });
    // A file of one slice is read to its end; the next slice, or pass, is not begun.
    if (depth === 'structure') await verifying;
    else await expect(verifying).rejects.toThrow('cancelled');
  });

  it('refuses 10 GB of zeros at once, by the magic', async () => {
    const zeros = {
      size: 10e9,
      reads: 0,
      read: (_: number, length: number) => Promise.resolve(Buffer.alloc(length)),
    };
    expect(await refusalOf(verifySealedBackup(zeros, { depth: 'structure' }))).toBe(
      'InvalidParameter/NotASealedBackup',
    );
    expect(await refusalOf(inspectSealedBackup(zeros))).toBe('InvalidParameter/NotASealedBackup');
  });

  it('refuses a file larger than any backup after its header, reading no more', async () => {
    const asked: number[] = [];
    const endless = {
      size: 1_670_195_205,
      read: (offset: number, length: number) => {
        asked.push(length);
        return Promise.resolve(bytes.subarray(offset, offset + length));
      },
    };
    expect(await refusalOf(inspectSealedBackup(endless))).toBe('InvalidParameter/SealedBackupTooLarge');
    expect(asked.reduce((sum, length) => sum + length, 0)).toBeLessThan(1024);
  });

  it('takes a source that gives fewer bytes than it has for a file that was cut', async () => {
    const shrinking = {
      size: bytes.length,
      read: (offset: number, length: number) => Promise.resolve(bytes.subarray(offset, offset + length - 1)),
    };
    expect(await refusalOf(inspectSealedBackup(shrinking))).toBe('InvalidParameter/SealedBackupTruncated');
  });

  it('rule R25: inspect shows the header and reads neither contents nor token', async () => {
    const source = new MemorySource(bytes);
    const header = await inspectSealedBackup(source);
    expect(header).toMatchObject({
      kind: 'VAULT',
      sequence: 1,
      entryCount: 203,
      ...(await token.identify()),
    });
    expect(source.reads).toBeLessThan(2048);
  });
});

describe('memory (rule R26)', () => {
  it(
    'stays bounded: 5,000 entries of 40 MB are sealed and verified with a fraction of that',
    { timeout: 60_000 },
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'strongroom-sealing-'));
      const file = await open(join(folder, 'large.sealed'), 'w+');
      try {
        const live = liveMemory();
        const start = live();
        let peak = start;
        let previous = start;
        // What is really held is still there at the next look; buffers that were collected are given back in the
        // background, and a busy machine is late with that.
        const watch = (step: number) => {
          if (step % 250 !== 0) return;
          const now = live();
          peak = Math.max(peak, Math.min(previous, now));
          previous = now;
        };
        const { size } = await sealBackup({
          header: {
            backupId: ocid('backup', 'large'),
            kind: 'VAULT',
            sequence: 1,
            sourceRegion: 'eu-frankfurt-1',
            timeCreated: '2026-11-24T07:00:00.000Z',
            entryCount: 5003,
          },
          entries: largeEntries(5000),
          token,
          write: async (piece) => {
            await file.write(piece);
          },
          onEntry: watch,
        });
        expect(size).toBeGreaterThan(38e6);
        let steps = 0;
        const source = {
          size,
          read: async (offset: number, length: number) =>
            (await file.read(Buffer.alloc(length), 0, length, offset)).buffer,
        };
        const verified = await verifySealedBackup(source, {
          depth: 'seal',
          token,
          onProgress: () => watch((steps += 1)),
        });
        expect(verified.keyVersionCount).toBe(5000);
        expect(peak - start).toBeLessThan(20e6);
      } finally {
        await file.close();
        await rm(folder, { recursive: true });
      }
    },
  );
});

function* largeEntries(count: number): Generator<BackupEntry> {
  const [compartment, vault, key] = [compartmentEntry(), vaultEntry(), keyEntry('ledger', AES_256)];
  yield* [compartment, vault, key];
  const version = keyVersionEntry(token, 'ledger', AES_256);
  for (let number = 1; number <= count; number += 1) {
    yield {
      ...version,
      id: ocid('keyversion', `ledger ${number}`),
      materialId: bytesFrom(`material ${number}`, 16).toString('hex'),
      wrappedKey: new Uint8Array(7_500).fill(number),
    };
  }
}

/** Bytes that are reachable right now: what is garbage is collected first. */
function liveMemory(): () => number {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  return () => {
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
}
