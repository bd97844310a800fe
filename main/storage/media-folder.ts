import { lstat, opendir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { readMarker } from './bucket-marker.ts';
import { identityOf, makeFolder, realFolder } from './bucket-place.ts';
import { openRegularFile, timeFromNanoseconds } from './file-reader.ts';
import type { OpenedFile } from './file-reader.ts';
import { hashObject } from './hash-object.ts';
import type { ObjectStore, ObjectSummary, ReadableObject, ResumedObject } from './object-store.ts';
import { resumeFile, stageFile, type StagingPlace } from './staged-file.ts';
import { explainFailure } from './storage-failure.ts';
import { sweepFolder } from './sweep.ts';

/** Something in a folder on a medium, at a first look: opening it looks again. */
export interface FoundFile {
  readonly name: string;
  /** Bytes; 0 for what is no ordinary file. */
  readonly size: number;
  /** Whether it is an ordinary file; a link, pipe, socket or device is not. */
  readonly isFile: boolean;
  /** When it was last written. */
  readonly timeModified: string;
}

/**
 * Opens a folder on a removable medium (rule R31). Links in its path are followed, as a person chose it; within it none is.
 * @param options.make makes the folder if its parent is there.
 * @throws NotAuthorizedOrNotFound `BucketFolderMissing`; InvalidParameter `NotAFolder`, `ParentFolderMissing`, `FolderIsBucket`
 */
export async function openMediaFolder(
  path: string,
  options: { readonly make?: boolean } = {},
): Promise<MediaFolder> {
  if (options.make === true) await makeFolder(path);
  const location = await realFolder(path);
  const marker = await readMarker(location);
  if (marker !== undefined) {
    throw new StrongroomError(
      'InvalidParameter',
      `${location} is the bucket ${marker.name} of ${marker.region}, not a folder of exported backups.`,
      'Copy into a bucket with object copy; take a bucket of this realm into the catalog with backup rebuild-catalog.',
      { reason: 'FolderIsBucket' },
    );
  }
  return new MediaFolder(location, await identityOf(location));
}

/**
 * Sealed backups in a folder on a removable medium: ordinary files in it, nothing beneath it. Written like the objects of
 * a bucket (staged, published without replacing, read back), and read with care, for anybody may have had the medium.
 */
export class MediaFolder implements Pick<ObjectStore, 'stage' | 'resume' | 'open' | 'head' | 'sweep'> {
  /** The folder's path, links resolved when it was opened. */
  readonly location: string;
  readonly #identity: string;
  readonly #place: StagingPlace;

  constructor(location: string, identity: string) {
    this.location = location;
    this.#identity = identity;
    this.#place = {
      folder: location,
      admit: async (name) => {
        requirePlainName(name);
        await this.requireSameFolder();
      },
      published: () => Promise.resolve(),
    };
  }

  async stage(): Promise<ResumedObject> {
    await this.requireSameFolder();
    return await stageFile(this.#place);
  }

  async resume(key: string): Promise<ResumedObject> {
    await this.requireSameFolder();
    return await resumeFile(this.#place, key);
  }

  async open(name: string): Promise<ReadableObject> {
    return (await this.#open(name)).reader;
  }

  /** Reads the whole file for its hash. */
  async head(name: string): Promise<ObjectSummary> {
    const { reader, modified } = await this.#open(name);
    await using file = reader;
    return { name, size: file.size, etag: await hashObject(file), timeCreated: modified.time };
  }

  async sweep(): Promise<readonly string[]> {
    return await sweepFolder(this.location);
  }

  /**
   * A medium that was pulled leaves an empty folder of the machine's own disk in its place: writing there would report
   * an export that is on no medium.
   * @throws Conflict `MediumChanged`
   */
  async requireSameFolder(): Promise<void> {
    if ((await identityOf(this.location)) === this.#identity) return;
    throw new StrongroomError(
      'Conflict',
      `${this.location} is no longer the folder that was opened: the medium was changed.`,
      'Attach the medium again, then start again: what is on it already is kept.',
      { reason: 'MediumChanged' },
    );
  }

  async #open(name: string): Promise<OpenedFile> {
    requirePlainName(name);
    return await openRegularFile(join(this.location, name), name);
  }
}

/**
 * What lies in a folder, by name: folders in it and hidden files are passed over, and nothing is opened. Memory: the names.
 */
export async function listFolder(folder: string): Promise<FoundFile[]> {
  return await explainFailure({ doing: `list ${folder}`, access: 'read', path: folder }, async () => {
    const found: FoundFile[] = [];
    for await (const { name } of await opendir(folder)) {
      // Hidden files are those that are being written, and what systems leave on media.
      if (name.startsWith('.')) continue;
      // A name that cannot be looked at is told by whoever opens it: a listing is not to hide it.
      const stat = await lstat(join(folder, name), { bigint: true }).catch(() => undefined);
      if (stat?.isDirectory() === true) continue;
      const isFile = stat?.isFile() ?? true;
      found.push({
        name,
        size: isFile ? Number(stat?.size ?? 0n) : 0,
        isFile,
        timeModified: timeFromNanoseconds(stat?.mtimeNs ?? 0n),
      });
    }
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  });
}

/** A name in the folder, and no way out of it. */
function requirePlainName(name: string): void {
  if (name !== '' && name !== '.' && name !== '..' && basename(name) === name && !name.includes('\0')) return;
  throw new StrongroomError('InvalidParameter', 'The name of the file cannot be used.', 'Name a file.', {
    reason: 'PathInvalid',
  });
}
