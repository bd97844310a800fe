import { readFile, readdir } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openSealedBackup } from '../../../main/sealing/open-sealed-backup.ts';
import { sealBackup } from '../../../main/sealing/seal-backup.ts';
import type { NewSealedBackup } from '../../../main/sealing/seal-with-salt.ts';
import { verifySealedBackup } from '../../../main/sealing/verify-sealed-backup.ts';
import type { BackupEntry } from '../../../shared/domain/backup-entry.ts';
import {
  AES_256,
  MemorySource,
  collect,
  compartmentEntry,
  emptyVault,
  keyEntry,
  keyVersionEntry,
  knownToken,
  ocid,
  refusalOf,
  sealInMemory,
  vaultEntry,
  vaultOfVersions,
  vaultWithKeys,
} from '../../support/sealed-backup-fixture.ts';

const token = knownToken();

function order(entries: Iterable<BackupEntry>, changes: Partial<NewSealedBackup> = {}) {
  const listed = [...entries];
  const written: Uint8Array[] = [];
  const backup: NewSealedBackup = {
    header: {
      backupId: ocid('backup', 'ordered'),
      kind: 'VAULT',
      sequence: 7,
      sourceRegion: 'eu-frankfurt-1',
      timeCreated: '2026-11-24T07:00:00.000Z',
      entryCount: listed.length,
    },
    entries: listed,
    token,
    write: (bytes) => {
      written.push(Uint8Array.from(bytes));
      return Promise.resolve();
    },
    ...changes,
  };
  return { backup, written };
}

describe('sealing a backup (rule R24)', () => {
  it('gives back every entry as it was, with what the summary says', async () => {
    const { backup, written } = order(vaultWithKeys(token));
    const summary = await sealBackup(backup);
    const bytes = Buffer.concat(written);
    const verified = await verifySealedBackup(new MemorySource(bytes), { depth: 'keys', token });
    expect(verified).toMatchObject({
      sha256: summary.sha256,
      size: summary.size,
      entryCount: summary.entryCount,
    });
    expect(verified).toMatchObject({
      keyCount: 3,
      keyVersionCount: 4,
      provenKeyVersionCount: 4,
      authenticated: true,
    });
    const reader = await openSealedBackup(new MemorySource(bytes), token);
    expect(await collect(reader.entries())).toEqual(vaultWithKeys(token));
    expect(reader.header).toMatchObject(backup.header);
  });

  it('gives back arbitrary names, tags and shapes', async () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((text) => !/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(text) && text.isWellFormed());
    const tags = fc.dictionary(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((key) => key !== '__proto__'),
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      { maxKeys: 4, noNullPrototype: true },
    );
    const key = fc.record({
      name,
      tags,
      versions: fc.integer({ min: 1, max: 4 }),
      length: fc.constantFrom(16, 24, 32),
    });
    await fc.assert(
      fc.asyncProperty(name, tags, fc.array(key, { maxLength: 3 }), async (vaultName, freeformTags, keys) => {
        const entries = [compartmentEntry(), vaultEntry({ displayName: vaultName, freeformTags })];
        keys.forEach(({ name: displayName, tags: keyTags, versions, length }, number) => {
          const shape = { algorithm: 'AES' as const, length: length as 16 };
          entries.push(keyEntry(`key ${number}`, shape, { displayName, definedTags: { a: keyTags } }));
          for (let version = 1; version <= versions; version += 1) {
            entries.push(keyVersionEntry(token, `key ${number}`, shape, version));
          }
        });
        const { bytes } = await sealInMemory(token, entries);
        const reader = await openSealedBackup(new MemorySource(bytes), token);
        await reader.verify('keys');
        expect(await collect(reader.entries())).toEqual(entries);
      }),
      { numRuns: 40 },
    );
  });

  it('seals the same entries under a salt and a data key of their own each time', async () => {
    const [first, second] = [order(emptyVault()), order(emptyVault())];
    await sealBackup(first.backup);
    await sealBackup(second.backup);
    const [one, other] = [Buffer.concat(first.written), Buffer.concat(second.written)];
    const saltStart = 16 + one.readUInt32BE(12);
    expect(one.subarray(0, saltStart)).toEqual(other.subarray(0, saltStart));
    expect(one.subarray(saltStart, saltStart + 24)).not.toEqual(other.subarray(saltStart, saltStart + 24));
    expect(one.subarray(saltStart + 56, -188)).not.toEqual(other.subarray(saltStart + 56, -188));
  });

  it('rule R25: shows no name, tag, vault or key id, public key or wrapped key to anybody', async () => {
    const entries = vaultWithKeys(token);
    const { bytes } = await sealInMemory(token, entries);
    const clear = bytes.toString('latin1');
    for (const entry of entries) {
      expect(clear).not.toContain(entry.id);
      if (entry.kind !== 'keyVersion') continue;
      expect(bytes.includes(Buffer.from(entry.wrappedKey))).toBe(false);
      expect(clear).not.toContain(entry.materialId);
      expect(bytes.includes(Buffer.from(entry.materialId, 'hex'))).toBe(false);
    }
    for (const word of ['Treasury', 'Payments', 'ledger', 'CostCenter', 'bbbbbbbbbbbbb', 'ENCRYPT']) {
      expect(clear).not.toContain(word);
    }
  });

  it('counts the entries as they are sealed, and writes nothing twice', async () => {
    const counts: number[] = [];
    const { backup, written } = order(vaultOfVersions(token, 100), {
      onEntry: (count) => counts.push(count),
    });
    const summary = await sealBackup(backup);
    expect(counts).toEqual(Array.from({ length: 103 }, (_, number) => number + 1));
    expect(written.reduce((length, piece) => length + piece.length, 0)).toBe(summary.size);
  });

  it.each([
    ['fewer entries than announced', 3],
    ['more entries than announced', 1],
  ])('refuses %s', async (_, entryCount) => {
    const { backup } = order(emptyVault());
    const wrong = { ...backup, header: { ...backup.header, entryCount } };
    expect(await refusalOf(sealBackup(wrong))).toBe('InvalidParameter/EntryCountMismatch');
  });

  it.each<[string, Partial<NewSealedBackup['header']>, string]>([
    [
      'a vault token in the backup id',
      { backupId: ocid('backup', 'x').replace('-1.', '-1.ccccccccccccc.') },
      'HeaderMalformed',
    ],
    ['a region that is none', { sourceRegion: 'Frankfurt' }, 'HeaderMalformed'],
    ['half of a surrogate pair', { sourceRegion: '\ud800' }, 'HeaderMalformed'],
    ['a previous hash that is none', { previousBackupSha256: 'XYZ' }, 'HeaderMalformed'],
    ['a sequence that is none', { sequence: Number.NaN }, 'HeaderMalformed'],
    ['a checkpoint of no bytes', { auditCheckpoint: new Uint8Array() }, 'HeaderMalformed'],
    ['no entries', { entryCount: 0 }, 'HeaderMalformed'],
    ['too many entries', { entryCount: 100_001 }, 'TooManyEntries'],
  ])('refuses a header with %s before a byte is written', async (_, changes, reason) => {
    const { backup, written } = order(emptyVault());
    const wrong = { ...backup, header: { ...backup.header, ...changes } };
    expect(await refusalOf(sealBackup(wrong))).toBe(`InvalidParameter/${reason}`);
    expect(written).toEqual([]);
  });

  it.each<[string, () => BackupEntry[], string]>([
    [
      'an entry over 16 KiB',
      () => [compartmentEntry(), vaultEntry({ freeformTags: manyTags() })],
      'EntryTooLarge',
    ],
    [
      'text that would not come back',
      () => [compartmentEntry(), vaultEntry({ displayName: 'x\ud800' })],
      'EntryMalformed',
    ],
    [
      'a tag that a reader would drop',
      () => [compartmentEntry(), vaultEntry({ freeformTags: protoTag() })],
      'EntryMalformed',
    ],
    ['a negative count', () => [compartmentEntry(), vaultEntry({ secretsLeftOut: -1 })], 'EntryMalformed'],
    [
      'a key of another vault',
      () => [...emptyVault(), keyEntry('a', AES_256, { vaultId: ocid('vault', 'b') })],
      'RelationsBroken',
    ],
    ['one entry twice', () => [compartmentEntry(), compartmentEntry(), vaultEntry()], 'DuplicateEntry'],
    [
      'one value as two versions',
      () => {
        const [first, second] = [1, 2].map((number) => keyVersionEntry(token, 'a', AES_256, number));
        if (first === undefined || second === undefined) throw new Error('two versions');
        return [...emptyVault(), keyEntry('a', AES_256), first, { ...second, materialId: first.materialId }];
      },
      'RelationsBroken',
    ],
  ])('refuses to write %s', async (_, entries, reason) => {
    expect(await refusalOf(sealBackup(order(entries()).backup))).toBe(`InvalidParameter/${reason}`);
  });

  it('stops when it is cancelled, with what the signal says', async () => {
    const controller = new AbortController();
    const { backup } = order(vaultOfVersions(token, 20), {
      signal: controller.signal,
      onEntry: (count) => {
        if (count === 5) controller.abort(new Error('cancelled by the officer'));
      },
    });
    await expect(sealBackup(backup)).rejects.toThrow('cancelled by the officer');
  });

  it('passes on what the sink and the entries throw', async () => {
    const full = order(emptyVault(), { write: () => Promise.reject(new Error('disk full')) });
    await expect(sealBackup(full.backup)).rejects.toThrow('disk full');
    function* broken(): Generator<BackupEntry> {
      yield compartmentEntry();
      throw new Error('token pulled');
    }
    await expect(sealBackup({ ...order(emptyVault()).backup, entries: broken() })).rejects.toThrow(
      'token pulled',
    );
  });

  it('takes its salt from nowhere but the random generator: seal-with-salt.ts has one importer', async () => {
    const main = new URL('../../../main/', import.meta.url);
    const files = (await readdir(main, { recursive: true })).filter((name) => name.endsWith('.ts'));
    const importers: string[] = [];
    for (const name of files) {
      const text = await readFile(new URL(name, main), 'utf8');
      // Types may be taken from it; the function may not.
      if (/import \{[^}]*\bsealWithSalt\b[^}]*\} from/.test(text) || /import\([^)]*seal-with-salt/.test(text))
        importers.push(name);
    }
    expect(importers).toEqual(['sealing/seal-backup.ts']);
  });
});

function manyTags(): Record<string, string> {
  return Object.fromEntries(Array.from({ length: 80 }, (_, number) => [`tag ${number}`, 'x'.repeat(256)]));
}

function protoTag(): Record<string, string> {
  return JSON.parse('{"__proto__": "x"}') as Record<string, string>;
}
