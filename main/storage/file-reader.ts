import { constants } from 'node:fs';
import { lstat, open, type FileHandle } from 'node:fs/promises';
import { errnoOf } from '../../shared/domain/errno.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { explain, explainFailure } from './storage-failure.ts';
import type { ReadableObject } from './object-store.ts';

/**
 * How every file is opened for reading. O_NOFOLLOW: a symbolic link in place of the file is refused by the kernel
 * in the same step that opens it, so there is no moment between a check and the use (TOCTOU). O_NONBLOCK: opening
 * a FIFO does not wait for a writer; for regular files it means nothing. On Windows both are undefined, which counts
 * as 0 here; there lstat tells links.
 */
const FOLLOW_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK;
const READ_FLAGS = FOLLOW_FLAGS | constants.O_NOFOLLOW;

/** Positional reads from an open file whose size was fixed when it was opened. */
class FileReader implements ReadableObject {
  readonly name: string;
  readonly size: number;
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #ownsHandle: boolean;

  constructor(file: { handle: FileHandle; path: string; name: string; size: number; ownsHandle: boolean }) {
    this.name = file.name;
    this.size = file.size;
    this.#path = file.path;
    this.#handle = file.handle;
    this.#ownsHandle = file.ownsHandle;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    const end = offset + length;
    // Checked against the file before anything is allocated: a forged length costs nothing.
    if (
      !Number.isSafeInteger(offset) ||
      !Number.isSafeInteger(end) ||
      offset < 0 ||
      length < 0 ||
      end > this.size
    ) {
      throw truncated(this.name, end, this.size);
    }
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await explainFailure(
        { doing: `read ${this.#path}`, access: 'read', path: this.#path },
        () => this.#handle.read(bytes, filled, length - filled, offset + filled),
      );
      if (bytesRead === 0) throw truncated(this.name, end, offset + filled);
      filled += bytesRead;
    }
    return bytes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ownsHandle) await this.#handle.close();
  }
}

function truncated(name: string, wanted: number, found: number): StrongroomError {
  return new StrongroomError(
    'InvalidParameter',
    `${name} ends after ${found} bytes; ${wanted} were expected.`,
    'The file was cut short. Take another copy of it.',
    { reason: 'ObjectTruncated' },
  );
}

/** A reader over a handle that somebody else owns and closes. */
export function readerOver(file: {
  handle: FileHandle;
  path: string;
  name: string;
  size: number;
}): ReadableObject {
  return new FileReader({ ...file, ownsHandle: false });
}

export interface OpenedFile {
  readonly reader: ReadableObject;
  readonly modified: { readonly nanoseconds: bigint; readonly time: string };
}

/**
 * Opens a regular file for reading, without ever blocking. A symbolic link is followed only where `link` says so.
 * @throws NotAuthorizedOrNotFound `FileNotFound`; InvalidParameter `NotAFile` for folders, links, FIFOs, devices and sockets
 */
export async function openRegularFile(
  path: string,
  name: string,
  link: 'refuse' | 'follow' = 'refuse',
): Promise<OpenedFile> {
  const attempt = { doing: `open ${path}`, access: 'read', path } as const;
  let handle: FileHandle;
  try {
    handle = await open(path, link === 'refuse' ? READ_FLAGS : FOLLOW_FLAGS);
  } catch (thrown) {
    switch (errnoOf(thrown)) {
      case 'ENOENT':
      case 'ENOTDIR':
        throw new StrongroomError(
          'NotAuthorizedOrNotFound',
          `There is no file ${path}.`,
          'Check the path, and mount the medium if the file is on one.',
          { reason: 'FileNotFound', cause: thrown },
        );
      // ELOOP (EMLINK on FreeBSD): a symbolic link; ENXIO: a socket or a FIFO; EISDIR: a folder, on Windows.
      case 'ELOOP':
      case 'EMLINK':
      case 'ENXIO':
      case 'EISDIR':
        throw notAFile(path);
      default:
        throw await explain(thrown, attempt);
    }
  }
  try {
    // fstat on the open handle: what is checked is what will be read, whatever happens to the name meanwhile.
    const stat = await explainFailure(attempt, () => handle.stat({ bigint: true }));
    if (!stat.isFile()) throw notAFile(path);
    if (link === 'refuse' && process.platform === 'win32' && (await lstat(path)).isSymbolicLink()) {
      throw notAFile(path);
    }
    return {
      reader: new FileReader({ handle, path, name, size: Number(stat.size), ownsHandle: true }),
      modified: { nanoseconds: stat.mtimeNs, time: timeFromNanoseconds(stat.mtimeNs) },
    };
  } catch (thrown) {
    await handle.close();
    throw thrown;
  }
}

function notAFile(path: string): StrongroomError {
  return new StrongroomError(
    'InvalidParameter',
    `${path} is not an ordinary file.`,
    'Name an ordinary file: folders, links inside a bucket, pipes, sockets and devices are never read.',
    { reason: 'NotAFile' },
  );
}

const LATEST_MILLISECONDS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** A file's time as ISO 8601; file systems can hold times that ISO 8601 cannot, which are brought to its nearest end. */
export function timeFromNanoseconds(nanoseconds: bigint): string {
  const milliseconds = Number(nanoseconds / 1_000_000n);
  return new Date(Math.min(Math.max(milliseconds, 0), LATEST_MILLISECONDS)).toISOString();
}
