import { constants, createHash, generateKeyPairSync, privateEncrypt, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { digestInfo } from '../../../main/hsm/digest-info.ts';
import {
  EC_PARAMETERS,
  encodeEcPublicKey,
  encodeEcdsaSignature,
  encodeRsaPublicKey,
  readPublicKey,
} from '../../../main/hsm/public-key-encoding.ts';
import type { CurveId } from '../../../shared/domain/key-shape.ts';

const CURVES: readonly (readonly [CurveId, string, number])[] = [
  ['NIST_P256', 'P-256', 32],
  ['NIST_P384', 'P-384', 48],
  ['NIST_P521', 'P-521', 66],
];

describe('public keys', () => {
  it.each(CURVES)('of %s go from PKCS#11 to SubjectPublicKeyInfo and back', (curveId, namedCurve, length) => {
    const spki = generateKeyPairSync('ec', { namedCurve }).publicKey.export({ type: 'spki', format: 'der' });
    const point = spki.subarray(spki.length - 1 - 2 * length);
    const wrapped = Buffer.concat([
      Buffer.from(point.length < 128 ? [4, point.length] : [4, 0x81, point.length]),
      point,
    ]);
    expect(spki.equals(encodeEcPublicKey(curveId, wrapped))).toBe(true);
    expect(spki.equals(encodeEcPublicKey(curveId, point))).toBe(true);
    expect(readPublicKey(spki)).toMatchObject({ algorithm: 'ECDSA', curveId });
    expect(Buffer.from(spki).includes(Buffer.from(EC_PARAMETERS[curveId]))).toBe(true);
    const off = Buffer.from(point);
    off[off.length - 1]! ^= 1;
    for (const bad of [off, point.subarray(1), Buffer.alloc(0), Buffer.alloc(point.length)]) {
      expect(() => encodeEcPublicKey(curveId, bad)).toThrow();
    }
  });

  it('of RSA go from PKCS#11 to SubjectPublicKeyInfo and back', () => {
    const spki = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({
      type: 'spki',
      format: 'der',
    });
    const read = readPublicKey(spki);
    if (read?.algorithm !== 'RSA') throw new Error('not read as RSA');
    expect(read.bits).toBe(2048);
    expect(spki.equals(encodeRsaPublicKey(read.modulus, read.exponent))).toBe(true);
    expect(
      spki.equals(encodeRsaPublicKey(Buffer.concat([Buffer.from([0]), read.modulus]), read.exponent)),
    ).toBe(true);
  });

  it('of other kinds, and what is none, are not read', () => {
    const spki = { type: 'spki', format: 'der' } as const;
    const others = [
      generateKeyPairSync('ed25519').publicKey.export(spki),
      generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export(spki),
      generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey.export(spki),
      Buffer.alloc(0),
      Buffer.alloc(100, 0x30),
    ];
    for (const other of others) expect(readPublicKey(other)).toBeUndefined();
  });
});

describe('signatures', () => {
  it.each(CURVES)('of %s become the DER that everybody verifies', (_, namedCurve, length) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
    const message = Buffer.from('message');
    for (let round = 0; round < 40; round += 1) {
      const raw = sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' });
      expect(verify('sha256', message, publicKey, encodeEcdsaSignature(raw))).toBe(true);
    }
    const small = Buffer.alloc(2 * length);
    small[length - 1] = 1;
    small[2 * length - 1] = 0x80;
    expect(Buffer.from(encodeEcdsaSignature(small)).toString('hex')).toBe('300702010102020080');
    const large = Buffer.from(encodeEcdsaSignature(Buffer.alloc(2 * length, 0xff)));
    expect(large.length).toBe((length > 60 ? 3 : 2) + 2 * (length + 3));
  });

  it('DigestInfo is what RSASSA-PKCS1-v1_5 signs', () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const message = Buffer.from('message');
    for (const [hash, nodeName] of [
      ['SHA-256', 'sha256'],
      ['SHA-384', 'sha384'],
      ['SHA-512', 'sha512'],
    ] as const) {
      const info = digestInfo(hash, createHash(nodeName).update(message).digest());
      // As CKM_RSA_PKCS does: pads what it is given, and signs it.
      const signature = privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, info);
      expect(verify(nodeName, message, publicKey, signature)).toBe(true);
    }
  });
});
