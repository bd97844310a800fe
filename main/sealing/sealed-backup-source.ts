import { refusal } from './refusal.ts';

/** Random access to a sealed backup's bytes; storage's ReadableObject is one. */
export interface SealedBackupSource {
  /** Bytes. */
  readonly size: number;
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Where the bytes of a new sealed backup go, in order. */
export type SealedBackupSink = (bytes: Uint8Array) => Promise<void>;

/** One read from a file; large enough that calls cost nothing beside the bytes. */
const SLICE_LENGTH = 1024 * 1024;

/** Reads exactly `length` bytes: a source that gives fewer is a file that shrank. */
export async function readExactly(
  source: SealedBackupSource,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  const bytes = await source.read(offset, length);
  if (bytes.length !== length) {
    throw refusal(
      'SealedBackupTruncated',
      `The file gave ${bytes.length} bytes where ${length} were expected, at byte ${offset}.`,
    );
  }
  return bytes;
}

/** The bytes from `start` to `end` in slices of about 1 MiB, each a whole multiple of `unit` but the last. */
export async function* readSlices(
  source: SealedBackupSource,
  start: number,
  end: number,
  options: { readonly unit?: number; readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const unit = options.unit ?? 1;
  const step = Math.max(1, Math.floor(SLICE_LENGTH / unit)) * unit;
  for (let offset = start; offset < end; offset += step) {
    options.signal?.throwIfAborted();
    yield await readExactly(source, offset, Math.min(step, end - offset));
  }
}
