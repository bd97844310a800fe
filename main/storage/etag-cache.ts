import { lstat, mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { sha256Schema } from '../../shared/domain/identifiers.ts';
import { holdTemporaryName, makeTemporaryName, releaseTemporaryName } from './temporary-names.ts';

/** The folder in a bucket folder where known ETags are kept. */
export const ETAG_FOLDER = '.etags';

const recordSchema = z.object({
  sha256: sha256Schema,
  size: z.number().int().nonnegative(),
  /** Modification time in nanoseconds, as text: beyond what a JSON number holds exactly. */
  modified: z.string().regex(/^-?[0-9]{1,20}$/),
});

/** What tells that a file is still the one whose hash was taken. */
export interface FileStamp {
  readonly size: number;
  readonly modifiedNanoseconds: bigint;
}

/**
 * The SHA-256 of objects by name, so that a listing does not read every object again. Only a cache: it is believed as
 * long as size and modification time fit, which is no protection against anybody; whoever relies on a content reads and
 * hashes it (copy, verify). It may be lost or unwritable at any time, so that no failure here is one of the caller's.
 */
export class EtagCache {
  readonly #folder: string;

  constructor(bucketFolder: string) {
    this.#folder = join(bucketFolder, ETAG_FOLDER);
  }

  async get(name: string, stamp: FileStamp): Promise<string | undefined> {
    try {
      const path = this.#path(name);
      const stat = await lstat(path);
      if (!stat.isFile() || stat.size > 1024) return undefined;
      const record = recordSchema.parse(JSON.parse(await readFile(path, 'utf8')));
      const fits = record.size === stamp.size && BigInt(record.modified) === stamp.modifiedNanoseconds;
      return fits ? record.sha256 : undefined;
    } catch {
      return undefined;
    }
  }

  async put(name: string, stamp: FileStamp, sha256: string): Promise<void> {
    const temporaryName = makeTemporaryName('staging');
    const temporary = join(this.#folder, temporaryName);
    holdTemporaryName(temporaryName);
    try {
      await mkdir(this.#folder, { mode: 0o700 }).catch(() => undefined);
      // A link here could lead the record out of the bucket.
      if (!(await lstat(this.#folder)).isDirectory()) return;
      const handle = await open(temporary, 'wx', 0o600);
      try {
        const record = { sha256, size: stamp.size, modified: stamp.modifiedNanoseconds.toString() };
        await handle.writeFile(`${JSON.stringify(record)}\n`);
      } finally {
        await handle.close();
      }
      await rename(temporary, this.#path(name));
    } catch {
      await unlink(temporary).catch(() => undefined);
    } finally {
      releaseTemporaryName(temporaryName);
    }
  }

  async forget(name: string): Promise<void> {
    await unlink(this.#path(name)).catch(() => undefined);
  }

  #path(name: string): string {
    return join(this.#folder, `${name}.json`);
  }
}
