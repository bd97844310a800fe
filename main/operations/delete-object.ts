import type { BackupPlace } from '../../shared/domain/backup.ts';
import type { Bucket } from '../../shared/domain/bucket.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { FolderBucket } from '../storage/folder-bucket.ts';
import { hashObject } from '../storage/hash-object.ts';
import { requireUnlocked } from '../work-requests/locks.ts';
import { findBucket, openBucket } from './buckets.ts';
import type { OperationContext, OperationHandler } from './operation-context.ts';

/**
 * Deletes an object of a bucket. The last verified copy of a backup goes only if that was asked for in so many words.
 *
 * First the file goes, then what the catalog knows of it: a crash in between leaves a copy on the list that is not there,
 * which deleting it once more takes off; the other way round a copy would be there that nobody knows of.
 */
export const deleteObject: OperationHandler<'object.delete'> = async (context, request) => {
  const { catalog } = context;
  const bucket = findBucket(catalog, request.bucketName, request.region);
  const { objectName } = request;
  const place: BackupPlace = { kind: 'bucket', bucketName: bucket.name, objectName };
  const store = await openBucket(bucket);
  const known = catalog.backupCopies.at(place, bucket.region);
  const etag = await contentOf(store, objectName, known !== undefined);
  requireMatch(objectName, etag ?? known?.etag, request.ifMatch);
  const forget = (): void => {
    catalog.transaction(() => {
      catalog.backupCopies.forget(place, bucket.region);
    });
  };
  requireUnlocked(catalog, [`${bucket.id}/${objectName}`]);
  const backup = etag === undefined ? undefined : catalog.backups.getBySha256(etag);
  if (etag !== undefined) {
    await losingACopy(backup?.id, async () => {
      if (backup !== undefined && !request.isDeleteLastCopy) {
        requireAnotherCopy(context, backup.id, objectName, bucket);
      }
      await store.delete(objectName);
      forget();
    });
  } else forget();
  const backupId = backup?.id ?? known?.backupId;
  return {
    region: bucket.region,
    bucketName: bucket.name,
    objectName,
    wasThere: etag !== undefined,
    ...(etag === undefined ? {} : { etag }),
    ...(backupId === undefined
      ? {}
      : { backupId, remainingCopies: catalog.backupCopies.listOf(backupId).length }),
  };
};

/**
 * SHA-256 of what is there, read and not looked up: what is deleted is what was looked at. Undefined: it is gone.
 * @throws NotAuthorizedOrNotFound `ObjectNotFound`, unless it may be gone
 */
async function contentOf(store: FolderBucket, name: string, mayBeGone: boolean): Promise<string | undefined> {
  try {
    await using object = await store.open(name);
    return await hashObject(object);
  } catch (thrown) {
    if (mayBeGone && thrown instanceof StrongroomError && thrown.reason === 'ObjectNotFound')
      return undefined;
    throw thrown;
  }
}

/** Backups of which this program deletes a copy just now. */
const beingLost = new Set<string>();

/**
 * Deletes of one backup at a time: of two last copies each would count on the other.
 * @throws Conflict `ResourceBusy`
 */
async function losingACopy(backupId: string | undefined, work: () => Promise<void>): Promise<void> {
  if (backupId === undefined) {
    await work();
    return;
  }
  if (beingLost.has(backupId)) {
    throw new StrongroomError(
      'Conflict',
      `Another copy of the backup ${backupId} is being deleted at this moment.`,
      'Wait for that to end, then look at what is left (backup get).',
      { reason: 'ResourceBusy' },
    );
  }
  beingLost.add(backupId);
  try {
    await work();
  } finally {
    beingLost.delete(backupId);
  }
}

/** @throws NoEtagMatch `ObjectChanged` */
function requireMatch(objectName: string, etag: string | undefined, ifMatch: string | undefined): void {
  if (ifMatch === undefined || ifMatch === etag) return;
  throw new StrongroomError(
    'NoEtagMatch',
    `The object ${objectName} has another content than the one asked for.`,
    'Look at it (object list), make sure that it is the right one, then delete it.',
    { reason: 'ObjectChanged' },
  );
}

/** @throws Conflict `LastVerifiedCopy` */
function requireAnotherCopy(
  { catalog }: OperationContext,
  backupId: string,
  objectName: string,
  bucket: Bucket,
): void {
  const others = catalog.backupCopies
    .listOf(backupId)
    .filter(
      ({ place, region }) =>
        place.kind !== 'bucket' ||
        place.bucketName !== bucket.name ||
        region !== bucket.region ||
        place.objectName !== objectName,
    );
  if (others.some((copy) => copy.timeVerified !== undefined)) return;
  throw new StrongroomError(
    'Conflict',
    `${objectName} is the last verified copy of the backup ${backupId}: no other copy is known to be whole.`,
    others.length === 0
      ? 'Copy it first (object copy, backup export). To lose the backup for good, say so with --is-delete-last-copy true.'
      : 'Verify another copy first (backup verify). To go without a verified one, say so with --is-delete-last-copy true.',
    { reason: 'LastVerifiedCopy' },
  );
}
