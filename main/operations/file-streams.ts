import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { offlineFile } from '../storage/offline-file.ts';

/** What passed through. */
export interface StreamResult {
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Counts and hashes what passes through. */
export class HashedStream implements AsyncIterable<Uint8Array> {
  readonly #source: AsyncIterable<Uint8Array>;
  readonly #hash = createHash('sha256');
  #bytes = 0;

  /** @param start bytes that were taken from the stream before, and count. */
  constructor(source: AsyncIterable<Uint8Array>, start: Uint8Array = new Uint8Array()) {
    this.#source = source;
    this.#hash.update(start);
    this.#bytes = start.length;
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    for await (const slice of this.#source) {
      this.#hash.update(slice);
      this.#bytes += slice.length;
      yield slice;
    }
  }

  result(): StreamResult {
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }
}

/** Writes under a temporary name and publishes when the stream has ended well; never replaces a file. */
export async function writeStream(path: string, stream: AsyncIterable<Uint8Array>): Promise<StreamResult> {
  const file = offlineFile(path);
  // A program that was killed while it decrypted has left plaintext beside its output: the next one takes it away.
  await file.sweep();
  await using staged = await file.stage();
  for await (const bytes of stream) await staged.write(bytes);
  const published = await staged.publish(basename(path));
  return { bytes: published.size, sha256: published.etag };
}
