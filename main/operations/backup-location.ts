import { basename } from 'node:path';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { BackupPlace } from '../../shared/domain/backup.ts';
import type { BackupDestination, BackupSource } from '../../shared/contract/fields.ts';
import type { ObjectStore, ReadableObject } from '../storage/object-store.ts';
import { offlineFile } from '../storage/offline-file.ts';
import { openBucket, requireBucket } from './buckets.ts';
import type { OperationContext } from './operation-context.ts';

/** Where a backup will be published. */
export interface OpenDestination {
  readonly store: ObjectStore;
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
  const bucket =
    context.catalog.buckets.getByName(sourceRegion, location.bucketName) ??
    requireBucket(context, location.bucketName, undefined);
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
    store,
    nameFor: (sha256) => objectName ?? `${stem}-${sha256}`,
    placeOf: (name) => ({ kind: 'bucket', bucketName: bucket.name, objectName: name }),
    region: bucket.region,
    description: `bucket ${bucket.name} (${bucket.region})`,
  };
}

export function openOfflineDestination(path: string): OpenDestination {
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

/** Opens a backup to inspect, verify or restore (rule R40). */
export async function openSource(
  context: OperationContext,
  location: BackupSource,
  region: string | undefined,
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
  const bucket =
    (region === undefined ? undefined : context.catalog.buckets.getByName(region, location.bucketName)) ??
    requireBucket(context, location.bucketName, undefined);
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
