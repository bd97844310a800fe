import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, opendir, rename, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../shared/domain/errno.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { openRegularFile, readerOver } from './file-reader.ts';
import { bytesOf, hashObject } from './hash-object.ts';
import type { ObjectSummary, ReadableObject, ResumedObject } from './object-store.ts';
import { publishWithoutReplacing, syncFolder, type LinkFile } from './publish.ts';
import { explain, explainFailure } from './storage-failure.ts';
import {
  holdTemporaryName,
  keyPart,
  makeTemporaryName,
  parseTemporaryName,
  releaseTemporaryName,
  writerOf,
} from './temporary-names.ts';

/** Where a staged file is written and published, and who is asked and told. */
export interface StagingPlace {
  readonly folder: string;
  /** Throws if nothing may be published under this name here. */
  admit(name: string): Promise<void>;
  /** Told after an object was published and read back. */
  published(summary: ObjectSummary, modifiedNanoseconds: bigint): Promise<void>;
  /** An officer's own file may be empty (a decrypted empty file is one); an object of a bucket may not. */
  readonly admitsEmpty?: boolean;
  /** link(2), or what stands for it in tests of file systems without hard links. */
  readonly linkFile?: LinkFile;
}

/** One descriptor reads and writes: what is read back is the very file that was written, whatever its name is now. */
const CREATE_FLAGS = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const RESUME_FLAGS = constants.O_RDWR | constants.O_NOFOLLOW;

/** Starts an object under a temporary name in the folder where it will be published (rules R24, R73). */
export async function stageFile(place: StagingPlace): Promise<ResumedObject> {
  return await createStagedFile(place, makeTemporaryName('staging'));
}

/**
 * Goes on with the file that a dead writer staged under the same key, or starts one. Taking it over is a rename to a
 * name of this process, so that of two who try only one gets it; the other starts its own.
 * @throws Conflict `CopyInProgress` if this process is writing under the key already
 */
export async function resumeFile(place: StagingPlace, resumeKey: string): Promise<ResumedObject> {
  const ownName = makeTemporaryName('staging', resumeKey);
  if (writerOfName(ownName) === 'alive') {
    throw new StrongroomError(
      'Conflict',
      'The same object is being copied to the same place already.',
      'Wait for the running copy to end.',
      { reason: 'CopyInProgress' },
    );
  }
  holdTemporaryName(ownName);
  try {
    const left = await findAbandoned(place.folder, keyPart(resumeKey), ownName);
    const resumed = left === undefined ? undefined : await takeOver(place, left, ownName);
    return resumed ?? (await createStagedFile(place, ownName));
  } catch (thrown) {
    releaseTemporaryName(ownName);
    throw thrown;
  }
}

function writerOfName(name: string): 'alive' | 'dead' | 'unknown' {
  const parts = parseTemporaryName(name);
  return parts === undefined ? 'unknown' : writerOf(name, parts);
}

async function findAbandoned(folder: string, key: string, ownName: string): Promise<string | undefined> {
  return await explainFailure({ doing: `read ${folder}`, access: 'read', path: folder }, async () => {
    for await (const { name } of await opendir(folder)) {
      const parts = parseTemporaryName(name);
      if (parts?.kind !== 'staging' || parts.key !== key) continue;
      // This process holds its own name by now; what stands under it is left of an earlier attempt.
      if (name === ownName || writerOf(name, parts) === 'dead') return name;
    }
    return undefined;
  });
}

async function takeOver(place: StagingPlace, left: string, ownName: string): Promise<StagedFile | undefined> {
  const path = join(place.folder, ownName);
  try {
    if (left !== ownName) await rename(join(place.folder, left), path);
    const handle = await open(path, RESUME_FLAGS);
    const stat = await handle.stat();
    // More than one link: its writer died after publishing and before removing this name. Writing on would change
    // the published object.
    if (stat.isFile() && stat.nlink === 1) return await StagedFile.over(place, ownName, handle, stat.size);
    await handle.close();
    await unlink(path);
    return undefined;
  } catch (thrown) {
    // Somebody else took it over first.
    if (errnoOf(thrown) === 'ENOENT') return undefined;
    throw await explain(thrown, {
      doing: `go on with a copy to ${place.folder}`,
      access: 'write',
      path: place.folder,
    });
  }
}

async function createStagedFile(place: StagingPlace, name: string): Promise<StagedFile> {
  const attempt = { doing: `write to ${place.folder}`, access: 'write', path: place.folder } as const;
  holdTemporaryName(name);
  try {
    const handle = await explainFailure(attempt, () => open(join(place.folder, name), CREATE_FLAGS, 0o600));
    return await StagedFile.over(place, name, handle, 0);
  } catch (thrown) {
    releaseTemporaryName(name);
    throw thrown;
  }
}

class StagedFile implements ResumedObject {
  readonly staged: { readonly size: number; readonly sha256: string };
  readonly #place: StagingPlace;
  readonly #name: string;
  readonly #path: string;
  readonly #handle: FileHandle;
  /** Of everything written so far. */
  readonly #hash: Hash;
  #size: number;
  #state: 'writing' | 'published' | 'left' | 'gone' = 'writing';

  private constructor(place: StagingPlace, name: string, handle: FileHandle, hash: Hash, size: number) {
    this.#place = place;
    this.#name = name;
    this.#path = join(place.folder, name);
    this.#handle = handle;
    this.#hash = hash;
    this.#size = size;
    this.staged = { size, sha256: hash.copy().digest('hex') };
  }

  /** The first `size` bytes are in the file already: their hash is taken from the disk, not believed. */
  static async over(
    place: StagingPlace,
    name: string,
    handle: FileHandle,
    size: number,
  ): Promise<StagedFile> {
    const hash = createHash('sha256');
    const path = join(place.folder, name);
    try {
      for await (const bytes of bytesOf(readerOver({ handle, path, name, size }))) hash.update(bytes);
    } catch (thrown) {
      await handle.close();
      throw thrown;
    }
    return new StagedFile(place, name, handle, hash, size);
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#requireWriting();
    // Position and hash move before the first wait, so that overlapping writes keep their order.
    let position = this.#size;
    this.#size += bytes.length;
    this.#hash.update(bytes);
    await this.#attempt(`write to ${this.#place.folder}`, bytes.length, async () => {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.#handle.write(bytes, done, bytes.length - done, position);
        done += bytesWritten;
        position += bytesWritten;
      }
    });
  }

  async reopen(): Promise<ReadableObject> {
    this.#requireWriting();
    await this.#attempt(`flush what was written to ${this.#place.folder}`, 0, () => this.#handle.datasync());
    return readerOver({ handle: this.#handle, path: this.#path, name: this.#name, size: this.#size });
  }

  async publish(name: string): Promise<ObjectSummary> {
    this.#requireWriting();
    await this.#place.admit(name);
    if (this.#size === 0 && this.#place.admitsEmpty !== true) {
      // See [Note: publishing without replacing]: an empty file is never an object of a bucket.
      throw new StrongroomError(
        'InvalidParameter',
        'An object cannot be empty.',
        'Write something into it.',
        {
          reason: 'EmptyObject',
        },
      );
    }
    const final = join(this.#place.folder, name);
    const sha256 = this.#hash.copy().digest('hex');
    const { summary, modifiedNanoseconds } = await this.#attempt(`publish ${final}`, 0, async () => {
      await this.#handle.sync();
      await publishWithoutReplacing(this.#path, final, this.#place.linkFile);
      try {
        await syncFolder(this.#place.folder);
        return await readBack(final, { name, sha256, size: this.#size });
      } catch (thrown) {
        // Not reported done, so it must not look done either.
        await unlink(final).catch(() => undefined);
        throw thrown;
      }
    });
    this.#state = 'published';
    await this.#close();
    await this.#place.published(summary, modifiedNanoseconds);
    return summary;
  }

  async leave(): Promise<void> {
    this.#requireWriting();
    await this.#attempt(`flush what was written to ${this.#place.folder}`, 0, () => this.#handle.datasync());
    this.#state = 'left';
    await this.#close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === 'writing') await this.#discard();
  }

  /** Any failure removes what was staged, except a taken name: then another name may be tried. */
  async #attempt<Result>(doing: string, bytesNeeded: number, work: () => Promise<Result>): Promise<Result> {
    try {
      return await explainFailure(
        { doing, access: 'write', path: this.#place.folder, ...(bytesNeeded > 0 ? { bytesNeeded } : {}) },
        work,
      );
    } catch (thrown) {
      if (!(thrown instanceof StrongroomError && thrown.reason === 'NameTaken')) await this.#discard();
      throw thrown;
    }
  }

  #requireWriting(): void {
    if (this.#state === 'writing') return;
    throw new Error(`a staged object was used after it was ${this.#state}`);
  }

  async #discard(): Promise<void> {
    if (this.#state !== 'writing') return;
    this.#state = 'gone';
    await this.#close();
    // A medium that was pulled cannot be cleaned now: the next sweep does it.
    await unlink(this.#path).catch(() => undefined);
  }

  async #close(): Promise<void> {
    releaseTemporaryName(this.#name);
    // What close could still report, sync has reported before; there is nothing left to lose.
    await this.#handle.close().catch(() => undefined);
  }
}

/**
 * Reads the published object by its name and compares it with what was written. It catches a wrong file under the name,
 * and what the file system mangled; the kernel may answer from its cache, so that a medium that lies about fsync is
 * found only when it was attached anew (copy and verify read everything again).
 */
async function readBack(
  path: string,
  written: { name: string; sha256: string; size: number },
): Promise<{ summary: ObjectSummary; modifiedNanoseconds: bigint }> {
  const { reader, modified } = await openRegularFile(path, written.name);
  await using object = reader;
  if (object.size !== written.size || (await hashObject(object)) !== written.sha256) {
    throw new StrongroomError(
      'ServiceUnavailable',
      `What was read back from ${path} is not what was written.`,
      'Do not trust this medium. Check it, and write to another one.',
      { reason: 'ReadBackDiffers' },
    );
  }
  return {
    summary: { name: written.name, size: written.size, etag: written.sha256, timeCreated: modified.time },
    modifiedNanoseconds: modified.nanoseconds,
  };
}
