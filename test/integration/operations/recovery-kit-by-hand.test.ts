import { createHash, createHmac } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { kwpUnwrap, kwpWrap } from '../../support/known-realm-keys.ts';
import { OFFICER } from '../../support/operators.ts';
import { practiceToken, practiceTokenFolder } from '../../support/practice-tokens.ts';
import { FRA, openHome, tokenFields } from '../../support/two-regions.ts';

/** Multiplication in GF(2^8) modulo x^8 + x^4 + x^3 + x + 1, bit by bit. */
function multiply(one: number, other: number): number {
  let product = 0;
  for (let bit = 0; bit < 8; bit += 1) {
    if ((other >> bit) & 1) product ^= one << bit;
  }
  for (let bit = 14; bit >= 8; bit -= 1) {
    if ((product >> bit) & 1) product ^= 0x11b << (bit - 8);
  }
  return product;
}

/** By trying: there are only 255. */
function inverse(number: number): number {
  for (let candidate = 1; candidate < 256; candidate += 1) {
    if (multiply(number, candidate) === 1) return candidate;
  }
  throw new Error('0 has no inverse');
}

/** Lagrange's interpolation at 0, for each of the 32 bytes. */
function interpolate(shares: readonly Buffer[]): Buffer {
  const points = shares.map((share) => ({ x: share[32]!, y: share.subarray(0, 32) }));
  return Buffer.from(
    Array.from({ length: 32 }, (_, place) =>
      points.reduce((sum, { x, y }) => {
        const others = points.filter((point) => point.x !== x);
        const weight = others.reduce(
          (all, point) => multiply(all, multiply(point.x, inverse(point.x ^ x))),
          1,
        );
        return sum ^ multiply(y[place]!, weight);
      }, 0),
    ),
  );
}

/** The 33 bytes of a share, read as docs/recovery-kit.md says. */
function bytesOfShare(text: string): Buffer {
  const rows = text.match(/^[A-D]: .*$/gm)!.map((row) => row.slice(3, 22).replaceAll(' ', ''));
  const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  const number = Array.from(rows.join('')).reduce(
    (sum, digit) => sum * 32n + BigInt(digits.indexOf(digit)),
    0n,
  );
  return Buffer.from(number.toString(16).padStart(80, '0'), 'hex').subarray(0, 33);
}

it('rule R5: a kit is opened by its documentation alone, without this program', async () => {
  const folder = practiceTokenFolder();
  const token = await practiceToken('SoftHSM');
  try {
    await using home = await openHome(join(folder, 'home'), [token]);
    const { realm } = await home.call('realm.create', {
      name: 'Realm',
      tenancyName: 'Tenancy',
      region: FRA,
      ...tokenFields(token),
      administrator: OFFICER,
    });
    const made = await home.call('recovery-kit.create', {
      threshold: 3,
      shares: 4,
      out: join(folder, 'kit'),
    });
    const shares = made.shareFiles.map((file) => bytesOfShare(readFileSync(file, 'utf8')));
    const kit = JSON.parse(readFileSync(made.kitFile, 'utf8')) as Record<string, string>;
    const escrowKey = interpolate([shares[3]!, shares[0]!, shares[2]!]);
    expect(interpolate(shares).equals(escrowKey)).toBe(true);
    // Fewer give a key as good as any other, and not this one.
    expect(interpolate(shares.slice(0, 2)).equals(escrowKey)).toBe(false);

    const rbk = kwpUnwrap(escrowKey, Buffer.from(kit['wrappedRbk']!, 'base64'));
    const rak = kwpUnwrap(escrowKey, Buffer.from(kit['wrappedRak']!, 'base64'));
    const probe = kwpWrap(
      rbk,
      Uint8Array.from({ length: 32 }, (_, index) => index),
    );
    expect(createHash('sha256').update(probe).digest('hex').slice(0, 32)).toBe(realm.rbkCheckValue);
    const authenticated = createHmac('sha256', rak).update('strongroom/v1/rak-check-value').digest('hex');
    expect(authenticated.slice(0, 32)).toBe(realm.rakCheckValue);
  } finally {
    await token.remove();
    rmSync(folder, { recursive: true, force: true });
  }
});
