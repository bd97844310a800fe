import { createHash, randomBytes, verify } from 'node:crypto';
import pkcs11js from 'pkcs11js';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { curveOfLength, describeKeyShape } from '../../shared/domain/key-shape.ts';
import type { KeyShape } from '../../shared/domain/key-shape.ts';
import { digestInfo } from './digest-info.ts';
import { ECDSA, RSA_PKCS1 } from './mechanisms.ts';
import { isInconclusive } from './pkcs11-failure.ts';
import { readPublicKey } from './public-key-encoding.ts';
import type { EcPublicKey, RsaPublicKey } from './public-key-encoding.ts';
import { readNumber } from './raw-session.ts';
import type { ObjectHandle } from './raw-session.ts';
import { unwrappedAesKey, unwrappedPrivateKey } from './templates.ts';
import type { KeyVersionPlace, ObjectTemplate } from './templates.ts';
import type { TokenContext } from './token-context.ts';
import { TOKEN_LABELS } from './token-labels.ts';
import type { WrappedKeyDetails } from './token-session.ts';

/** RFC 5649 blobs are one block of eight bytes longer than the value, and never shorter than two. */
const WRAP_OVERHEAD = 8;
const LONGEST_BLOB = 8192;

/**
 * Unwraps a key as a session object, proves that it is the key its entry says, and destroys it (rules R44, R50).
 * @throws InvalidParameter, reason `WrappedKeyNotProven`.
 */
export function proveWrappedKey(token: TokenContext, rbk: ObjectHandle, key: WrappedKeyDetails): void {
  // Extractable whatever the entry says: it has to be wrapped again to be compared, and goes at once.
  const place: KeyVersionPlace = {
    dialect: token.dialect,
    lifetime: 'session',
    id: key.materialId,
    label: TOKEN_LABELS.sessionObject,
    extractable: true,
  };
  const { session } = token;
  const mechanism = token.keyWrapMechanism();
  try {
    const { template, publicKey } = unwrapTemplate(key, place);
    session.temporarily(session.unwrap(mechanism, rbk, key.wrappedKey, template), (handle) => {
      requireClassAndType(token, handle, key);
      if (publicKey === undefined) {
        requireLength(token, handle, key);
        if (!Buffer.from(session.wrap(mechanism, rbk, handle)).equals(key.wrappedKey)) {
          throw notProven(key, 'wrapped again, its value differs');
        }
      } else {
        provePrivateKey(token, handle, key, publicKey);
      }
    });
  } catch (thrown) {
    if (
      isInconclusive(thrown) ||
      (thrown instanceof StrongroomError && thrown.reason === 'WrappedKeyNotProven')
    ) {
      throw thrown;
    }
    // SoftHSM says CKR_GENERAL_ERROR, NSS CKR_WRAPPED_KEY_INVALID or CKR_TEMPLATE_INCOMPLETE for the same forged blob.
    throw notProven(key, 'the token does not take it', thrown);
  }
}

/**
 * The template for a wrapped key, after all that can be told without the token.
 * @throws InvalidParameter, reason `WrappedKeyNotProven`, where the blob or the public key do not fit the shape.
 */
export function unwrapTemplate(
  key: WrappedKeyDetails,
  place: KeyVersionPlace,
): { readonly template: ObjectTemplate; readonly publicKey: RsaPublicKey | EcPublicKey | undefined } {
  const { keyShape, wrappedKey } = key;
  if (
    wrappedKey.length % 8 !== 0 ||
    wrappedKey.length < 2 * WRAP_OVERHEAD ||
    wrappedKey.length > LONGEST_BLOB
  ) {
    throw notProven(key, 'it has a length that no wrapped key has');
  }
  if (keyShape.algorithm === 'AES') {
    // SoftHSM unwraps an RSA key as an AES key without a word, and does not say how long an unwrapped key is.
    if (wrappedKey.length !== keyShape.length + WRAP_OVERHEAD)
      throw notProven(key, 'it has the length of another key');
    if (key.publicKey !== undefined) throw notProven(key, 'an AES key has no public key');
    return { template: unwrappedAesKey(place), publicKey: undefined };
  }
  const publicKey = key.publicKey === undefined ? undefined : readPublicKey(key.publicKey);
  if (publicKey === undefined || !fits(publicKey, keyShape))
    throw notProven(key, 'its public key is of another shape');
  return { template: unwrappedPrivateKey(keyShape, publicKey, place), publicKey };
}

function fits(publicKey: RsaPublicKey | EcPublicKey, shape: KeyShape): boolean {
  if (publicKey.algorithm === 'RSA') return shape.algorithm === 'RSA' && publicKey.bits === shape.length * 8;
  return shape.algorithm === 'ECDSA' && publicKey.curveId === curveOfLength(shape.length);
}

function requireClassAndType(token: TokenContext, handle: ObjectHandle, key: WrappedKeyDetails): void {
  const [objectClass, keyType] = token.session
    .read(handle, [pkcs11js.CKA_CLASS, pkcs11js.CKA_KEY_TYPE])
    .map(readNumber);
  const { algorithm } = key.keyShape;
  const isRight =
    objectClass === (algorithm === 'AES' ? pkcs11js.CKO_SECRET_KEY : pkcs11js.CKO_PRIVATE_KEY) &&
    keyType === { AES: pkcs11js.CKK_AES, RSA: pkcs11js.CKK_RSA, ECDSA: pkcs11js.CKK_EC }[algorithm];
  if (!isRight) throw notProven(key, 'in the token it is a key of another kind');
}

/** SoftHSM gives an unwrapped key's CKA_VALUE_LEN as 0: it then counts as not told, and the blob's length decides. */
function requireLength(token: TokenContext, handle: ObjectHandle, key: WrappedKeyDetails): void {
  const length = readNumber(token.session.readIfThere(handle, pkcs11js.CKA_VALUE_LEN));
  if (length !== undefined && length !== 0 && length !== key.keyShape.length) {
    throw notProven(key, 'in the token it has another length');
  }
}

/**
 * Only the private half of a public key signs so that this public key verifies it; the signature is checked outside the
 * token, by other code than the token's. The message is fresh, so an old signature is of no use to a forger.
 */
function provePrivateKey(
  token: TokenContext,
  handle: ObjectHandle,
  key: WrappedKeyDetails,
  publicKey: RsaPublicKey | EcPublicKey,
): void {
  const message = Buffer.concat([Buffer.from('strongroom/v1/key-proof'), randomBytes(32)]);
  const digest = createHash('sha256').update(message).digest();
  const { keyObject } = publicKey;
  const isVerified =
    publicKey.algorithm === 'RSA'
      ? verify(
          'sha256',
          message,
          keyObject,
          token.session.sign(RSA_PKCS1, handle, digestInfo('SHA-256', digest)),
        )
      : verify(
          'sha256',
          message,
          { key: keyObject, dsaEncoding: 'ieee-p1363' },
          token.session.sign(ECDSA, handle, digest),
        );
  if (!isVerified) throw notProven(key, 'its signature is not that of the public key beside it');
  if (publicKey.algorithm !== 'RSA') return;
  // A PKCS#8 value may carry another exponent than the one that the signature shows; encryption would use it.
  for (const [type, expected] of [
    [pkcs11js.CKA_MODULUS, publicKey.modulus],
    [pkcs11js.CKA_PUBLIC_EXPONENT, publicKey.exponent],
  ] as const) {
    const value = token.session.readIfThere(handle, type);
    if (value !== undefined && !withoutLeadingZeros(value).equals(expected)) {
      throw notProven(key, 'in the token its public numbers differ');
    }
  }
}

function withoutLeadingZeros(value: Buffer): Buffer {
  const start = value.findIndex((byte) => byte !== 0);
  return start < 0 ? value : value.subarray(start);
}

function notProven(key: WrappedKeyDetails, why: string, cause?: unknown): StrongroomError {
  return new StrongroomError(
    'InvalidParameter',
    `The wrapped key of version ${key.materialId} is not the ${describeKeyShape(key.keyShape)} key that it should be: ${why}.`,
    'Do not restore from this backup: take another copy of it, or an older backup, and verify that one.',
    { reason: 'WrappedKeyNotProven', cause },
  );
}
