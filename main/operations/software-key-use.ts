import {
  constants,
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from 'node:crypto';
import type { CipherGCMTypes, KeyObject, Sign } from 'node:crypto';
import type { KeyShape, SigningAlgorithm } from '../../shared/domain/key-shape.ts';
import { encryptedDataInvalid } from '../hsm/encrypted-data-invalid.ts';
import { signaturePadding } from './signature-padding.ts';

/**
 * What a token does for HSM keys, done with a SOFTWARE key's opened value (rule R14): the same algorithms, paddings and
 * layouts as main/hsm/data-key-and-signature.ts, so that no ciphertext or signature tells which kind of key made it.
 */
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;
/** As for tokens: no encrypted data key is longer. */
const LONGEST_ENCRYPTED_DATA_KEY = 4096;

export type EncryptionKeyShape = Exclude<KeyShape, { readonly algorithm: 'ECDSA' }>;

/** @param materialId additional data of AES-GCM. */
export function encryptWithMaterial(
  material: Uint8Array,
  shape: EncryptionKeyShape,
  materialId: string,
  dataKey: Uint8Array,
): Uint8Array {
  if (shape.algorithm === 'RSA') {
    // Of the private key, not of the catalog: a public key that somebody put there would be somebody's.
    return publicEncrypt({ key: createPublicKey(privateKeyOf(material)), ...OAEP }, dataKey);
  }
  const nonce = randomBytes(NONCE_LENGTH);
  const cipher = createCipheriv(gcmOf(shape.length), material, nonce);
  cipher.setAAD(Buffer.from(materialId, 'hex'));
  const ciphertext = cipher.update(dataKey);
  cipher.final();
  return Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]);
}

/** @throws InvalidParameter, reason `EncryptedDataInvalid`, for what was altered, cut or made under another key. */
export function decryptWithMaterial(
  material: Uint8Array,
  shape: EncryptionKeyShape,
  materialId: string,
  encrypted: Uint8Array,
): Uint8Array {
  try {
    return shape.algorithm === 'RSA'
      ? privateDecrypt({ key: privateKeyOf(material), ...OAEP }, encrypted)
      : decryptGcm(material, shape.length, materialId, encrypted);
  } catch (cause) {
    throw encryptedDataInvalid(cause);
  }
}

/** @param signer that was given the message. @returns DER (RFC 3279) for ECDSA, raw for RSA. */
export function signWithMaterial(
  material: Uint8Array,
  algorithm: SigningAlgorithm,
  signer: Sign,
): Uint8Array {
  return signer.sign({ key: privateKeyOf(material), ...signaturePadding(algorithm) });
}

const OAEP = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' } as const;

function decryptGcm(
  material: Uint8Array,
  length: 16 | 24 | 32,
  materialId: string,
  encrypted: Uint8Array,
): Uint8Array {
  if (encrypted.length <= NONCE_LENGTH + TAG_LENGTH || encrypted.length > LONGEST_ENCRYPTED_DATA_KEY) {
    throw new RangeError('length');
  }
  const decipher = createDecipheriv(gcmOf(length), material, encrypted.subarray(0, NONCE_LENGTH), {
    authTagLength: TAG_LENGTH,
  });
  decipher.setAAD(Buffer.from(materialId, 'hex'));
  decipher.setAuthTag(encrypted.subarray(-TAG_LENGTH));
  const dataKey = decipher.update(encrypted.subarray(NONCE_LENGTH, -TAG_LENGTH));
  try {
    decipher.final();
  } catch (failure) {
    dataKey.fill(0);
    throw failure;
  }
  return dataKey;
}

function gcmOf(length: 16 | 24 | 32): CipherGCMTypes {
  return `aes-${({ 16: 128, 24: 192, 32: 256 } as const)[length]}-gcm`;
}

function privateKeyOf(material: Uint8Array): KeyObject {
  // A view, not a copy: what is zeroed later is all there is.
  const key = Buffer.from(material.buffer, material.byteOffset, material.byteLength);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}
