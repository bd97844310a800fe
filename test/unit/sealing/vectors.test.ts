import { describe, expect, it } from 'vitest';
import { inspectSealedBackup } from '../../../main/sealing/inspect-sealed-backup.ts';
import { openSealedBackup } from '../../../main/sealing/open-sealed-backup.ts';
import { verifySealedBackup } from '../../../main/sealing/verify-sealed-backup.ts';
import { StrongroomError } from '../../../shared/domain/errors.ts';
import { MemorySource, collect } from '../../support/sealed-backup-fixture.ts';
import { fromJson, mutate } from '../../support/sealed-backup-mutation.ts';
import {
  makeSealedBackupVectors,
  readMutationBases,
  readRefusedFiles,
  readVectorBytes,
  readVectors,
  vectorToken as token,
} from '../../support/sealed-backup-vectors.ts';

const { vectors } = await readVectors();
const refusedFiles = await readRefusedFiles();
const bases = await readMutationBases();
const depths = ['structure', 'seal', 'keys'] as const;

/** The reason for which a file is refused at a depth; undefined if it is accepted. */
async function refusalOf(bytes: Uint8Array, depth: (typeof depths)[number]): Promise<string | undefined> {
  try {
    await verifySealedBackup(new MemorySource(bytes), { depth, token });
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof StrongroomError)) throw thrown;
    expect(thrown.code).toBe('InvalidParameter');
    expect(thrown.next).not.toBe('');
    return thrown.reason;
  }
}

describe('vectors of the sealed backup', () => {
  it('come out the same, byte for byte, when they are made again (SEALED-BACKUP 11)', async () => {
    const made = await makeSealedBackupVectors();
    expect(made.description).toEqual(await readVectors());
    for (const [name, bytes] of made.files) expect(await readVectorBytes(name)).toEqual(Buffer.from(bytes));
  });

  it.each(vectors)('$name: read, verified at every depth, every entry as written down', async (vector) => {
    const source = new MemorySource(await readVectorBytes(vector.name));
    for (const depth of depths) {
      const verified = await verifySealedBackup(source, { depth, token });
      expect(verified).toMatchObject({
        depth,
        sha256: vector.sha256,
        size: vector.size,
        authenticated: depth !== 'structure',
      });
    }
    const reader = await openSealedBackup(source, token);
    expect(reader.header).toEqual(await inspectSealedBackup(source));
    expect(await collect(reader.entries())).toEqual(vector.entries.map(fromJson));
    for (const entry of vector.entries.map(fromJson) as { id: string }[]) {
      expect(await reader.entry(entry.id)).toEqual(entry);
    }
  });
});

describe('refused files (SEALED-BACKUP 10)', () => {
  it.each(refusedFiles)('$name: $reason at depth $depth', async (refused) => {
    const base = bases.get(refused.base);
    if (base === undefined) throw new Error(`no vector ${refused.base}`);
    const bytes = await mutate(
      base,
      refused.steps,
      token,
      (name) => bases.get(name)?.bytes ?? new Uint8Array(),
    );
    const expected = depths.map((depth) =>
      depths.indexOf(depth) < depths.indexOf(refused.depth) ? undefined : refused.reason,
    );
    const found = [];
    for (const depth of depths) found.push(await refusalOf(bytes, depth));
    expect(found).toEqual(expected);
  });

  it('resealing a vector without changes gives the vector: the refusals come from the changes alone', async () => {
    for (const base of bases.values()) {
      const bytes = await mutate(base, [{ reseal: {} }], token, () => new Uint8Array());
      expect(bytes).toEqual(Buffer.from(base.bytes));
    }
  });
});
