import type { BackupPlace, VerificationDepth } from '../../../shared/domain/backup.ts';
import type { CoverageRow } from '../../../shared/domain/coverage.ts';
import { countOf } from '../../components/words.ts';

/** `Bucket backups-fra`, `File /media/stick/vault.sealed` */
export function placeInWords(place: BackupPlace): string {
  switch (place.kind) {
    case 'bucket':
      return `Bucket ${place.bucketName}`;
    case 'file':
      return `File ${place.path}`;
    case 'uri':
      return `Pre-authenticated URL at ${place.host}`;
  }
}

/** What a verification has shown. */
export function depthInWords(depth: VerificationDepth | undefined): string {
  switch (depth) {
    case 'keys':
      return 'Every key’s value verified';
    case 'seal':
      return 'Seal and every entry verified';
    case 'structure':
      return 'Structure only';
    case undefined:
      return 'Not verified';
  }
}

/** `eu-frankfurt-1 1 copy, eu-zurich-1 1 copy, files 2 copies` */
export function copiesInWords(copies: CoverageRow['copiesByPlace']): string {
  if (copies.length === 0) return 'none';
  return copies
    .map(({ medium, region, count }) => {
      const where = medium === 'bucket' ? (region ?? 'buckets') : medium === 'file' ? 'files' : 'URLs';
      return `${where} ${countOf(count, 'copy', 'copies')}`;
    })
    .join(', ');
}
