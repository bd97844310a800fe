import { basename, dirname } from 'node:path';
import type { Backup, BackupCopy, BackupPlace } from '../../shared/domain/backup.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import type { CopySource } from '../storage/copy-object.ts';
import { offlineFile } from '../storage/offline-file.ts';
import { openBucket } from './buckets.ts';

/**
 * Writes down a copy whose bytes were read and have the backup's SHA-256; the caller's transaction. It is the very object
 * that was verified elsewhere, so it is as good as the best of the copies that are known to be so.
 */
export function recordIdenticalCopy(
  catalog: Catalog,
  backup: Pick<Backup, 'id' | 'sha256' | 'size'>,
  place: BackupPlace,
  region: string | undefined,
  time: string,
): BackupCopy {
  const known = catalog.backupCopies.at(place, region);
  const depths = new Set(catalog.backupCopies.listOf(backup.id).map(({ verifiedDepth }) => verifiedDepth));
  const depth = (['keys', 'seal'] as const).find((each) => depths.has(each));
  const copy: BackupCopy = {
    backupId: backup.id,
    ...(region === undefined ? {} : { region }),
    place,
    etag: backup.sha256,
    size: backup.size,
    timeCreated: known?.etag === backup.sha256 ? known.timeCreated : time,
    ...(depth === undefined ? {} : { timeVerified: time, verifiedDepth: depth }),
  };
  catalog.backupCopies.insert(copy);
  return copy;
}

/** The copies of a backup in the order in which they are to be tried: verified ones first, the newest verification first. */
export function copiesBestFirst(catalog: Catalog, backupId: string): BackupCopy[] {
  return catalog.backupCopies
    .listOf(backupId)
    .sort((a, b) => (b.timeVerified ?? '').localeCompare(a.timeVerified ?? ''));
}

/** Where a copy can be read. @throws what the store says where it cannot be reached. */
export async function openCopy(
  catalog: Catalog,
  { place, region }: BackupCopy,
): Promise<{ readonly store: CopySource; readonly name: string }> {
  switch (place.kind) {
    case 'file':
      return { store: offlineFile(place.path), name: basename(place.path) };
    case 'bucket': {
      const bucket = region === undefined ? undefined : catalog.buckets.getByName(region, place.bucketName);
      if (bucket === undefined) throw outOfReach(`the catalog does not know the bucket ${place.bucketName}`);
      return { store: await openBucket(bucket), name: place.objectName };
    }
    case 'uri':
      // A connection is opened only where the operator chose such a place in this very call (rule R70).
      throw outOfReach('it lies behind a URL');
  }
}

function outOfReach(because: string): StrongroomError {
  return new StrongroomError(
    'NotAuthorizedOrNotFound',
    `This copy cannot be read: ${because}.`,
    'Use another copy of the backup (backup get).',
    { reason: 'CopyOutOfReach' },
  );
}

/** A place in words, for people. */
export function placeInWords(place: BackupPlace, region: string | undefined): string {
  switch (place.kind) {
    case 'file':
      return `file ${basename(place.path)} in ${dirname(place.path)}`;
    case 'bucket':
      return `object ${place.objectName} of bucket ${place.bucketName}${region === undefined ? '' : ` (${region})`}`;
    case 'uri':
      return `object behind a pre-authenticated URL of ${place.host}`;
  }
}
