import { lstat, unlink } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { errnoOf } from '../../shared/domain/errno.ts';
import { folderLocationSchema } from '../../shared/domain/bucket.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { openRegularFile } from './file-reader.ts';
import { hashObject } from './hash-object.ts';
import type { ObjectStore, ObjectSummary, ReadableObject, ResumedObject } from './object-store.ts';
import { nameTaken, syncFolder, type LinkFile } from './publish.ts';
import { resumeFile, stageFile, type StagingPlace } from './staged-file.ts';
import { explain } from './storage-failure.ts';
import { sweepFolder } from './sweep.ts';

/**
 * One file outside any bucket, as an object store that knows a single name (rules R23, R31).
 * @throws InvalidParameter `PathInvalid`
 */
export function offlineFile(path: string, linkFile?: LinkFile): OfflineFile {
  const absolute = resolve(path);
  if (!folderLocationSchema.safeParse(path).success || basename(absolute) === '') {
    throw new StrongroomError('InvalidParameter', 'The path of the file cannot be used.', 'Name a file.', {
      reason: 'PathInvalid',
    });
  }
  return new OfflineFile(absolute, linkFile);
}

/**
 * Written like an object of a bucket: staged beside its place, published without replacing, read back. Read with care:
 * the path is whatever somebody typed or dropped. A symbolic link is followed, as the path was chosen by the person.
 */
export class OfflineFile implements ObjectStore {
  /** Absolute. */
  readonly path: string;
  /** The file's name: the only name that this store knows. */
  readonly name: string;
  readonly #place: StagingPlace;

  constructor(path: string, linkFile?: LinkFile) {
    this.path = path;
    this.name = basename(path);
    this.#place = {
      folder: dirname(path),
      admit: (name) => {
        this.#requireName(name);
        return Promise.resolve();
      },
      published: () => Promise.resolve(),
      admitsEmpty: true,
      ...(linkFile === undefined ? {} : { linkFile }),
    };
  }

  async stage(): Promise<ResumedObject> {
    await this.#requireFree();
    return await stageFile(this.#place);
  }

  async resume(key: string): Promise<ResumedObject> {
    await this.#requireFree();
    return await resumeFile(this.#place, key);
  }

  async open(name: string = this.name): Promise<ReadableObject> {
    this.#requireName(name);
    return (await openRegularFile(this.path, this.name, 'follow')).reader;
  }

  async head(name: string = this.name): Promise<ObjectSummary> {
    this.#requireName(name);
    const { reader, modified } = await openRegularFile(this.path, this.name, 'follow');
    await using file = reader;
    return { name: this.name, size: file.size, etag: await hashObject(file), timeCreated: modified.time };
  }

  async *list(): AsyncGenerator<ObjectSummary> {
    const summary = await this.head().catch((thrown: unknown) => {
      if (thrown instanceof StrongroomError && thrown.reason === 'FileNotFound') return undefined;
      throw thrown;
    });
    if (summary !== undefined) yield summary;
  }

  async delete(name: string = this.name): Promise<void> {
    this.#requireName(name);
    try {
      await unlink(this.path);
      await syncFolder(this.#place.folder);
    } catch (thrown) {
      throw await explain(thrown, { doing: `delete ${this.path}`, access: 'write', path: this.path });
    }
  }

  async sweep(): Promise<readonly string[]> {
    return await sweepFolder(this.#place.folder);
  }

  /** Publishing refuses a taken name anyway; asked first, it does so before the work and not after it. */
  async #requireFree(): Promise<void> {
    try {
      await lstat(this.path);
    } catch (thrown) {
      if (errnoOf(thrown) === 'ENOENT') return;
      throw await explain(thrown, { doing: `write ${this.path}`, access: 'write', path: this.path });
    }
    throw nameTaken(this.path);
  }

  #requireName(name: string): void {
    if (name === this.name) return;
    throw new StrongroomError(
      'InvalidParameter',
      `The offline file is named ${this.name} and cannot hold an object of another name.`,
      'Use the name of the file.',
      { reason: 'ObjectNameInvalid' },
    );
  }
}
