import { constants, createHash, publicEncrypt, timingSafeEqual } from 'node:crypto';
import type { OaepHash } from '../../shared/domain/capability-profile.ts';
import { HASHES } from './mechanisms.ts';
import { readPublicKey } from './public-key-encoding.ts';

/** A public operation, which needs nothing secret and no token. @param publicKey SubjectPublicKeyInfo of an RSA key. */
export function encryptOaep(publicKey: Uint8Array, hash: OaepHash, value: Uint8Array): Uint8Array {
  const key = readPublicKey(publicKey)?.keyObject;
  if (key === undefined) throw new TypeError('the token gave a public key that is none');
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  return new Uint8Array(publicEncrypt({ key, padding, oaepHash: HASHES[hash].nodeName }, value));
}

const HASH_LENGTH = 32;
const EMPTY_LABEL_HASH = createHash('sha256').digest();

/**
 * EME-OAEP decoding with SHA-256, MGF1-SHA-256 and an empty label (RFC 8017, section 7.1.2, step 3), for tokens that
 * do RSA but not OAEP with this hash.
 * @param block the result of the raw RSA operation; tokens may leave out its leading zeros.
 * @param length of the modulus in bytes.
 * @throws always the same error, after all checks were made, so that nothing tells which of them failed.
 */
export function removeOaepPadding(block: Uint8Array, length: number): Uint8Array {
  if (block.length > length || length < 2 * HASH_LENGTH + 2) throw paddingInvalid();
  const encoded = Buffer.alloc(length);
  encoded.set(block, length - block.length);
  const maskedSeed = encoded.subarray(1, 1 + HASH_LENGTH);
  const maskedData = encoded.subarray(1 + HASH_LENGTH);
  const seed = exclusiveOr(maskedSeed, mask(maskedData, HASH_LENGTH));
  const data = exclusiveOr(maskedData, mask(seed, maskedData.length));

  // After the label's hash: zeros, a one, the message. Looked through to the end whatever is found on the way.
  let start = 0;
  let isWrong = encoded[0] === 0 ? 0 : 1;
  for (let index = HASH_LENGTH; index < data.length; index += 1) {
    const isBefore = start === 0;
    const byte = data[index] ?? 0;
    isWrong |= isBefore && byte > 1 ? 1 : 0;
    start = isBefore && byte === 1 ? index + 1 : start;
  }
  isWrong |= start === 0 ? 1 : 0;
  isWrong |= timingSafeEqual(data.subarray(0, HASH_LENGTH), EMPTY_LABEL_HASH) ? 0 : 1;
  const message = new Uint8Array(data.subarray(start));
  encoded.fill(0);
  data.fill(0);
  if (isWrong !== 0) throw paddingInvalid();
  return message;
}

/** MGF1 (RFC 8017, appendix B.2.1). */
function mask(seed: Uint8Array, length: number): Buffer {
  const blocks: Buffer[] = [];
  for (let counter = 0; counter * HASH_LENGTH < length; counter += 1) {
    const counterBytes = Buffer.alloc(4);
    counterBytes.writeUInt32BE(counter);
    blocks.push(createHash('sha256').update(seed).update(counterBytes).digest());
  }
  return Buffer.concat(blocks).subarray(0, length);
}

function exclusiveOr(left: Uint8Array, right: Uint8Array): Buffer {
  return Buffer.from(left.map((byte, index) => byte ^ (right[index] ?? 0)));
}

function paddingInvalid(): Error {
  return new Error('the padding is not RSA-OAEP with SHA-256');
}
