import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  SHARE_LENGTH,
  readShareText,
  writeShareText,
} from '../../../main/operations/recovery-kit-share-text.ts';
import type { RecoveryShare } from '../../../main/operations/recovery-kit-share-text.ts';

const NAMES = { realmName: 'Meridian', tenancyName: 'Meridian Bank' };

const shares = fc
  .record({
    setId: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((id) => Buffer.from(id).toString('hex')),
    shareCount: fc.integer({ min: 2, max: 16 }),
    places: fc.tuple(fc.nat(), fc.nat()),
    data: fc.uint8Array({ minLength: SHARE_LENGTH, maxLength: SHARE_LENGTH }),
  })
  .map(({ setId, shareCount, places: [one, other], data }): RecoveryShare => {
    const index = 1 + (one % shareCount);
    return { setId, index, shareCount, threshold: 2 + (other % (shareCount - 1)), data };
  });

function shareOf(text: string): RecoveryShare {
  const reading = readShareText(text);
  if ('flaw' in reading) throw new Error(reading.flaw.words);
  return reading.share;
}

/** What people add when they copy a text, none of which matters. */
function retyped(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .map((line) => (/^[A-D]: /.test(line) ? line.replaceAll('0', 'o').replaceAll('1', 'l') : line))
    .map((line) => `  ${line.toLowerCase().replaceAll(' ', '   ')} `)
    .join('\r\n\r\n');
}

describe('the text of a share', () => {
  it('rule R5: says on its first lines what it is, and holds the example of docs/recovery-kit.md', () => {
    const data = Uint8Array.from({ length: SHARE_LENGTH }, (_, index) => index);
    const setId = '00112233445566778899aabbccddeeff';
    const text = writeShareText({ setId, index: 2, shareCount: 5, threshold: 3, data }, NAMES);
    expect(text.split('\n')).toEqual([
      '# Strongroom recovery share 2 of 5',
      '# Realm "Meridian", tenancy "Meridian Bank"',
      '# Any 3 of the 5 shares, together with the file recovery-kit.json, rebuild the realm keys.',
      '# This share alone tells nothing about them. Let nobody else read it, and keep it apart from the',
      '# other shares. Only the lines below count; capital and small letters are the same.',
      '',
      'STRONGROOM RECOVERY SHARE, FORMAT 1',
      'SET 0011 2233 4455 6677 8899 aabb ccdd eeff',
      'SHARE 2 OF 5, THRESHOLD 3',
      'A: 000G 40R4 0M30 E209 QJ',
      'B: 185G R38E 1W81 24GK 2E',
      'C: 2GAH C5RR 34D1 P70X E4',
      'D: 3RFJ 0HQM 9GWJ 1YXJ G3',
      '',
    ]);
    // The bits of the rows, read by other means than the program's.
    const rows = text.match(/^[A-D]: .*$/gm)!.map((row) => row.slice(3, 22).replaceAll(' ', ''));
    const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    const number = Array.from(rows.join('')).reduce(
      (sum, digit) => sum * 32n + BigInt(digits.indexOf(digit)),
      0n,
    );
    const bytes = Buffer.from(number.toString(16).padStart(80, '0'), 'hex');
    expect(bytes.subarray(0, SHARE_LENGTH)).toEqual(Buffer.from(data));
    const checksum = createHash('sha256')
      .update(`strongroom/v1/recovery-share\n${setId}\n2\n5\n3\n`)
      .update(data)
      .digest()
      .subarray(0, 7);
    expect(bytes.subarray(SHARE_LENGTH)).toEqual(checksum);
  });

  it('rule R5: comes back as it was, also typed by hand', () => {
    fc.assert(
      fc.property(shares, (share) => {
        const text = writeShareText(share, NAMES);
        expect(shareOf(text)).toEqual(share);
        expect(shareOf(retyped(text))).toEqual(share);
      }),
      { numRuns: 100 },
    );
  });

  it('rule R5: any one changed character is found, or changes nothing', () => {
    const typed = fc.constantFrom(...Array.from('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefxyz#:, \n\tÄ'));
    fc.assert(
      fc.property(shares, fc.nat(), typed, (share, place, character) => {
        const text = writeShareText(share, NAMES);
        const at = place % text.length;
        const reading = readShareText(`${text.slice(0, at)}${character}${text.slice(at + 1)}`);
        if ('share' in reading) expect(reading.share).toEqual(share);
      }),
      { numRuns: 2000 },
    );
  });

  it('rule R5: of what counts, every character is guarded', () => {
    const [share] = fc.sample(shares, { numRuns: 1, seed: 5 });
    const text = writeShareText(share!, NAMES);
    const start = text.indexOf('SET ');
    let refused = 0;
    for (let at = start; at < text.length; at += 1) {
      const old = text[at]!;
      if (/\s/.test(old)) continue;
      const next = /[0-9]/.test(old) ? String((Number(old) + 1) % 10) : old === 'F' ? 'E' : 'F';
      const altered = `${text.slice(0, at)}${next}${text.slice(at + 1)}`;
      // A hexadecimal digit in small letters may turn into its own capital.
      if (altered.toUpperCase() === text.toUpperCase()) continue;
      expect('flaw' in readShareText(altered), altered).toBe(true);
      refused += 1;
    }
    expect(refused).toBeGreaterThan(120);
  });

  it('rule R5: two neighbours exchanged, a row left out, rows exchanged: found, and the row is named', () => {
    const [share] = fc.sample(shares, { numRuns: 1, seed: 6 });
    const lines = writeShareText(share!, NAMES).split('\n');
    const wordsOf = (changed: readonly string[]): string => {
      const reading = readShareText(changed.join('\n'));
      return 'flaw' in reading ? reading.flaw.words : 'taken';
    };
    const row = lines.findIndex((line) => line.startsWith('C: '));
    const [, body = ''] = lines[row]!.split(': ');
    const place = Array.from(body).findIndex(
      (one, at) => one !== ' ' && /\w/.test(body[at + 1] ?? '') && one !== body[at + 1],
    );
    const exchanged = `C: ${body.slice(0, place)}${body[place + 1]!}${body[place]!}${body.slice(place + 2)}`;
    expect(wordsOf(lines.with(row, exchanged))).toBe('is wrong in row C');
    expect(wordsOf(lines.toSpliced(row, 1))).toContain('has 3');
    expect(wordsOf(lines.with(row, lines[row + 1]!.replace('D', 'C')))).toBe('is wrong in row C');
  });

  it('rule R74: other texts are refused, whatever they are', () => {
    for (const text of ['', '\n\n', 'Dear officer,', '# only a remark', '{}', '\u0000']) {
      expect(readShareText(text)).toMatchObject({ flaw: { reason: 'NotARecoveryShare' } });
    }
    const head = 'STRONGROOM RECOVERY SHARE, FORMAT 1\nSET 0011 2233 4455 6677 8899 AABB CCDD EEFF\n';
    for (const numbers of [
      'SHARE 0 OF 5, THRESHOLD 3',
      'SHARE 6 OF 5, THRESHOLD 3',
      'SHARE 1 OF 5, THRESHOLD 1',
      'SHARE 1 OF 5, THRESHOLD 6',
      'SHARE 1 OF 17, THRESHOLD 3',
      'SHARE 01 OF 5, THRESHOLD 3',
    ]) {
      expect(readShareText(`${head}${numbers}\n`)).toMatchObject({ flaw: { reason: 'ShareMistyped' } });
    }
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        expect('flaw' in readShareText(text)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
