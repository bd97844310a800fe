import { createHash, timingSafeEqual } from 'node:crypto';
import { basename } from 'node:path';
import { combine, split } from 'shamir-secret-sharing';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { RecoveryKitFile } from '../../shared/domain/recovery-kit.ts';
import { offlineFile } from '../storage/offline-file.ts';
import { readShareText } from './recovery-kit-share-text.ts';
import type { RecoveryShare } from './recovery-kit-share-text.ts';

/** A share is some 700 bytes; a file much longer is something else. */
const LONGEST_FILE = 16 * 1024;

/** Shares that were read, each of them known to be one of the kit's. Disposing wipes them. */
export class RecoveryShares implements Disposable {
  readonly #threshold: number;
  readonly #shares: readonly RecoveryShare[];

  constructor(threshold: number, shares: readonly RecoveryShare[]) {
    this.#threshold = threshold;
    this.#shares = shares;
  }

  /**
   * Lends the escrow key that they rebuild, and wipes it afterwards. Everything that leads to it was checked: Shamir's
   * method by itself makes some key or other of any shares whatever.
   */
  async withEscrowKey<Result>(use: (escrowKey: Uint8Array) => Promise<Result>): Promise<Result> {
    const escrowKey = await this.#rebuild(this.#shares.slice(0, this.#threshold));
    try {
      return await use(escrowKey);
    } finally {
      escrowKey.fill(0);
    }
  }

  /**
   * That any M of all shares rebuild the same key: M of them fix the polynomial, and a further share lies on it if and
   * only if it and M - 1 of those give the same value at zero.
   * @throws InvalidParameter, reason `SharesInconsistent`.
   */
  async requireAllFit(): Promise<void> {
    const others = this.#shares.slice(0, this.#threshold - 1);
    await this.withEscrowKey(async (escrowKey) => {
      for (const share of this.#shares.slice(this.#threshold)) {
        const rebuilt = await this.#rebuild([...others, share]);
        const isSame = timingSafeEqual(rebuilt, escrowKey);
        rebuilt.fill(0);
        if (!isSame) {
          throw new StrongroomError(
            'InvalidParameter',
            `Share ${share.index} does not rebuild the same key as the others.`,
            'Do not rely on this recovery kit: make a new one.',
            { reason: 'SharesInconsistent' },
          );
        }
      }
    });
  }

  [Symbol.dispose](): void {
    for (const { data } of this.#shares) data.fill(0);
  }

  async #rebuild(shares: readonly RecoveryShare[]): Promise<Uint8Array> {
    return await combine(shares.map(({ data }) => data));
  }
}

/** @param escrowKey a plain Uint8Array. @returns the secret parts of the shares, the first share's first. */
export async function splitEscrowKey(
  escrowKey: Uint8Array,
  shareCount: number,
  threshold: number,
): Promise<readonly Uint8Array[]> {
  return await split(escrowKey, shareCount, threshold);
}

/** What the kit file keeps of a share. Of 264 random bits a hash tells nothing. */
export function shareFingerprint(index: number, data: Uint8Array): string {
  return createHash('sha256')
    .update(`strongroom/v1/recovery-share-fingerprint\n${index}\n`)
    .update(data)
    .digest('hex');
}

/** One thing that is wrong with what was given: a reason for programs, and a sentence. */
interface Fault {
  readonly reason: string;
  readonly sentence: string;
}

/**
 * Reads share files and holds each against the kit. Whatever is wrong is named, by file and share number, all of it at
 * once; nothing is combined unless all is right (rule R5).
 * @param typedShare what was typed in, where a file is only a name for that.
 * @param wanted `all` of the kit's shares, or at least as many as its `threshold`.
 * @throws InvalidParameter, reasons `NotARecoveryShare`, `ShareMistyped`, `ShareOfOtherSet`, `ShareContradictsKit`,
 * `ShareNotOfKit`, `ShareRepeated` and `SharesMissing`.
 */
export async function readShares(
  files: readonly string[],
  kit: RecoveryKitFile,
  wanted: 'all' | 'threshold',
  typedShare: (name: string) => Uint8Array | undefined = () => undefined,
): Promise<RecoveryShares> {
  const found = new Map<number, { readonly file: string; readonly share: RecoveryShare }>();
  const read: RecoveryShare[] = [];
  const faults: Fault[] = [];
  try {
    for (const file of files) {
      const reading = readShareBytes(typedShare(file) ?? (await readShareFile(file)));
      if ('flaw' in reading) {
        faults.push({ reason: reading.flaw.reason, sentence: `${file} ${reading.flaw.words}` });
        continue;
      }
      const { share } = reading;
      read.push(share);
      const fault = faultOf(file, share, kit) ?? repetitionOf(file, share, found.get(share.index)?.file);
      if (fault === undefined) found.set(share.index, { file, share });
      else faults.push(fault);
    }
    if (faults.length === 0) faults.push(...missing(found, kit, wanted));
    if (faults.length > 0) throw sharesRefused(faults);
    return new RecoveryShares(
      kit.threshold,
      [...found.values()].map(({ share }) => share),
    );
  } catch (thrown) {
    for (const { data } of read) data.fill(0);
    throw thrown;
  }
}

/** @returns undefined for a file that is too long to be a share. */
async function readShareFile(file: string): Promise<Uint8Array | undefined> {
  await using opened = await offlineFile(file).open(basename(file));
  return opened.size > LONGEST_FILE ? undefined : await opened.read(0, opened.size);
}

/** Wipes the bytes. */
function readShareBytes(bytes: Uint8Array | undefined): ReturnType<typeof readShareText> {
  if (bytes === undefined) {
    return { flaw: { reason: 'NotARecoveryShare', words: 'is too long to be a recovery share' } };
  }
  try {
    return readShareText(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
    return { flaw: { reason: 'NotARecoveryShare', words: 'is not text in UTF-8' } };
  } finally {
    bytes.fill(0);
  }
}

function faultOf(file: string, share: RecoveryShare, kit: RecoveryKitFile): Fault | undefined {
  const which = `${file} is share ${share.index}`;
  if (share.setId !== kit.setId) {
    return { reason: 'ShareOfOtherSet', sentence: `${which} of another recovery kit, set ${share.setId}` };
  }
  if (share.shareCount !== kit.shareCount || share.threshold !== kit.threshold) {
    const says = `says ${share.threshold} of ${share.shareCount}, where the kit says ${kit.threshold} of ${kit.shareCount}`;
    return { reason: 'ShareContradictsKit', sentence: `${which} and ${says}` };
  }
  if (shareFingerprint(share.index, share.data) !== kit.shareFingerprints[share.index - 1]) {
    return {
      reason: 'ShareNotOfKit',
      sentence: `${which} by its own word, but not the one that was made with the kit`,
    };
  }
  return undefined;
}

function repetitionOf(file: string, share: RecoveryShare, earlier: string | undefined): Fault | undefined {
  if (earlier === undefined) return undefined;
  return { reason: 'ShareRepeated', sentence: `${file} is share ${share.index} again, as ${earlier} is` };
}

function missing(
  found: ReadonlyMap<number, unknown>,
  { threshold, shareCount }: RecoveryKitFile,
  wanted: 'all' | 'threshold',
): readonly Fault[] {
  if (found.size >= (wanted === 'all' ? shareCount : threshold)) return [];
  const numbers = Array.from({ length: shareCount }, (_, place) => place + 1);
  const absent = numbers.filter((number) => !found.has(number)).join(', ');
  const sentence =
    wanted === 'all'
      ? `every share must be read back, and of the ${shareCount} these were not given: ${absent}`
      : `${threshold} shares are needed and ${found.size} ${found.size === 1 ? 'was' : 'were'} given; any of these is wanted: ${absent}`;
  return [{ reason: 'SharesMissing', sentence }];
}

function sharesRefused(faults: readonly Fault[]): StrongroomError {
  const [first] = faults;
  return new StrongroomError(
    'InvalidParameter',
    `The shares were not taken, and nothing was rebuilt: ${faults.map(({ sentence }) => sentence).join('; ')}.`,
    'Compare what was typed with the paper, row by row, and take the shares of one recovery kit, each of them once.',
    first === undefined ? {} : { reason: first.reason },
  );
}
