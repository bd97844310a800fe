import { lstat, opendir, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { errnoOf } from '../../shared/domain/errno.ts';
import { bucketNameSchema, folderLocationSchema, objectNameSchema } from '../../shared/domain/bucket.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { regionIdSchema } from '../../shared/domain/region.ts';
import { encodeMarker, MARKER_NAME, readMarker, type BucketMarker } from './bucket-marker.ts';
import { foldsCase, identityOf, isSpelledSo, makeFolder, realFolder, requireEmpty } from './bucket-place.ts';
import { ETAG_FOLDER, EtagCache, type FileStamp } from './etag-cache.ts';
import { openRegularFile, timeFromNanoseconds } from './file-reader.ts';
import { hashObject } from './hash-object.ts';
import type { ObjectStore, ObjectSummary, ReadableObject, ResumedObject } from './object-store.ts';
import { syncFolder, type LinkFile } from './publish.ts';
import { resumeFile, stageFile, type StagingPlace } from './staged-file.ts';
import { explain, explainFailure } from './storage-failure.ts';
import { sweepFolder } from './sweep.ts';

const bucketFolderSchema = z.object({
  location: folderLocationSchema,
  name: bucketNameSchema,
  region: regionIdSchema,
});

/** Which bucket, and where. */
export interface BucketFolder {
  /** The folder's path. */
  readonly location: string;
  readonly name: string;
  /** Region identifier. */
  readonly region: string;
}

/** Objects whose summaries are looked up at a time in a listing: quick on slow media, and 16 MiB of buffers at most. */
const LIST_BATCH = 16;

/**
 * Makes a bucket in an empty or missing folder, or takes over a folder that holds the same bucket already.
 * @throws InvalidParameter `ParentFolderMissing`, `NotAFolder`; Conflict `BucketFolderTaken`, `BucketFolderNotEmpty`
 */
export async function createFolderBucket(request: BucketFolder, linkFile?: LinkFile): Promise<FolderBucket> {
  const { location, name, region } = checkRequest(request);
  await makeFolder(location);
  const folder = await realFolder(location);
  // An earlier attempt that crashed may have left an empty marker (see [Note: publishing without replacing]).
  await sweepFolder(folder);
  if ((await readMarker(folder)) === undefined) {
    await requireEmpty(folder);
    await writeMarker(
      folder,
      { formatVersion: 1, name, region, timeCreated: new Date().toISOString() },
      linkFile,
    );
  }
  return await openFolderBucket({ location, name, region }, linkFile);
}

/**
 * Opens a bucket for use.
 * @throws NotAuthorizedOrNotFound `BucketFolderMissing`; Conflict `BucketMarkerMissing`, `BucketFolderTaken`, `BucketMarkerUnreadable`, `BucketFormatUnknown`
 */
export async function openFolderBucket(request: BucketFolder, linkFile?: LinkFile): Promise<FolderBucket> {
  const { location, name, region } = checkRequest(request);
  const folder = await realFolder(location);
  const marker = await requireMarker(folder, name, region);
  return new FolderBucket(folder, marker, await identityOf(folder), await foldsCase(folder), linkFile);
}

/** A bucket that is a folder (rules R23, R24, R30, R73): one regular file per object, under the object's own name. */
export class FolderBucket implements ObjectStore {
  readonly name: string;
  readonly region: string;
  /** The folder's path, links resolved when it was opened. */
  readonly location: string;
  readonly timeCreated: string;
  readonly #etags: EtagCache;
  readonly #place: StagingPlace;
  readonly #foldsCase: boolean;
  #identity: string;

  constructor(
    location: string,
    marker: BucketMarker,
    identity: string,
    folds: boolean,
    linkFile: LinkFile | undefined,
  ) {
    this.name = marker.name;
    this.region = marker.region;
    this.location = location;
    this.timeCreated = marker.timeCreated;
    this.#identity = identity;
    this.#foldsCase = folds;
    this.#etags = new EtagCache(location);
    this.#place = {
      folder: location,
      admit: async (name) => {
        checkObjectName(name);
        await this.#requireSameFolder();
      },
      published: async ({ name, size, etag }, modifiedNanoseconds) => {
        await this.#etags.put(name, { size, modifiedNanoseconds }, etag);
      },
      ...(linkFile === undefined ? {} : { linkFile }),
    };
  }

  async stage(): Promise<ResumedObject> {
    await this.#requireSameFolder();
    return await stageFile(this.#place);
  }

  async resume(key: string): Promise<ResumedObject> {
    await this.#requireSameFolder();
    return await resumeFile(this.#place, key);
  }

  async open(name: string): Promise<ReadableObject> {
    await this.#requireObjectName(name);
    const { reader } = await this.#openFile(name);
    if (reader.size > 0) return reader;
    await reader[Symbol.asyncDispose]();
    throw this.#noObject(name);
  }

  async head(name: string): Promise<ObjectSummary> {
    await this.#requireObjectName(name);
    const summary = await this.#summaryOf(name);
    if (summary === undefined) throw this.#noObject(name);
    return summary;
  }

  /** By name. Memory: the names, and one batch of summaries. What is not an object is passed over. */
  async *list(): AsyncGenerator<ObjectSummary> {
    await this.#requireSameFolder();
    const names = await explainFailure(
      { doing: `list ${this.location}`, access: 'read', path: this.location },
      async () => {
        const found: string[] = [];
        for await (const { name } of await opendir(this.location)) {
          if (objectNameSchema.safeParse(name).success) found.push(name);
        }
        // Plain ASCII: the order of code units is the same on every machine.
        return found.sort();
      },
    );
    for (let start = 0; start < names.length; start += LIST_BATCH) {
      const batch = names.slice(start, start + LIST_BATCH);
      for (const summary of await Promise.all(batch.map((name) => this.#summaryOf(name)))) {
        if (summary !== undefined) yield summary;
      }
    }
  }

  async delete(name: string): Promise<void> {
    await this.#requireObjectName(name);
    const path = join(this.location, name);
    if ((await this.#stampOf(name)) === undefined) throw this.#noObject(name);
    try {
      await unlink(path);
      await syncFolder(this.location);
    } catch (thrown) {
      if (errnoOf(thrown) === 'ENOENT') throw this.#noObject(name);
      throw await explain(thrown, { doing: `delete ${path}`, access: 'write', path });
    }
    await this.#etags.forget(name);
  }

  async sweep(): Promise<readonly string[]> {
    await this.#requireSameFolder();
    return [...(await sweepFolder(this.location)), ...(await sweepFolder(join(this.location, ETAG_FOLDER)))];
  }

  /** @returns undefined for what is no object: missing, empty, or not a regular file */
  async #summaryOf(name: string): Promise<ObjectSummary | undefined> {
    const stamp = await this.#stampOf(name);
    if (stamp === undefined) return undefined;
    const known = await this.#etags.get(name, stamp);
    if (known !== undefined) return summaryOf(name, stamp, known);
    const opened = await this.#openFile(name).catch((thrown: unknown) => {
      // Deleted or replaced between lstat and open: the same answer as a moment later.
      if (thrown instanceof StrongroomError && NOT_THERE.has(thrown.reason ?? '')) return undefined;
      throw thrown;
    });
    if (opened === undefined) return undefined;
    await using object = opened.reader;
    // Size and time are the opened file's own, so that hash and stamp belong together.
    const read = { size: object.size, modifiedNanoseconds: opened.modified.nanoseconds };
    const sha256 = await hashObject(object);
    await this.#etags.put(name, read, sha256);
    return summaryOf(name, read, sha256);
  }

  /** lstat, so that a link is seen as a link; what it says is only a first look, opening checks again. */
  async #stampOf(name: string): Promise<FileStamp | undefined> {
    const path = join(this.location, name);
    try {
      const stat = await lstat(path, { bigint: true });
      if (!stat.isFile() || stat.size === 0n) return undefined;
      return { size: Number(stat.size), modifiedNanoseconds: stat.mtimeNs };
    } catch (thrown) {
      if (errnoOf(thrown) === 'ENOENT') return undefined;
      throw await explain(thrown, { doing: `look at ${path}`, access: 'read', path });
    }
  }

  async #openFile(name: string): ReturnType<typeof openRegularFile> {
    return await openRegularFile(join(this.location, name), name).catch((thrown: unknown) => {
      if (thrown instanceof StrongroomError && thrown.reason === 'FileNotFound') throw this.#noObject(name);
      throw thrown;
    });
  }

  async #requireObjectName(name: string): Promise<void> {
    checkObjectName(name);
    await this.#requireSameFolder();
    if (this.#foldsCase && !(await isSpelledSo(this.location, name))) throw this.#noObject(name);
  }

  /**
   * A medium that was unmounted leaves an empty folder of the machine's own disk in its place; writing there would
   * report a backup done that is not on the medium. So every operation makes sure that the folder is the one that
   * was opened, or, if it was mounted anew, holds the same bucket. It cannot be unmounted while a staged file is open.
   */
  async #requireSameFolder(): Promise<void> {
    const identity = await identityOf(this.location);
    if (identity === this.#identity) return;
    await requireMarker(this.location, this.name, this.region);
    this.#identity = identity;
  }

  #noObject(name: string): StrongroomError {
    return new StrongroomError(
      'NotAuthorizedOrNotFound',
      `Bucket ${this.name} has no object ${name}.`,
      'See what it holds (object list).',
      { reason: 'ObjectNotFound' },
    );
  }
}

const NOT_THERE = new Set(['ObjectNotFound', 'NotAFile']);

function summaryOf(name: string, stamp: FileStamp, sha256: string): ObjectSummary {
  return {
    name,
    size: stamp.size,
    etag: sha256,
    timeCreated: timeFromNanoseconds(stamp.modifiedNanoseconds),
  };
}

function checkRequest(request: BucketFolder): BucketFolder {
  const parsed = bucketFolderSchema.safeParse(request);
  if (parsed.success) return { ...parsed.data, location: resolve(parsed.data.location) };
  throw new StrongroomError(
    'InvalidParameter',
    `The bucket cannot be used: ${describeIssue(parsed.error)}.`,
    'Correct it and try again.',
    { reason: 'BucketInvalid' },
  );
}

function checkObjectName(name: string): void {
  const parsed = objectNameSchema.safeParse(name);
  if (parsed.success) return;
  throw new StrongroomError(
    'InvalidParameter',
    `The object's name cannot be used: it ${parsed.error.issues[0]?.message ?? 'is not valid'}.`,
    'Choose a name of 1 to 200 letters, digits, dots, underscores and hyphens.',
    { reason: 'ObjectNameInvalid' },
  );
}

function describeIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return `${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not valid'}`.trim();
}

async function requireMarker(folder: string, name: string, region: string): Promise<BucketMarker> {
  const marker = await readMarker(folder);
  if (marker === undefined) {
    throw new StrongroomError(
      'Conflict',
      `${folder} holds no bucket.`,
      `Mount the medium that has bucket ${name}, or make a bucket there (bucket create).`,
      { reason: 'BucketMarkerMissing' },
    );
  }
  if (marker.name !== name || marker.region !== region) {
    throw new StrongroomError(
      'Conflict',
      `${folder} holds bucket ${marker.name} of ${marker.region}, not ${name} of ${region}.`,
      'Attach the right medium, or choose another folder.',
      { reason: 'BucketFolderTaken' },
    );
  }
  return marker;
}

async function writeMarker(folder: string, marker: BucketMarker, linkFile?: LinkFile): Promise<void> {
  await using staged = await stageFile({
    folder,
    admit: () => Promise.resolve(),
    published: () => Promise.resolve(),
    ...(linkFile === undefined ? {} : { linkFile }),
  });
  await staged.write(encodeMarker(marker));
  await staged.publish(MARKER_NAME).catch((thrown: unknown) => {
    // Somebody made a bucket here in the same moment: opening it tells whether it is the same one.
    if (!(thrown instanceof StrongroomError && thrown.reason === 'NameTaken')) throw thrown;
  });
}
