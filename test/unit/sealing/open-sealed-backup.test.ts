import { describe, expect, it } from 'vitest';
import { openSealedBackup } from '../../../main/sealing/open-sealed-backup.ts';
import type { ProvableKey, SealingToken } from '../../../main/sealing/sealing-token.ts';
import {
  MemorySource,
  bytesFrom,
  collect,
  emptyVault,
  knownToken,
  refusalOf,
  sealInMemory,
  vaultOfVersions,
  vaultWithKeys,
} from '../../support/sealed-backup-fixture.ts';
import { KnownKeySealingToken } from '../../support/known-key-sealing-token.ts';
import { mutate, type MutationStep } from '../../support/sealed-backup-mutation.ts';
import { readMutationBases, vectorToken } from '../../support/sealed-backup-vectors.ts';

const token = knownToken();
const versions = [...vaultOfVersions(token, 100)];
const { bytes } = await sealInMemory(token, versions);
const bases = await readMutationBases();

async function spoiled(vector: string, step: MutationStep): Promise<MemorySource> {
  const base = bases.get(vector);
  if (base === undefined) throw new Error(`no vector ${vector}`);
  return new MemorySource(await mutate(base, [step], vectorToken, () => new Uint8Array()));
}

/** A file whose bytes are exchanged while it is open: no real file system does it on request. */
class ExchangedSource extends MemorySource {
  other: Uint8Array | undefined;

  override read(offset: number, length: number): Promise<Uint8Array> {
    return this.other === undefined
      ? super.read(offset, length)
      : Promise.resolve(this.other.subarray(offset, offset + length));
  }
}

describe('an open sealed backup', () => {
  it('finds each entry by the index, before and after it was verified', async () => {
    const reader = await openSealedBackup(new MemorySource(bytes), token);
    for (const entry of versions) expect(await reader.entry(entry.id)).toEqual(entry);
    await reader.verify('seal');
    for (const entry of versions) expect(await reader.entry(entry.id)).toEqual(entry);
  });

  it('reads little more than the entry for one entry', async () => {
    const source = new MemorySource(bytes);
    const reader = await openSealedBackup(source, token);
    await reader.entry(versions[50]?.id ?? '');
    source.reads = 0;
    await reader.entry(versions[60]?.id ?? '');
    expect(source.reads).toBeLessThanOrEqual(2 * 16_400);
  });

  it('says so when there is no such entry', async () => {
    const reader = await openSealedBackup(new MemorySource(bytes), token);
    expect(await refusalOf(reader.entry('ocid1.key.none'))).toBe('NotAuthorizedOrNotFound/EntryNotFound');
  });

  it('was not opened without its last chunk: a seek cannot be served from a shortened file (SEALED-BACKUP 4)', async () => {
    const base = bases.get('three-chunks');
    if (base === undefined) throw new Error('no vector');
    const steps: MutationStep[] = [{ removeChunk: 2 }, { refresh: 'seal' }];
    const source = new MemorySource(await mutate(base, steps, vectorToken, () => new Uint8Array()));
    expect(await refusalOf(openSealedBackup(source, vectorToken))).toBe('InvalidParameter/ChunkNotAuthentic');
  });

  it('does not trust an index that lies, verified or not', async () => {
    for (const offset of [0, 90, 96, 100, 110]) {
      const source = await spoiled('vault-without-keys', { reseal: { indexFlip: [offset, 0] } });
      const reader = await openSealedBackup(source, vectorToken);
      const found = await Promise.allSettled(emptyVault().map((entry) => reader.entry(entry.id)));
      expect(found.map(({ status }) => status)).toContain('rejected');
      expect(await refusalOf(reader.verify('seal'))).toBe('InvalidParameter/IndexMismatch');
    }
  });

  it('rule R44: a file swapped between verifying and reading does not slip through', async () => {
    const other = await sealInMemory(token, versions, {}, bytesFrom('other salt', 24));
    for (const replacement of [other.bytes, Buffer.alloc(bytes.length)]) {
      const source = new ExchangedSource(bytes);
      const reader = await openSealedBackup(source, token);
      await reader.verify('keys');
      source.other = replacement;
      expect(await refusalOf(collect(reader.entries()))).toBe('InvalidParameter/ChunkNotAuthentic');
      expect(await refusalOf(reader.entry(versions[3]?.id ?? ''))).toBe('InvalidParameter/ChunkNotAuthentic');
    }
    const source = new ExchangedSource(bytes);
    const reader = await openSealedBackup(source, token);
    await reader.verify('keys');
    source.other = bytes.subarray(0, 20_000);
    expect(await refusalOf(collect(reader.entries()))).toBe('InvalidParameter/SealedBackupTruncated');
  });

  it('keeps header fields that it does not know, authenticated with the rest', async () => {
    const source = await spoiled('key', {
      reseal: { header: { mediaLabel: 'A7', nested: [[[[[[[1]]]]]]] } },
    });
    const reader = await openSealedBackup(source, vectorToken);
    await reader.verify('keys');
    expect([...reader.header.otherFields]).toEqual([
      ['nested', [[[[[[[1]]]]]]]],
      ['mediaLabel', 'A7'],
    ]);
  });

  it('cannot be read after it was closed', async () => {
    const reader = await openSealedBackup(new MemorySource(bytes), token);
    reader.close();
    expect(await refusalOf(collect(reader.entries()))).toBe('InvalidParameter/ChunkNotAuthentic');
  });
});

describe('what the token is asked, and when (SEALED-BACKUP 8)', () => {
  it('names both realms when the token is of another realm', async () => {
    const other = knownToken('second realm');
    const opened = openSealedBackup(new MemorySource(bytes), other);
    await expect(opened).rejects.toMatchObject({
      reason: 'OtherRealm',
      message: expect.stringContaining((await token.identify()).realmId) as string,
      next: expect.stringContaining('realm') as string,
    });
  });

  it('refuses before a key is unwrapped when the token has another RBK', async () => {
    const otherRbk = new KnownKeySealingToken({
      rak: bytesFrom('first realm RAK', 32),
      rbk: bytesFrom('other', 32),
    });
    const reader = await openSealedBackup(new MemorySource(bytes), otherRbk);
    expect(await refusalOf(reader.verify('keys'))).toBe('InvalidParameter/OtherBackupKey');
  });

  it('asks it nothing before the hashes held, and to prove nothing before the whole seal did', async () => {
    const asked: string[] = [];
    const listening: SealingToken = {
      authenticate: (message) => {
        asked.push('authenticate');
        return vectorToken.authenticate(message);
      },
      identify: () => {
        asked.push('identify');
        return vectorToken.identify();
      },
      wrapProbe: () => {
        asked.push('wrapProbe');
        return vectorToken.wrapProbe();
      },
      wrapKeyVersions: (ids) => vectorToken.wrapKeyVersions(ids),
      proveKeyVersions: (keys) => {
        asked.push('proveKeyVersions');
        return vectorToken.proveKeyVersions(keys);
      },
    };
    await refusalOf(openSealedBackup(await spoiled('key', { flip: [900, 0] }), listening));
    expect(asked).toEqual([]);
    const wrongRoot = await openSealedBackup(
      await spoiled('key', { reseal: { rootHex: '11'.repeat(32) } }),
      listening,
    );
    expect(asked).toEqual(['identify', ...Array<string>(4).fill('authenticate')]);
    expect(await refusalOf(wrongRoot.verify('keys'))).toBe('InvalidParameter/EntryRootMismatch');
    expect(asked).not.toContain('proveKeyVersions');
    expect(asked).not.toContain('wrapProbe');
  });

  // No real token answers like this; the reader must not take a missing answer for a proof.
  it.each<[string, (keys: AsyncIterable<ProvableKey>) => AsyncIterable<string>]>([
    [
      'nothing, and asks for nothing',
      async function* () {
        yield* [];
      },
    ],
    [
      'all but the last',
      async function* (keys) {
        let previous: string | undefined;
        for await (const key of keys) {
          if (previous !== undefined) yield previous;
          previous = key.materialId;
        }
      },
    ],
    [
      'another id',
      async function* (keys) {
        for await (const key of keys) yield key.materialId.replace(/^./, 'x');
      },
    ],
    [
      'one twice',
      async function* (keys) {
        for await (const key of keys) {
          yield key.materialId;
          yield key.materialId;
        }
      },
    ],
  ])('takes a token that proves %s for one that proved nothing', async (_, prove) => {
    const lazy: SealingToken = {
      authenticate: (message) => token.authenticate(message),
      identify: () => token.identify(),
      wrapProbe: () => token.wrapProbe(),
      wrapKeyVersions: (ids) => token.wrapKeyVersions(ids),
      proveKeyVersions: (keys) => prove(keys as AsyncIterable<ProvableKey>),
    };
    const { bytes: sealed } = await sealInMemory(token, vaultWithKeys(token));
    const reader = await openSealedBackup(new MemorySource(sealed), lazy);
    expect(await refusalOf(reader.verify('keys'))).toBe('InvalidParameter/WrappedKeyNotProven');
  });
});
