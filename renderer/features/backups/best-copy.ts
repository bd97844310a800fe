import type { BackupCopy } from '../../../shared/domain/backup.ts';

/** Copies that can be read without a URL: verified ones first, of these the newest verification. */
export function readableCopiesBestFirst(copies: readonly BackupCopy[]): BackupCopy[] {
  return copies
    .filter(({ place }) => place.kind !== 'uri')
    .sort((one, other) => (other.timeVerified ?? '').localeCompare(one.timeVerified ?? ''));
}

/** Tells one copy of a backup from its others. */
export function copyKey({ place, region }: Pick<BackupCopy, 'place' | 'region'>): string {
  switch (place.kind) {
    case 'bucket':
      return `bucket ${region ?? ''} ${place.bucketName} ${place.objectName}`;
    case 'file':
      return `file ${place.path}`;
    case 'uri':
      return `uri ${place.uriSha256}`;
  }
}
