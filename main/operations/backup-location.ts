import { basename, join } from 'node:path';
import { z } from 'zod';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { sha256Schema } from '../../shared/domain/identifiers.ts';
import type { BackupPlace } from '../../shared/domain/backup.ts';
import type { BackupDestination, BackupSource } from '../../shared/contract/fields.ts';
import type { BucketRecord } from '../catalog/bucket-store.ts';
import { MAXIMUM_SIZE } from '../sealing/sealed-backup-trailer.ts';
import type { ObjectStore, ReadableObject } from '../storage/object-store.ts';
import { offlineFile } from '../storage/offline-file.ts';
import { preAuthenticatedRequest } from '../storage/pre-authenticated-request.ts';
import type { PreAuthenticatedRequest } from '../storage/pre-authenticated-request.ts';
import { parsePreAuthenticatedUri } from '../storage/pre-authenticated-uri.ts';
import { nameTaken } from '../storage/publish.ts';
import { findBucketNear, openBucket } from './buckets.ts';
import type { OperationContext } from './operation-context.ts';

/** Where a backup will be published. */
export interface OpenDestination {
  readonly store: Pick<ObjectStore, 'stage'>;
  /** Name to publish under, once the content's SHA-256 is known. */
  nameFor(sha256: string): string;
  placeOf(objectName: string): BackupPlace;
  readonly region?: string;
  /** For people: `bucket backups (eu-frankfurt-1)`. */
  readonly description: string;
}

/**
 * Opens a backup's destination before anything is done (rule R23).
 * @param stem of the object name that is made when none is given; the name then ends in the SHA-256.
 */
export async function openDestination(
  context: OperationContext,
  location: BackupDestination,
  sourceRegion: string,
  stem: string,
): Promise<OpenDestination> {
  if (location.destination === 'OFFLINE_FILE') return openOfflineDestination(location.file);
  if (location.destination === 'PRE_AUTHENTICATED_REQUEST_URI') {
    const request = await preAuthenticatedRequest({ ...location, stagingFolder: context.stagingFolder });
    return {
      store: request,
      nameFor: () => request.objectName,
      placeOf: () => placeOfUri(request),
      description: request.description,
    };
  }
  const bucket = findBucketNear(context.catalog, location.bucketName, sourceRegion);
  if (bucket.region !== sourceRegion) {
    throw new StrongroomError(
      'InvalidParameter',
      `The bucket ${bucket.name} is in region ${bucket.region}; a backup goes to a bucket of its own region, ${sourceRegion}.`,
      `Back up to a bucket of ${sourceRegion}, then copy the backup to ${bucket.region} (object copy).`,
      { reason: 'BucketInOtherRegion' },
    );
  }
  const store = await openBucket(bucket);
  const { objectName } = location;
  return {
    store: {
      stage: async () => {
        if (objectName !== undefined) await requireObjectFree(bucket, store, objectName);
        return store.stage();
      },
    },
    nameFor: (sha256) => objectName ?? `${stem}-${sha256}`,
    placeOf: (name) => ({ kind: 'bucket', bucketName: bucket.name, objectName: name }),
    region: bucket.region,
    description: `bucket ${bucket.name} (${bucket.region})`,
  };
}

/** Asked first, so that nobody waits for a backup that has no place. @throws NotAuthorizedOrResourceAlreadyExists `NameTaken` */
async function requireObjectFree(bucket: BucketRecord, store: ObjectStore, name: string): Promise<void> {
  try {
    await (await store.open(name))[Symbol.asyncDispose]();
  } catch (thrown) {
    if (thrown instanceof StrongroomError && thrown.reason === 'ObjectNotFound') return;
    throw thrown;
  }
  throw nameTaken(join(bucket.location, name));
}

function openOfflineDestination(path: string): OpenDestination {
  return {
    store: offlineFile(path),
    nameFor: () => basename(path),
    placeOf: () => ({ kind: 'file', path }),
    description: `file ${path}`,
  };
}

/** A sealed backup opened for reading, and where it was found. */
export interface OpenSource extends AsyncDisposable {
  readonly object: ReadableObject;
  readonly place: BackupPlace;
  readonly region?: string;
  readonly description: string;
}

/** For sources that are fetched first: whoever waits may want to see it, and to stop it. */
export interface SourceWatch {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number, activity: string) => void) | undefined;
}

/** Opens a backup to inspect, verify or restore (rule R40). One behind a URL is fetched as a whole first. */
export async function openSource(
  context: OperationContext,
  location: BackupSource,
  region: string | undefined,
  watch: SourceWatch = {},
): Promise<OpenSource> {
  if (location.destination === 'OFFLINE_FILE') {
    const object = await offlineFile(location.file).open(basename(location.file));
    return {
      object,
      place: { kind: 'file', path: location.file },
      description: `file ${location.file}`,
      [Symbol.asyncDispose]: () => object[Symbol.asyncDispose](),
    };
  }
  if (location.destination === 'PRE_AUTHENTICATED_REQUEST_URI') {
    const request = await preAuthenticatedRequest({ ...location, stagingFolder: context.stagingFolder });
    const object = await request.open({
      maximumSize: MAXIMUM_SIZE,
      signal: watch.signal,
      onProgress: (done, total) => watch.onProgress?.(done, total, `Fetching from ${request.host}`),
    });
    return {
      object,
      place: placeOfUri(request),
      description: request.description,
      [Symbol.asyncDispose]: () => object[Symbol.asyncDispose](),
    };
  }
  const bucket = findBucketNear(context.catalog, location.bucketName, region);
  const store = await openBucket(bucket);
  const object = await store.open(location.objectName);
  return {
    object,
    place: { kind: 'bucket', bucketName: bucket.name, objectName: location.objectName },
    region: bucket.region,
    description: `object ${location.objectName} of bucket ${bucket.name} (${bucket.region})`,
    [Symbol.asyncDispose]: () => object[Symbol.asyncDispose](),
  };
}

function placeOfUri({ host, uriSha256 }: PreAuthenticatedRequest): BackupPlace {
  return { kind: 'uri', host, uriSha256 };
}

/** What is kept of a pre-authenticated URL: enough to tell it from another, and nothing that lets anybody in. */
export const recordedUriSchema = z.object({
  destination: z.literal('PRE_AUTHENTICATED_REQUEST_URI'),
  host: z.string(),
  uriSha256: sha256Schema,
});

/** A location as a work request's intent keeps it: without the secret, if it has one. */
export function recordedLocation<Location extends BackupDestination | BackupSource>(
  location: Location,
): Exclude<Location, { destination: 'PRE_AUTHENTICATED_REQUEST_URI' }> | z.infer<typeof recordedUriSchema>;
export function recordedLocation(location: BackupDestination | BackupSource): unknown {
  if (location.destination !== 'PRE_AUTHENTICATED_REQUEST_URI') return location;
  const { host, sha256 } = parsePreAuthenticatedUri(location.uri);
  return { destination: location.destination, host, uriSha256: sha256 };
}
