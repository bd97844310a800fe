import { createHash } from 'node:crypto';
import type { ReadableObject } from './object-store.ts';

/** The buffer of every streamed read and copy: 1 MiB. */
export const STREAM_BYTES = 1024 * 1024;

/** An object's bytes in order, in pieces of at most 1 MiB. @throws the signal's reason when it is aborted. */
export async function* bytesOf(object: ReadableObject, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < object.size; offset += STREAM_BYTES) {
    signal?.throwIfAborted();
    yield await object.read(offset, Math.min(STREAM_BYTES, object.size - offset));
  }
}

/** SHA-256 of an object's content in hexadecimal, read as a stream. */
export async function hashObject(object: ReadableObject, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of bytesOf(object, signal)) hash.update(bytes);
  return hash.digest('hex');
}

/**
 * The SHA-256 that an object's name promises (SEALED-BACKUP 10: `<words>-<64 hexadecimal digits>`, an extension may
 * follow), or undefined. Whoever reads the object compares it with hashObject.
 */
export function hashInName(name: string): string | undefined {
  return /-(?<hash>[0-9a-f]{64})(?:\.[a-z]+)?$/.exec(name)?.groups?.['hash'];
}
