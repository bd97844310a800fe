import { createHash, randomBytes } from 'node:crypto';
import { StrongroomError } from '../../shared/domain/errors.ts';
import {
  ChunkCipher,
  decryptChunks,
  encryptChunks,
  KEY_LENGTH,
  NONCE_LENGTH,
} from '../sealing/chunk-cipher.ts';
import { encryptedDataInvalid } from '../hsm/encrypted-data-invalid.ts';
import type { ReadableObject } from '../storage/object-store.ts';

/**
 * [Note: encrypted files] A file is encrypted under a data key that exists for it alone; the HSM key encrypts the
 * data key, inside the token (rule R14: any size, bounded memory). Layout, big-endian:
 *
 *     magic (8) | version u8 = 1 | material id (16) | length u16 | encrypted data key | chunks
 *
 * The material id names the key version that made it and survives restore in any region (rule R12). Chunks are
 * AES-256-GCM over 64 KiB of plaintext (sealing/chunk-cipher.ts); base nonce zero, as the key is never used again;
 * additional data: a label of what it is and the SHA-256 of the header. One plaintext under one data key has one ciphertext.
 */
const MAGIC = Buffer.from('895352460d0a1a0a', 'hex');
const VERSION = 1;
const FIXED_LENGTH = MAGIC.length + 1 + 16 + 2;
const ENCRYPTED_DATA_KEY_LIMIT = 1024;
const CHUNK_SIZE = 64 * 1024;
/** What a ciphertext is of: its chunks are bound to it, so that one kind cannot be passed off as another. */
const FILE_LABEL = 'strongroom/v1/encrypted-file';

export interface EncryptedFileHeader {
  readonly materialId: string;
  readonly encryptedDataKey: Uint8Array;
  /** The header's bytes; chunks are bound to them. */
  readonly bytes: Uint8Array;
}

export function newDataKey(): Uint8Array {
  return randomBytes(KEY_LENGTH);
}

export function encodeHeader(materialId: string, encryptedDataKey: Uint8Array): EncryptedFileHeader {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(encryptedDataKey.length);
  const bytes = Buffer.concat([
    MAGIC,
    Buffer.of(VERSION),
    Buffer.from(materialId, 'hex'),
    length,
    encryptedDataKey,
  ]);
  return { materialId, encryptedDataKey, bytes };
}

/** @throws StrongroomError InvalidParameter, reason `NotAnEncryptedFile` or `UnsupportedVersion`. */
export async function readHeader(source: ReadableObject): Promise<EncryptedFileHeader> {
  if (source.size < FIXED_LENGTH) throw notAnEncryptedFile(source.name);
  const fixed = Buffer.from(await source.read(0, FIXED_LENGTH));
  if (!fixed.subarray(0, MAGIC.length).equals(MAGIC)) throw notAnEncryptedFile(source.name);
  if (fixed[MAGIC.length] !== VERSION) {
    throw new StrongroomError(
      'InvalidParameter',
      `${source.name} was encrypted by a newer Strongroom.`,
      'Install the newer version to decrypt it.',
      { reason: 'UnsupportedVersion' },
    );
  }
  const length = fixed.readUInt16BE(FIXED_LENGTH - 2);
  if (length > ENCRYPTED_DATA_KEY_LIMIT || source.size < FIXED_LENGTH + length)
    throw notAnEncryptedFile(source.name);
  const encryptedDataKey = await source.read(FIXED_LENGTH, length);
  return {
    materialId: fixed.subarray(MAGIC.length + 1, MAGIC.length + 17).toString('hex'),
    encryptedDataKey,
    bytes: Buffer.concat([fixed, encryptedDataKey]),
  };
}

function notAnEncryptedFile(name: string): StrongroomError {
  return new StrongroomError(
    'InvalidParameter',
    `${name} is not a file that Strongroom encrypted.`,
    'Take the output of crypto encrypt, unchanged and complete.',
    { reason: 'NotAnEncryptedFile' },
  );
}

function cipherFor(header: EncryptedFileHeader, dataKey: Uint8Array, label: string): ChunkCipher {
  return new ChunkCipher({
    key: dataKey,
    baseNonce: Buffer.alloc(NONCE_LENGTH),
    chunkSize: CHUNK_SIZE,
    aadPrefix: Buffer.concat([Buffer.from(label), createHash('sha256').update(header.bytes).digest()]),
  });
}

/**
 * The whole ciphertext, header first, with the memory of a chunk.
 * @param label of what is no file.
 */
export async function* encryptStream(
  header: EncryptedFileHeader,
  dataKey: Uint8Array,
  plaintext: AsyncIterable<Uint8Array>,
  label = FILE_LABEL,
): AsyncIterable<Uint8Array> {
  const cipher = cipherFor(header, dataKey, label);
  try {
    yield header.bytes;
    yield* encryptChunks(plaintext, cipher);
  } finally {
    cipher.destroy();
  }
}

/**
 * The plaintext. Only when the iteration has ended without an error is it known to be whole.
 * @param chunks what follows the header in the file.
 */
export async function* decryptStream(
  header: EncryptedFileHeader,
  dataKey: Uint8Array,
  chunks: AsyncIterable<Uint8Array>,
  label = FILE_LABEL,
): AsyncIterable<Uint8Array> {
  // Anybody can encrypt a value of any length under an RSA key's public half.
  if (dataKey.length !== KEY_LENGTH) throw encryptedDataInvalid(new RangeError('length of the data key'));
  const cipher = cipherFor(header, dataKey, label);
  try {
    yield* decryptChunks(chunks, cipher);
  } finally {
    cipher.destroy();
  }
}
