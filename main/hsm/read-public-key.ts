import pkcs11js from 'pkcs11js';
import { curveOfLength } from '../../shared/domain/key-shape.ts';
import type { KeyShape } from '../../shared/domain/key-shape.ts';
import { encodeEcPublicKey, encodeRsaPublicKey } from './public-key-encoding.ts';
import type { ObjectHandle, RawSession } from './raw-session.ts';

/** SubjectPublicKeyInfo of an object that shows its modulus and exponent: either half of an RSA pair. */
export function readRsaPublicKey(session: RawSession, object: ObjectHandle): Uint8Array {
  const [modulus, exponent] = session.read(object, [pkcs11js.CKA_MODULUS, pkcs11js.CKA_PUBLIC_EXPONENT]);
  return encodeRsaPublicKey(modulus ?? Buffer.alloc(0), exponent ?? Buffer.alloc(0));
}

/** SubjectPublicKeyInfo of the public half of a generated pair. */
export function readPublicHalf(
  session: RawSession,
  half: ObjectHandle,
  shape: Exclude<KeyShape, { readonly algorithm: 'AES' }>,
): Uint8Array {
  if (shape.algorithm === 'RSA') return readRsaPublicKey(session, half);
  const [point] = session.read(half, [pkcs11js.CKA_EC_POINT]);
  return encodeEcPublicKey(curveOfLength(shape.length), point ?? Buffer.alloc(0));
}
