import { randomBytes, randomFillSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StrongroomError } from '../../../shared/domain/errors.ts';
import type { RecoveryKitFile } from '../../../shared/domain/recovery-kit.ts';
import { readKitFile, setIdOf } from '../../../main/operations/recovery-kit-file.ts';
import { writeShareText } from '../../../main/operations/recovery-kit-share-text.ts';
import {
  readShares,
  shareFingerprint,
  splitEscrowKey,
} from '../../../main/operations/recovery-kit-shares.ts';
import { makeKnownRealmKeys } from '../../support/known-realm-keys.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

interface Set {
  readonly kit: RecoveryKitFile;
  readonly escrowKey: Buffer;
  readonly data: readonly Uint8Array[];
  /** Share files in order. */
  readonly files: readonly string[];
}

/** A recovery kit of nobody's realm, in files. */
async function makeSet(threshold: number, shareCount: number, folder = temporaryFolder()): Promise<Set> {
  const escrowKey = randomFillSync(new Uint8Array(32));
  const data = await splitEscrowKey(escrowKey, shareCount, threshold);
  const { description } = makeKnownRealmKeys();
  const content = {
    format: 'strongroom-recovery-kit',
    version: 1,
    timeCreated: '2026-11-24T08:00:00.000Z',
    realm: description,
    threshold,
    shareCount,
    shareFingerprints: data.map((share, place) => shareFingerprint(place + 1, share)),
    wrapping: 'AES-256-KWP',
    wrappedRbk: randomBytes(40).toString('base64'),
    wrappedRak: randomBytes(40).toString('base64'),
  } as const;
  const kit: RecoveryKitFile = {
    ...content,
    shareFingerprints: [...content.shareFingerprints],
    setId: setIdOf({ ...content, shareFingerprints: [...content.shareFingerprints] }),
  };
  const files = data.map((share, place) => {
    const file = join(folder, `${kit.setId.slice(0, 6)}-${place + 1}.txt`);
    const text = { setId: kit.setId, index: place + 1, shareCount, threshold, data: share };
    writeFileSync(file, writeShareText(text, description));
    return file;
  });
  return { kit, escrowKey: Buffer.from(escrowKey), data, files };
}

async function refusal(
  files: readonly string[],
  kit: RecoveryKitFile,
  wanted: 'all' | 'threshold' = 'threshold',
) {
  const thrown: unknown = await readShares(files, kit, wanted).then(
    () => expect.fail('it was not refused'),
    (error: unknown) => error,
  );
  if (!(thrown instanceof StrongroomError)) throw thrown;
  return thrown;
}

async function rebuilt(files: readonly string[], kit: RecoveryKitFile): Promise<Buffer> {
  using shares = await readShares(files, kit, 'threshold');
  return await shares.withEscrowKey((escrowKey) => Promise.resolve(Buffer.from(escrowKey)));
}

describe('the shares of a recovery kit', () => {
  it('rule R5: takes shares that were typed in beside files, holds them against the kit, and wipes the text', async () => {
    const { kit, escrowKey, files } = await makeSet(2, 3);
    const typed = readFileSync(files[1] ?? '');
    const readTyped = (name: string): Uint8Array | undefined =>
      name === 'typed-share:1' ? typed : undefined;
    {
      using shares = await readShares([files[0] ?? '', 'typed-share:1'], kit, 'threshold', readTyped);
      expect(await shares.withEscrowKey((key) => Promise.resolve(Buffer.from(key)))).toEqual(escrowKey);
    }
    expect(typed.every((byte) => byte === 0)).toBe(true);
    const other = await makeSet(2, 3);
    const ofOther = readFileSync(other.files[0] ?? '');
    await expect(
      readShares([files[0] ?? '', 'typed-share:1'], kit, 'threshold', (name) =>
        name === 'typed-share:1' ? ofOther : undefined,
      ),
    ).rejects.toMatchObject({ reason: 'ShareOfOtherSet' });
  });

  it('rule R5: any M of N rebuild the escrow key, in any order; it is wiped after its use', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 16 }).chain((shareCount) =>
          fc.record({
            shareCount: fc.constant(shareCount),
            threshold: fc.integer({ min: 2, max: shareCount }),
            order: fc.shuffledSubarray(
              Array.from({ length: shareCount }, (_, place) => place),
              { minLength: shareCount },
            ),
          }),
        ),
        async ({ shareCount, threshold, order }) => {
          const { kit, files, escrowKey } = await makeSet(threshold, shareCount);
          const given = order.map((place) => files[place]!);
          expect((await rebuilt(given.slice(0, threshold), kit)).equals(escrowKey)).toBe(true);
          using all = await readShares(given, kit, 'all');
          await all.requireAllFit();
          let lent: Uint8Array | undefined;
          await all.withEscrowKey((key) => {
            lent = key;
            expect(escrowKey.equals(key)).toBe(true);
            return Promise.resolve();
          });
          expect(lent?.every((byte) => byte === 0)).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('rule R5: too few are refused with the numbers, and never combined', async () => {
    const { kit, files } = await makeSet(3, 5);
    const few = await refusal([files[4]!, files[1]!], kit);
    expect(few).toMatchObject({ code: 'InvalidParameter', reason: 'SharesMissing' });
    expect(few.message).toContain('3 shares are needed and 2 were given; any of these is wanted: 1, 3, 4');
    const unread = await refusal(files.slice(0, 4), kit, 'all');
    expect(unread.reason).toBe('SharesMissing');
    expect(unread.message).toContain('not given: 5');
  });

  it('rule R5: a share of another set, a repeated one and a mistyped one are named by file and number, all at once', async () => {
    const folder = temporaryFolder();
    const ours = await makeSet(2, 3, folder);
    const theirs = await makeSet(2, 3, folder);
    const mistyped = join(folder, 'mistyped.txt');
    const text = readFileSync(ours.files[2]!, 'utf8');
    const row = /^B: (.)/m.exec(text)![1]!;
    writeFileSync(mistyped, text.replace(`B: ${row}`, `B: ${row === '7' ? '8' : '7'}`));
    const again = join(folder, 'again.txt');
    writeFileSync(again, readFileSync(ours.files[0]!));

    const error = await refusal([ours.files[0]!, theirs.files[1]!, again, mistyped], ours.kit);
    expect(error.reason).toBe('ShareOfOtherSet');
    expect(error.message).toContain(
      `${theirs.files[1]!} is share 2 of another recovery kit, set ${theirs.kit.setId}`,
    );
    expect(error.message).toContain(`${again} is share 1 again, as ${ours.files[0]!} is`);
    expect(error.message).toContain(`${mistyped} is wrong in row B`);
    for (const share of [...ours.data, ...theirs.data]) {
      expect(error.message).not.toContain(Buffer.from(share).toString('hex'));
    }
    expect((await refusal([ours.files[0]!, again], ours.kit)).reason).toBe('ShareRepeated');
    expect((await refusal([mistyped, ours.files[1]!], ours.kit)).reason).toBe('ShareMistyped');
  });

  it('rule R5: a share with a right checksum that was never made with the kit is named before anything is combined', async () => {
    const { kit, files, data } = await makeSet(2, 3);
    const forge = (
      index: number,
      change: { data?: Uint8Array; threshold?: number; shareCount?: number },
    ): string => {
      const share = {
        setId: kit.setId,
        index,
        shareCount: 3,
        threshold: 2,
        data: data[index - 1]!,
        ...change,
      };
      const file = join(temporaryFolder(), 'forged.txt');
      writeFileSync(file, writeShareText(share, kit.realm));
      return file;
    };
    const other = await refusal([files[0]!, forge(2, { data: new Uint8Array(randomBytes(33)) })], kit);
    expect(other).toMatchObject({ reason: 'ShareNotOfKit' });
    expect(other.message).toContain('is share 2 by its own word');
    // The third share's data under the second's number.
    expect((await refusal([files[0]!, forge(2, { data: data[2]! })], kit)).reason).toBe('ShareNotOfKit');
    const threshold = await refusal([files[0]!, forge(2, { threshold: 3 })], kit);
    expect(threshold.reason).toBe('ShareContradictsKit');
    expect(threshold.message).toContain('says 3 of 3, where the kit says 2 of 3');
    expect((await refusal([files[0]!, forge(2, { shareCount: 4 })], kit)).reason).toBe('ShareContradictsKit');
  });

  it('rule R5: shares that do not lie on one polynomial do not pass, fingerprints or not', async () => {
    const { kit, data } = await makeSet(3, 4);
    const odd = Uint8Array.from(data[3]!);
    odd[7]! ^= 1;
    const shareFingerprints = [...kit.shareFingerprints.slice(0, 3), shareFingerprint(4, odd)];
    const folder = temporaryFolder();
    const files = [...data.slice(0, 3), odd].map((share, place) => {
      const file = join(folder, `${place}.txt`);
      const text = { setId: kit.setId, index: place + 1, shareCount: 4, threshold: 3, data: share };
      writeFileSync(file, writeShareText(text, kit.realm));
      return file;
    });
    using shares = await readShares(files, { ...kit, shareFingerprints }, 'all');
    await expect(shares.requireAllFit()).rejects.toMatchObject({ reason: 'SharesInconsistent' });
  });

  it('rule R74: files that are no shares at all', async () => {
    const { kit, files } = await makeSet(2, 2);
    const folder = temporaryFolder();
    const strange = join(folder, 'strange');
    for (const content of [
      Buffer.alloc(0),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('{}'),
      Buffer.alloc(20_000, 65),
    ]) {
      writeFileSync(strange, content);
      const error = await refusal([files[0]!, strange], kit);
      expect(error.reason).toBe('NotARecoveryShare');
      expect(error.message).toContain(strange);
    }
    expect((await refusal([join(folder, 'nothing')], kit)).reason).toBe('FileNotFound');
    expect((await refusal([folder], kit)).reason).toBe('NotAFile');
  });
});

describe('the kit file', () => {
  it('rule R5: with anything in it changed it is not the file of its set', async () => {
    const { kit } = await makeSet(2, 3);
    const file = join(temporaryFolder(), 'kit.json');
    const read = async (content: object): Promise<unknown> => {
      writeFileSync(file, JSON.stringify(content));
      return await readKitFile(file).then(
        () => 'taken',
        (error: unknown) => (error as StrongroomError).reason,
      );
    };
    expect(await read(kit)).toBe('taken');
    const other = (await makeSet(2, 3)).kit;
    for (const field of [
      'timeCreated',
      'realm',
      'shareFingerprints',
      'wrappedRbk',
      'wrappedRak',
      'setId',
    ] as const) {
      const value = field === 'timeCreated' ? '2026-11-24T08:00:00.001Z' : other[field];
      expect(await read({ ...kit, [field]: value }), field).toBe('RecoveryKitAltered');
    }
    expect(await read({ ...kit, threshold: 3 })).toBe('RecoveryKitAltered');
    for (const change of [
      { version: 2 },
      { threshold: 1 },
      { threshold: 4 },
      { shareCount: 2 },
      { wrappedRak: 'AAAA' },
      { note: 'more' },
    ]) {
      expect(await read({ ...kit, ...change }), JSON.stringify(change)).toBe('NotARecoveryKit');
    }
  });
});
