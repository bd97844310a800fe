import type { ChunkCipher } from './chunk-cipher.ts';
import { TAG_LENGTH, chunkCount } from './chunk-cipher.ts';
import { readExactly, readSlices, type SealedBackupSource } from './sealed-backup-source.ts';

/** The plaintext of a sealed backup, decrypted where it is asked for. Every chunk is authentic or an error. */
export class SealedPlaintext {
  readonly length: number;
  readonly #source: SealedBackupSource;
  readonly #cipher: ChunkCipher;
  readonly #chunksStart: number;
  readonly #chunks: number;

  constructor(parameters: {
    readonly source: SealedBackupSource;
    readonly cipher: ChunkCipher;
    /** Where the first chunk begins in the file. */
    readonly chunksStart: number;
    readonly plaintextLength: number;
  }) {
    this.length = parameters.plaintextLength;
    this.#source = parameters.source;
    this.#cipher = parameters.cipher;
    this.#chunksStart = parameters.chunksStart;
    this.#chunks = chunkCount(parameters.plaintextLength, parameters.cipher.chunkSize);
  }

  /** Decrypts the last chunk: proof that the stream ends where the trailer says (SEALED-BACKUP 4). */
  async checkLastChunk(): Promise<void> {
    const start = this.#sealedStart(this.#chunks - 1);
    this.#decrypt(
      this.#chunks - 1,
      await readExactly(this.#source, start, this.#sealedStart(this.#chunks) - start),
    );
  }

  /** The plaintext from `start` to `end`, chunk by chunk. */
  async *stream(
    start: number,
    end: number,
    signal?: AbortSignal,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    if (start >= end) return;
    const chunkSize = this.#cipher.chunkSize;
    const unit = chunkSize + TAG_LENGTH;
    let number = Math.floor(start / chunkSize);
    const sealedEnd = this.#sealedStart(Math.ceil(end / chunkSize));
    for await (const slice of readSlices(this.#source, this.#sealedStart(number), sealedEnd, {
      unit,
      signal,
    })) {
      for (let at = 0; at < slice.length; at += unit) {
        const plaintext = this.#decrypt(number, slice.subarray(at, at + unit));
        const chunkStart = number * chunkSize;
        yield plaintext.subarray(Math.max(0, start - chunkStart), end - chunkStart);
        number += 1;
      }
    }
  }

  /** The plaintext from `start` to `end` in one piece. */
  async read(start: number, end: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    for await (const piece of this.stream(start, end)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  #decrypt(number: number, sealed: Uint8Array): Uint8Array {
    return this.#cipher.decryptChunk(number, number === this.#chunks - 1, sealed);
  }

  /** Where the chunk with this number begins in the file; of the number after the last, where the chunks end. */
  #sealedStart(number: number): number {
    return this.#chunksStart + Math.min(number * this.#cipher.chunkSize, this.length) + number * TAG_LENGTH;
  }
}
