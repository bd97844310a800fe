import type { BackupCopy } from '../../../shared/domain/backup.ts';
import type { Request } from '../../client.ts';
import { readableCopiesBestFirst } from '../backups/best-copy.ts';

/** Where a copy comes from and goes to. */
export interface CopyDraft {
  readonly backupId: string | undefined;
  readonly region: string | undefined;
  readonly bucketName: string | undefined;
}

/** A copy in a bucket. */
export interface BucketCopy {
  readonly region: string;
  readonly bucketName: string;
  readonly objectName: string;
  readonly etag: string;
  readonly isVerified: boolean;
}

/** The copies that can be copied on: those in buckets, the best first. */
export function bucketCopies(copies: readonly BackupCopy[]): BucketCopy[] {
  return readableCopiesBestFirst(copies).flatMap(({ place, region, etag, timeVerified }) =>
    place.kind === 'bucket' && region !== undefined
      ? [
          {
            region,
            bucketName: place.bucketName,
            objectName: place.objectName,
            etag,
            isVerified: timeVerified !== undefined,
          },
        ]
      : [],
  );
}

/**
 * The copy to copy from: one in another region than the destination's, for within a region there is nothing to gain.
 * @returns undefined: every copy lies in that region.
 */
export function copyToCopyFrom(
  copies: readonly BucketCopy[],
  destination: string | undefined,
): BucketCopy | undefined {
  return copies.find(({ region }) => region !== destination);
}

/** Regions to copy to: every attached one but where all bucket copies lie already. */
export function isWorthCopyingTo(copies: readonly BucketCopy[], regionId: string): boolean {
  return copies.some(({ region }) => region !== regionId);
}

export function requestOf(
  draft: CopyDraft,
  from: BucketCopy | undefined,
): Request<'object.copy'> | undefined {
  const { region, bucketName } = draft;
  if (from === undefined || region === undefined || bucketName === undefined) return undefined;
  return {
    bucketName: from.bucketName,
    region: from.region,
    sourceObjectName: from.objectName,
    // What was chosen is what is copied, or nothing is (rule R30).
    sourceObjectIfMatchETag: from.etag,
    destinationRegion: region,
    destinationBucket: bucketName,
  };
}
