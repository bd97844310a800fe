import { createHash } from 'node:crypto';
import { FEWEST_SHARES, MOST_SHARES, recoverySetIdSchema } from '../../shared/domain/recovery-kit.ts';

/** One share of a recovery kit's escrow key (rule R5). */
export interface RecoveryShare {
  /** 32 hexadecimal digits. */
  readonly setId: string;
  /** Which share it is: 1 to shareCount. */
  readonly index: number;
  readonly shareCount: number;
  readonly threshold: number;
  /** SHARE_LENGTH bytes: the secret part. */
  readonly data: Uint8Array;
}

/** What is wrong with a text: a reason for programs, and words that follow "the file ...". */
export interface ShareFlaw {
  readonly reason: 'NotARecoveryShare' | 'ShareMistyped';
  readonly words: string;
}

/** Shamir's shares of 32 bytes: a point's 32 ordinates and, last, its abscissa. */
export const SHARE_LENGTH = 33;

const TITLE = 'STRONGROOM RECOVERY SHARE, FORMAT 1';
/** Crockford's base32: no I, L, O and U, which are read as 1, 1, 0 and V by people. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const IN_ALPHABET = new RegExp(`^[${ALPHABET}]*$`);
/** Data and checksum are 40 bytes: 64 characters, four rows of four groups of four. */
const CHECKSUM_LENGTH = 7;
const ROW_NAMES = ['A', 'B', 'C', 'D'] as const;
const ROW_CHARACTERS = 16;

/**
 * The text of a share, made to be printed, written down by hand and typed in again. Lines that begin with # are for
 * people and are not read. docs/recovery-kit.md has the format.
 */
export function writeShareText(
  share: RecoveryShare,
  names: { realmName: string; tenancyName: string },
): string {
  const { setId, index, shareCount, threshold } = share;
  const payload = Buffer.concat([share.data, checksumOf(share)]);
  const characters = encode(payload);
  payload.fill(0);
  const rows = ROW_NAMES.map((name, row) => {
    const part = characters.slice(row * ROW_CHARACTERS, (row + 1) * ROW_CHARACTERS);
    return `${name}: ${inGroups(part)} ${rowCheck(name, part)}`;
  });
  return [
    `# Strongroom recovery share ${index} of ${shareCount}`,
    `# Realm "${names.realmName}", tenancy "${names.tenancyName}"`,
    `# Any ${threshold} of the ${shareCount} shares, together with the file recovery-kit.json, rebuild the realm keys.`,
    '# This share alone tells nothing about them. Let nobody else read it, and keep it apart from the',
    '# other shares. Only the lines below count; capital and small letters are the same.',
    '',
    TITLE,
    `SET ${inGroups(setId)}`,
    `SHARE ${index} OF ${shareCount}, THRESHOLD ${threshold}`,
    ...rows,
    '',
  ].join('\n');
}

/** Reads a share as it was written or typed. Any one changed character is found, or changes nothing. */
export function readShareText(
  text: string,
): { readonly share: RecoveryShare } | { readonly flaw: ShareFlaw } {
  const lines = text
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim().toUpperCase().replace(/\s+/g, ' '))
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (lines[0] !== TITLE) return flaw('NotARecoveryShare', `does not begin with "${TITLE}"`);
  const set =
    /^SET ([0-9A-F ]+)$/
      .exec(lines[1] ?? '')?.[1]
      ?.replaceAll(' ', '')
      .toLowerCase() ?? '';
  if (!recoverySetIdSchema.safeParse(set).success) {
    return flaw('ShareMistyped', 'has no line "SET" with 32 hexadecimal digits after its first line');
  }
  const numbers = /^SHARE ([1-9]\d?) OF ([1-9]\d?), THRESHOLD ([1-9]\d?)$/.exec(lines[2] ?? '');
  const [index = 0, shareCount = 0, threshold = 0] = (numbers?.slice(1) ?? []).map(Number);
  if (
    numbers === null ||
    index > shareCount ||
    threshold > shareCount ||
    threshold < FEWEST_SHARES ||
    shareCount > MOST_SHARES
  ) {
    return flaw('ShareMistyped', 'has no line "SHARE i OF N, THRESHOLD M" that can be right after its set');
  }
  if (lines.length !== 3 + ROW_NAMES.length) {
    return flaw('ShareMistyped', `must have four rows, A to D, after that, and has ${lines.length - 3}`);
  }
  let characters = '';
  for (const [row, name] of ROW_NAMES.entries()) {
    const part = readRow(name, lines[3 + row] ?? '');
    if (part === undefined) return flaw('ShareMistyped', `is wrong in row ${name}`);
    characters += part;
  }
  const payload = decode(characters);
  const share = { setId: set, index, shareCount, threshold, data: payload.slice(0, SHARE_LENGTH) };
  const isRight = checksumOf(share).equals(payload.subarray(SHARE_LENGTH));
  payload.fill(0);
  if (isRight) return { share };
  share.data.fill(0);
  return flaw('ShareMistyped', 'has rows that are right, but its set or its numbers do not belong to them');
}

/** What is wrong with a share as it was typed, in words that follow "the share"; undefined: nothing in itself. */
export function flawOfShare(text: string): string | undefined {
  const reading = readShareText(text);
  if ('flaw' in reading) return reading.flaw.words;
  reading.share.data.fill(0);
  return undefined;
}

function flaw(reason: ShareFlaw['reason'], words: string): { readonly flaw: ShareFlaw } {
  return { flaw: { reason, words } };
}

function inGroups(characters: string): string {
  return characters.match(/.{4}/g)?.join(' ') ?? '';
}

/** @returns the row's 16 characters, or undefined if it is not a row with the right check. */
function readRow(name: string, line: string): string | undefined {
  const body = new RegExp(`^${name}:(.*)$`).exec(line)?.[1]?.replaceAll(' ', '');
  const characters = body?.replaceAll('O', '0').replace(/[IL]/g, '1');
  if (characters?.length !== ROW_CHARACTERS + 2 || !IN_ALPHABET.test(characters)) return undefined;
  const part = characters.slice(0, ROW_CHARACTERS);
  return rowCheck(name, part) === characters.slice(ROW_CHARACTERS) ? part : undefined;
}

/** Two characters that say in which row a slip of the pen is. What makes sure is the checksum over everything. */
function rowCheck(name: string, part: string): string {
  return encode(sha256(`strongroom/v1/recovery-share-row\n${name}\n${part}`)).slice(0, 2);
}

/** Over everything that a share says. */
function checksumOf({ setId, index, shareCount, threshold, data }: RecoveryShare): Buffer {
  const head = `strongroom/v1/recovery-share\n${setId}\n${index}\n${shareCount}\n${threshold}\n`;
  return sha256(head, data).subarray(0, CHECKSUM_LENGTH);
}

function sha256(...parts: readonly (string | Uint8Array)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** Five bits a character, the first bits first; as many whole characters as there are. */
function encode(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value & 0x1f) << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET.charAt((value >>> bits) & 0x1f);
    }
  }
  return text;
}

function decode(characters: string): Uint8Array {
  const bytes = new Uint8Array((characters.length * 5) / 8);
  let filled = 0;
  let bits = 0;
  let value = 0;
  for (const character of characters) {
    value = ((value & 0x7f) << 5) | ALPHABET.indexOf(character);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[filled++] = (value >>> bits) & 0xff;
  }
  return bytes;
}
