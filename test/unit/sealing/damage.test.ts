import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifySealedBackup } from '../../../main/sealing/verify-sealed-backup.ts';
import { StrongroomError } from '../../../shared/domain/errors.ts';
import { MemorySource, bytesFrom, sealInMemory } from '../../support/sealed-backup-fixture.ts';
import {
  assemble,
  flipBit,
  mutate,
  refreshTrailer,
  takeApart,
  type MutationBase,
} from '../../support/sealed-backup-mutation.ts';
import { readMutationBases, vectorToken as token } from '../../support/sealed-backup-vectors.ts';

/*
 * SEALED-BACKUP 10: a changed bit anywhere, a cut at any length, a swapped or repeated chunk, entries of two backups mixed
 * are refused, and the reason says which check failed.
 */

const bases = await readMutationBases();
const small = baseOf('vault-without-keys');
const large = baseOf('three-chunks');

function baseOf(name: string): MutationBase {
  const base = bases.get(name);
  if (base === undefined) throw new Error(`no vector ${name}`);
  return base;
}

/** The reason of the refusal; `accepted` if there is none. Anything thrown but a StrongroomError fails the test. */
async function reasonOf(bytes: Uint8Array, depth: 'structure' | 'seal' | 'keys'): Promise<string> {
  try {
    await verifySealedBackup(new MemorySource(bytes), { depth, token });
    return 'accepted';
  } catch (thrown) {
    if (!(thrown instanceof StrongroomError)) throw thrown;
    expect(thrown.code).toBe('InvalidParameter');
    return String(thrown.reason);
  }
}

describe('a changed bit', () => {
  it('is found anywhere in the file, without a token', { timeout: 60_000 }, async () => {
    const headerEnd = 16 + Buffer.from(small.bytes).readUInt32BE(12);
    const trailerStart = small.bytes.length - 188;
    const reasons = new Map<string, Set<string>>();
    for (let offset = 0; offset < small.bytes.length; offset += 1) {
      const part =
        offset < 16
          ? 'prefix'
          : offset < headerEnd
            ? 'header'
            : offset < trailerStart
              ? 'ciphertext'
              : 'trailer';
      const found = reasons.get(part) ?? new Set();
      for (let bit = 0; bit < 8; bit += 1)
        found.add(await reasonOf(flipBit(small.bytes, offset, bit), 'structure'));
      reasons.set(part, found);
    }
    expect(reasons.get('prefix')).toEqual(
      new Set([
        'NotASealedBackup',
        'UnsupportedVersion',
        'UnsupportedSuite',
        'HeaderTooLarge',
        'SealedBackupTruncated',
        'HeaderMalformed',
      ]),
    );
    expect(reasons.get('header')).toEqual(new Set(['HeaderMalformed', 'HeaderHashMismatch']));
    expect(reasons.get('ciphertext')).toEqual(new Set(['CiphertextHashMismatch']));
    expect(reasons.get('trailer')).toEqual(new Set(['TrailerMalformed', 'SealedBackupTruncated']));
  });

  it('is found anywhere by the realm, when whoever changed it made the hashes fit', async () => {
    const headerEnd = 16 + Buffer.from(large.bytes).readUInt32BE(12);
    const commitmentEnd = headerEnd + 56;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 16, max: large.bytes.length - 189 }),
        fc.integer({ min: 0, max: 7 }),
        async (offset, bit) => {
          const changed = await refreshTrailer(flipBit(large.bytes, offset, bit));
          const reason = await reasonOf(changed, 'seal');
          if (offset >= commitmentEnd) expect(reason).toBe('SealMismatch');
          else if (offset >= headerEnd) expect(reason).toBe('SealKeyCommitment');
          else
            expect(reason).toMatch(
              /^(HeaderMalformed|OtherRealm|SealKeyCommitment|EntryCountMismatch|TooManyEntries)$/,
            );
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('a cut', () => {
  it('is found at any length', async () => {
    const reasons = new Set<string>();
    for (let length = 0; length < small.bytes.length; length += 1) {
      reasons.add(await reasonOf(small.bytes.subarray(0, length), 'structure'));
    }
    expect(reasons).toEqual(new Set(['SealedBackupEmpty', 'SealedBackupTruncated']));
  });

  it('is found anywhere inside, and so is what was put in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: small.bytes.length - 1 }),
        fc.integer({ min: 0, max: 200 }),
        fc.uint8Array({ maxLength: 200 }),
        async (offset, removed, added) => {
          const changed = Buffer.from(small.bytes).toString('latin1');
          const spliced = Buffer.concat([
            Buffer.from(changed.slice(0, offset), 'latin1'),
            added,
            Buffer.from(changed.slice(offset + removed), 'latin1'),
          ]);
          fc.pre(!spliced.equals(small.bytes));
          expect(await reasonOf(spliced, 'structure')).not.toBe('accepted');
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('chunks', () => {
  it('of two backups of one realm cannot be mixed, in any order or number', async () => {
    const other = await sealInMemory(token, large.entries, {}, bytesFrom('another salt', 24));
    const [one, two] = [takeApart(Buffer.from(large.bytes)), takeApart(other.bytes)];
    const pool = [...one.chunks, ...two.chunks];
    const pick = fc.array(fc.integer({ min: 0, max: pool.length - 1 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(pick, async (numbers) => {
        fc.pre(numbers.join() !== '0,1,2');
        const chunks = numbers.map((number) => pool[number] ?? Buffer.alloc(0));
        // A short chunk in the middle makes a file whose lengths cannot be made to fit.
        fc.pre(chunks.slice(0, -1).every((chunk) => chunk.length === 16_400));
        // So does a file that is shorter than its index.
        fc.pre(Buffer.concat(chunks).length > one.trailer.readUInt32BE(16) + 16 * chunks.length);
        const mixed = assemble(one, chunks);
        expect(await reasonOf(mixed, 'structure')).toMatch(
          /^(CiphertextHashMismatch|SealedBackupTruncated|TrailerMalformed)$/,
        );
        expect(await reasonOf(await refreshTrailer(mixed), 'seal')).toMatch(
          /^(SealMismatch|TrailerMalformed)$/,
        );
        // Even a holder of RAK who seals the mixture cannot make it open.
        expect(await reasonOf(await refreshTrailer(mixed, token), 'seal')).toMatch(
          /^(ChunkNotAuthentic|TrailerMalformed)$/,
        );
      }),
      { numRuns: 60 },
    );
  });

  it('of one backup cannot be put under the header, or the trailer, of another', async () => {
    const other = await sealInMemory(token, large.entries, { sequence: 9 });
    const [one, two] = [takeApart(Buffer.from(large.bytes)), takeApart(other.bytes)];
    for (const mixture of [
      { ...one, head: two.head },
      { ...one, ciphertextPrefix: two.ciphertextPrefix },
      { ...one, chunks: two.chunks },
      { ...one, trailer: two.trailer },
    ]) {
      expect(await reasonOf(assemble(mixture), 'structure')).toMatch(/Mismatch|Truncated|TrailerMalformed/);
      const refreshed = await refreshTrailer(assemble(mixture));
      if (mixture.trailer === two.trailer) expect(await reasonOf(refreshed, 'seal')).toBe('SealMismatch');
      else expect(await reasonOf(refreshed, 'seal')).toMatch(/^Seal(KeyCommitment|Mismatch)$/);
    }
  });
});

describe('bytes of any kind', () => {
  it('are refused with a reason, never with a crash', async () => {
    const head = Buffer.from(small.bytes).subarray(0, 12);
    const start = fc.constantFrom(
      Buffer.alloc(0),
      head.subarray(0, 8),
      head,
      Buffer.concat([head, Buffer.from('00000010', 'hex')]),
    );
    await fc.assert(
      fc.asyncProperty(start, fc.uint8Array({ maxLength: 600 }), async (before, after) => {
        expect(await reasonOf(Buffer.concat([before, after]), 'keys')).not.toBe('accepted');
      }),
      { numRuns: 500 },
    );
  });

  it('as a header, sealed by the realm, are refused with a reason', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), async (header) => {
        const headerHex = Buffer.from(header).toString('hex');
        const bytes = await mutate(small, [{ reseal: { headerHex } }], token, () => new Uint8Array());
        expect(await reasonOf(bytes, 'keys')).toBe('HeaderMalformed');
      }),
    );
  });

  it('as an entry, sealed by the realm, are refused with a reason', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), async (entry) => {
        const entryHex = { 0: Buffer.from(entry).toString('hex') };
        const bytes = await mutate(small, [{ reseal: { entryHex } }], token, () => new Uint8Array());
        expect(await reasonOf(bytes, 'keys')).toBe('EntryMalformed');
      }),
    );
  });

  it('as a trailer whose checksum fits are refused with a reason', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 148, maxLength: 148 }), async (fields) => {
        const steps = [
          { overwrite: [-188, Buffer.from(fields).toString('hex')] },
          { refresh: 'checksum' },
        ] as const;
        const bytes = await mutate(small, steps, token, () => new Uint8Array());
        expect(await reasonOf(bytes, 'keys')).toBe('HeaderHashMismatch');
      }),
    );
  });
});
