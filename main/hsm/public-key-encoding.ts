import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { CurveId } from '../../shared/domain/key-shape.ts';

/** Public keys between the three forms they take here: SubjectPublicKeyInfo, PKCS#11 attributes, node:crypto. */

export interface RsaPublicKey {
  readonly algorithm: 'RSA';
  readonly bits: number;
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
  readonly keyObject: KeyObject;
}

export interface EcPublicKey {
  readonly algorithm: 'ECDSA';
  readonly curveId: CurveId;
  /** Uncompressed: 0x04, X, Y. */
  readonly point: Uint8Array;
  readonly keyObject: KeyObject;
}

/** CKA_EC_PARAMS: the DER of each curve's object identifier (SEC 2; PKCS#11 v3.1, 6.3.3). */
export const EC_PARAMETERS: Readonly<Record<CurveId, Uint8Array>> = {
  NIST_P256: Buffer.from('06082a8648ce3d030107', 'hex'),
  NIST_P384: Buffer.from('06052b81040022', 'hex'),
  NIST_P521: Buffer.from('06052b81040023', 'hex'),
};

const CURVES: readonly { readonly curveId: CurveId; readonly jwk: string; readonly length: number }[] = [
  { curveId: 'NIST_P256', jwk: 'P-256', length: 32 },
  { curveId: 'NIST_P384', jwk: 'P-384', length: 48 },
  { curveId: 'NIST_P521', jwk: 'P-521', length: 66 },
];

const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** SubjectPublicKeyInfo in DER from CKA_MODULUS and CKA_PUBLIC_EXPONENT. */
export function encodeRsaPublicKey(modulus: Uint8Array, exponent: Uint8Array): Uint8Array {
  const key = { kty: 'RSA', n: base64url(modulus), e: base64url(exponent) };
  return new Uint8Array(createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'der' }));
}

/**
 * SubjectPublicKeyInfo in DER from CKA_EC_POINT. That attribute is an OCTET STRING around the point by the standard, and
 * the bare point on some tokens.
 * @throws where it is no point of the curve.
 */
export function encodeEcPublicKey(curveId: CurveId, ecPoint: Uint8Array): Uint8Array {
  const curve = CURVES.find((known) => known.curveId === curveId);
  const length = curve?.length ?? 0;
  const point = ecPoint.subarray(ecPoint.length - (1 + 2 * length));
  if (curve === undefined || ecPoint.length < 1 + 2 * length || point[0] !== 4)
    throw new Error(`not a point of ${curveId}`);
  const key = {
    kty: 'EC',
    crv: curve.jwk,
    x: base64url(point.subarray(1, 1 + length)),
    y: base64url(point.subarray(1 + length)),
  };
  return new Uint8Array(createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'der' }));
}

/** @returns undefined where these bytes are not the DER of an RSA key or of a key on one of the three curves. */
export function readPublicKey(spki: Uint8Array): RsaPublicKey | EcPublicKey | undefined {
  let keyObject: KeyObject;
  try {
    keyObject = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
  if (keyObject.asymmetricKeyType !== 'rsa' && keyObject.asymmetricKeyType !== 'ec') return undefined;
  const jwk = keyObject.export({ format: 'jwk' });
  if (jwk.kty === 'RSA' && jwk.n !== undefined && jwk.e !== undefined) {
    const modulus = new Uint8Array(Buffer.from(jwk.n, 'base64url'));
    const exponent = new Uint8Array(Buffer.from(jwk.e, 'base64url'));
    const bits = keyObject.asymmetricKeyDetails?.modulusLength ?? 0;
    return { algorithm: 'RSA', bits, modulus, exponent, keyObject };
  }
  const curve = CURVES.find((known) => known.jwk === jwk.crv);
  if (curve === undefined || jwk.x === undefined || jwk.y === undefined) return undefined;
  const point = Buffer.concat([
    Buffer.from([4]),
    Buffer.from(jwk.x, 'base64url'),
    Buffer.from(jwk.y, 'base64url'),
  ]);
  return { algorithm: 'ECDSA', curveId: curve.curveId, point: new Uint8Array(point), keyObject };
}

/** PKCS#11's r || s as ECDSA-Sig-Value (RFC 3279, 2.2.3). @param raw both halves of one length. */
export function encodeEcdsaSignature(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2;
  const body = Buffer.concat([derInteger(raw.subarray(0, half)), derInteger(raw.subarray(half))]);
  // Two P-521 integers pass 127 bytes, so the length may need the long form of one byte.
  const length = body.length < 128 ? [body.length] : [0x81, body.length];
  return new Uint8Array(Buffer.concat([Buffer.from([0x30, ...length]), body]));
}

function derInteger(bytes: Uint8Array): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const value = bytes.subarray(start);
  // A set first bit would make the integer negative.
  const sign = (value[0] ?? 0) >= 0x80 ? [0] : [];
  return Buffer.concat([Buffer.from([0x02, value.length + sign.length, ...sign]), value]);
}
