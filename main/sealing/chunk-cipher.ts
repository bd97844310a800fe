import { createCipheriv, createDecipheriv } from 'node:crypto';
import { StrongroomError } from '../../shared/domain/errors.ts';

/** AES-GCM's tag, after each chunk's ciphertext. */
export const TAG_LENGTH = 16;
export const KEY_LENGTH = 32;
export const NONCE_LENGTH = 12;

/** Far inside what one key may encrypt under GCM with distinct nonces (NIST SP 800-38D, 8.3). */
const MAXIMUM_CHUNKS = 2 ** 32;

/** How many chunks a plaintext makes: every one full but the last, which is empty only if all of it is. */
export function chunkCount(plaintextLength: number, chunkSize: number): number {
  return Math.max(1, Math.ceil(plaintextLength / chunkSize));
}

/** Length of the chunks of a plaintext, tags included. */
export function sealedLength(plaintextLength: number, chunkSize: number): number {
  return plaintextLength + chunkCount(plaintextLength, chunkSize) * TAG_LENGTH;
}

/**
 * AES-256-GCM over fixed-size chunks: nonce = base nonce XOR the chunk's number as a 96-bit big-endian integer;
 * additional data = the prefix, then one byte: 1 for the last chunk, else 0. So a chunk opens only in its place, and
 * a stream that was cut has no last chunk. The key must serve one stream only.
 */
export class ChunkCipher {
  readonly chunkSize: number;
  readonly #key: Buffer;
  readonly #baseNonce: Buffer;
  readonly #additionalData: Buffer;

  /** @param parameters copied, so that `destroy` can wipe the key. */
  constructor(parameters: {
    /** 32 bytes. */
    readonly key: Uint8Array;
    /** 12 bytes. */
    readonly baseNonce: Uint8Array;
    /** Bytes of plaintext in each chunk but the last. */
    readonly chunkSize: number;
    /** Says what the stream is, so that no other kind of stream can be passed off as it. */
    readonly aadPrefix: Uint8Array;
  }) {
    this.chunkSize = parameters.chunkSize;
    this.#key = Buffer.from(parameters.key);
    this.#baseNonce = Buffer.from(parameters.baseNonce);
    this.#additionalData = Buffer.concat([parameters.aadPrefix, Buffer.of(0)]);
  }

  /** @returns ciphertext and tag of the chunk with this number, counted from 0. */
  encryptChunk(number: number, isLast: boolean, plaintext: Uint8Array): Uint8Array {
    const cipher = createCipheriv('aes-256-gcm', this.#key, this.#nonce(number));
    cipher.setAAD(this.#markLast(isLast));
    const ciphertext = cipher.update(plaintext);
    cipher.final();
    return Buffer.concat([ciphertext, cipher.getAuthTag()]);
  }

  /** @throws InvalidParameter, reason `ChunkNotAuthentic`, unless this very chunk was sealed at this very place. */
  decryptChunk(number: number, isLast: boolean, sealed: Uint8Array): Uint8Array {
    if (sealed.length < TAG_LENGTH || sealed.length > this.chunkSize + TAG_LENGTH)
      throw chunkNotAuthentic(number);
    const tagStart = sealed.length - TAG_LENGTH;
    const decipher = createDecipheriv('aes-256-gcm', this.#key, this.#nonce(number), {
      authTagLength: TAG_LENGTH,
    });
    decipher.setAAD(this.#markLast(isLast));
    decipher.setAuthTag(sealed.subarray(tagStart));
    const plaintext = decipher.update(sealed.subarray(0, tagStart));
    try {
      decipher.final();
    } catch (cause) {
      // A forged tag may stand after the right ciphertext: the plaintext must not stay in memory.
      plaintext.fill(0);
      throw chunkNotAuthentic(number, cause);
    }
    return plaintext;
  }

  /** Wipes the key; the cipher is of no use afterwards. */
  destroy(): void {
    this.#key.fill(0);
    this.#baseNonce.fill(0);
  }

  #nonce(number: number): Buffer {
    if (!Number.isInteger(number) || number < 0 || number >= MAXIMUM_CHUNKS) {
      throw new RangeError(`no chunk has number ${number}`);
    }
    const nonce = Buffer.from(this.#baseNonce);
    nonce.writeUInt32BE((nonce.readUInt32BE(NONCE_LENGTH - 4) ^ number) >>> 0, NONCE_LENGTH - 4);
    return nonce;
  }

  #markLast(isLast: boolean): Buffer {
    this.#additionalData[this.#additionalData.length - 1] = isLast ? 1 : 0;
    return this.#additionalData;
  }
}

/** Turns a stream of bytes into chunks. A full chunk is held back until more follows: only then is it not the last. */
export class ChunkEncryptor {
  readonly #cipher: ChunkCipher;
  readonly #pending: Buffer;
  #pendingLength = 0;
  #chunks = 0;

  constructor(cipher: ChunkCipher) {
    this.#cipher = cipher;
    this.#pending = Buffer.alloc(cipher.chunkSize);
  }

  /** @returns the chunks that became complete, most often none. */
  update(bytes: Uint8Array): Uint8Array[] {
    const sealed: Uint8Array[] = [];
    for (let taken = 0; taken < bytes.length;) {
      if (this.#pendingLength === this.#pending.length) sealed.push(this.#seal(false));
      const piece = bytes.subarray(taken, taken + this.#pending.length - this.#pendingLength);
      this.#pending.set(piece, this.#pendingLength);
      this.#pendingLength += piece.length;
      taken += piece.length;
    }
    return sealed;
  }

  /** @returns the last chunk. */
  finish(): Uint8Array {
    const sealed = this.#seal(true);
    this.#pending.fill(0);
    return sealed;
  }

  #seal(isLast: boolean): Uint8Array {
    const sealed = this.#cipher.encryptChunk(
      this.#chunks,
      isLast,
      this.#pending.subarray(0, this.#pendingLength),
    );
    this.#chunks += 1;
    this.#pendingLength = 0;
    return sealed;
  }
}

/** Encrypts a stream of bytes of any length with the memory of one chunk. */
export async function* encryptChunks(
  plaintext: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  cipher: ChunkCipher,
): AsyncGenerator<Uint8Array, void, undefined> {
  const encryptor = new ChunkEncryptor(cipher);
  for await (const bytes of plaintext) yield* encryptor.update(bytes);
  yield encryptor.finish();
}

/**
 * Decrypts what `encryptChunks` made. Each chunk is authentic when it is yielded, but that the stream is whole is known
 * only when the iteration ends without an error: use nothing for good before.
 * @throws InvalidParameter, reason `ChunkNotAuthentic`.
 */
export async function* decryptChunks(
  sealed: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  cipher: ChunkCipher,
): AsyncGenerator<Uint8Array, void, undefined> {
  const pending = Buffer.alloc(cipher.chunkSize + TAG_LENGTH);
  let pendingLength = 0;
  let chunks = 0;
  for await (const bytes of sealed) {
    for (let taken = 0; taken < bytes.length;) {
      if (pendingLength === pending.length) {
        yield cipher.decryptChunk(chunks, false, pending);
        chunks += 1;
        pendingLength = 0;
      }
      const piece = bytes.subarray(taken, taken + pending.length - pendingLength);
      pending.set(piece, pendingLength);
      pendingLength += piece.length;
      taken += piece.length;
    }
  }
  const last = cipher.decryptChunk(chunks, true, pending.subarray(0, pendingLength));
  // An empty last chunk after others is no encoding of anything: one plaintext has one ciphertext.
  if (last.length === 0 && chunks > 0) throw chunkNotAuthentic(chunks);
  yield last;
}

function chunkNotAuthentic(number: number, cause?: unknown): StrongroomError {
  return new StrongroomError(
    'InvalidParameter',
    `Chunk ${number} is not what was sealed at this place: it was changed, moved, cut or taken from another file.`,
    'The file is damaged or was altered. Use another copy of it, and keep this one aside to be examined.',
    { reason: 'ChunkNotAuthentic', ...(cause === undefined ? {} : { cause }) },
  );
}
