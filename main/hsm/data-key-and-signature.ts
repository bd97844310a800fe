import { randomBytes } from 'node:crypto';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { KeyShape, SigningAlgorithm } from '../../shared/domain/key-shape.ts';
import { digestInfo } from './digest-info.ts';
import type { SignatureHash } from './digest-info.ts';
import { encryptedDataInvalid } from './encrypted-data-invalid.ts';
import type { KeyVersions } from './key-versions.ts';
import {
  ECDSA,
  GCM_IV_LENGTH,
  GCM_TAG_LENGTH,
  HASHES,
  RSA_PKCS1,
  RSA_RAW,
  aesGcm,
  rsaOaep,
  rsaPss,
} from './mechanisms.ts';
import type { IndexedKey } from './object-index.ts';
import { CKR, causeOf, isInconclusive } from './pkcs11-failure.ts';
import { encodeEcdsaSignature } from './public-key-encoding.ts';
import type { TokenContext } from './token-context.ts';
import { readRsaPublicKey } from './read-public-key.ts';
import { encryptOaep, removeOaepPadding } from './rsa-oaep.ts';

/** Longest value that is encrypted directly, as in the reference service; files go under a data key (rule R14). */
const LONGEST_DATA_KEY = 4096 - GCM_IV_LENGTH - GCM_TAG_LENGTH;

/**
 * RSA-OAEP always with SHA-256 and MGF1 over it, so that a ciphertext made with one token decrypts with every other one of
 * the realm (rule R12). SoftHSM knows OAEP with SHA-1 only; there the token does the RSA operation alone, and the
 * padding comes off in this process, which is given the data key in any case.
 */
const DATA_KEY_OAEP = 'SHA-256';

/**
 * AES: IV (12 bytes), ciphertext, tag (16 bytes) of AES-GCM, with the material id as additional data. RSA: the OAEP
 * ciphertext.
 */
export function encryptDataKey(
  token: TokenContext,
  keyVersions: KeyVersions,
  materialId: string,
  keyShape: KeyShape,
  dataKey: Uint8Array,
): Uint8Array {
  const key = requireEncryptionKey(keyVersions, materialId, keyShape);
  if (dataKey.length === 0 || dataKey.length > longestDataKey(keyShape)) {
    throw new StrongroomError(
      'InvalidParameter',
      `A value of ${dataKey.length} bytes cannot be encrypted directly under this key (1 to ${longestDataKey(keyShape)}).`,
      'Encrypt it as a file: its contents go under a data key of their own.',
      { reason: 'DataKeyTooLong' },
    );
  }
  if (keyShape.algorithm === 'AES') {
    const iv = randomBytes(GCM_IV_LENGTH);
    const sealed = token.session.encrypt(aesGcm(iv, Buffer.from(materialId, 'hex')), key.handle, dataKey);
    return new Uint8Array(Buffer.concat([iv, sealed]));
  }
  return encryptOaep(readRsaPublicKey(token.session, key.handle), DATA_KEY_OAEP, dataKey);
}

/** @throws InvalidParameter, reason `EncryptedDataInvalid`, for what was altered, cut or made under another key. */
export function decryptDataKey(
  token: TokenContext,
  keyVersions: KeyVersions,
  materialId: string,
  keyShape: KeyShape,
  encryptedDataKey: Uint8Array,
): Uint8Array {
  const key = requireEncryptionKey(keyVersions, materialId, keyShape);
  try {
    return keyShape.algorithm === 'AES'
      ? decryptGcm(token, key, materialId, encryptedDataKey)
      : decryptOaep(token, key, keyShape.length, encryptedDataKey);
  } catch (thrown) {
    if (isInconclusive(thrown)) throw thrown;
    throw encryptedDataInvalid(thrown);
  }
}

function decryptGcm(
  token: TokenContext,
  key: IndexedKey,
  materialId: string,
  sealed: Uint8Array,
): Uint8Array {
  if (sealed.length <= GCM_IV_LENGTH + GCM_TAG_LENGTH || sealed.length > 4096) throw new RangeError('length');
  const mechanism = aesGcm(sealed.subarray(0, GCM_IV_LENGTH), Buffer.from(materialId, 'hex'));
  return token.session.decrypt(mechanism, key.handle, sealed.subarray(GCM_IV_LENGTH));
}

function decryptOaep(token: TokenContext, key: IndexedKey, length: number, sealed: Uint8Array): Uint8Array {
  if (sealed.length !== length) throw new RangeError('length');
  try {
    return token.session.decrypt(rsaOaep(DATA_KEY_OAEP), key.handle, sealed);
  } catch (thrown) {
    // These are answers to the parameters, given before the ciphertext is looked at.
    const value = causeOf(thrown);
    if (
      value !== CKR.ARGUMENTS_BAD &&
      value !== CKR.MECHANISM_INVALID &&
      value !== CKR.MECHANISM_PARAM_INVALID
    ) {
      throw thrown;
    }
  }
  const padded = token.session.decrypt(RSA_RAW, key.handle, sealed);
  try {
    return removeOaepPadding(padded, length);
  } finally {
    padded.fill(0);
  }
}

/** @throws InvalidParameter, reasons `SigningAlgorithmNotFitting` and `DigestLengthWrong`. */
export function signDigest(
  token: TokenContext,
  keyVersions: KeyVersions,
  materialId: string,
  algorithm: SigningAlgorithm,
  digest: Uint8Array,
): Uint8Array {
  const key = keyVersions.require(materialId);
  const hash = hashOf(algorithm);
  if (key.algorithm !== (algorithm.startsWith('ECDSA') ? 'ECDSA' : 'RSA')) {
    throw new StrongroomError(
      'InvalidParameter',
      `A key of kind ${key.algorithm} does not sign with ${algorithm}.`,
      'Name a signing algorithm of the key, or leave it out.',
      { reason: 'SigningAlgorithmNotFitting' },
    );
  }
  if (digest.length !== HASHES[hash].length) {
    throw new StrongroomError(
      'InvalidParameter',
      `A digest for ${algorithm} has ${HASHES[hash].length} bytes, not ${digest.length}.`,
      `Hash the message with ${hash}.`,
      { reason: 'DigestLengthWrong' },
    );
  }
  if (key.algorithm === 'ECDSA') return encodeEcdsaSignature(token.session.sign(ECDSA, key.handle, digest));
  return algorithm.endsWith('PSS')
    ? token.session.sign(rsaPss(hash), key.handle, digest)
    : token.session.sign(RSA_PKCS1, key.handle, digestInfo(hash, digest));
}

function hashOf(algorithm: SigningAlgorithm): SignatureHash {
  if (algorithm.includes('SHA_256')) return 'SHA-256';
  return algorithm.includes('SHA_384') ? 'SHA-384' : 'SHA-512';
}

function longestDataKey(keyShape: KeyShape): number {
  // RFC 8017, 7.1.1: two hashes and two bytes are the padding's.
  return keyShape.algorithm === 'RSA'
    ? keyShape.length - 2 * HASHES[DATA_KEY_OAEP].length - 2
    : LONGEST_DATA_KEY;
}

/** @throws InvalidParameter, reasons `KeyCannotEncrypt` and `KeyShapeWrong`. */
function requireEncryptionKey(keyVersions: KeyVersions, materialId: string, keyShape: KeyShape): IndexedKey {
  if (keyShape.algorithm === 'ECDSA') {
    throw new StrongroomError(
      'InvalidParameter',
      'An ECDSA key signs; it cannot encrypt.',
      'Use an AES or RSA key for encryption.',
      { reason: 'KeyCannotEncrypt' },
    );
  }
  const key = keyVersions.require(materialId);
  if (key.algorithm === keyShape.algorithm) return key;
  throw new StrongroomError(
    'InvalidParameter',
    `The token's key for version ${materialId} is of kind ${key.algorithm}, not ${keyShape.algorithm}.`,
    'Run the doctor: it compares catalog and token.',
    { reason: 'KeyShapeWrong' },
  );
}
