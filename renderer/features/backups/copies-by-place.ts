import type { BackupCopy } from '../../../shared/domain/backup.ts';
import { countOf } from '../../components/words.ts';

/** Regions with how many copies their buckets have, then files and URLs: `eu-frankfurt-1, eu-zurich-1, 2 files`. */
export function placesInWords(copies: readonly BackupCopy[]): string {
  if (copies.length === 0) return 'No copy is known';
  const regions = Map.groupBy(
    copies.filter(({ place }) => place.kind === 'bucket'),
    ({ region }) => region ?? 'a bucket',
  );
  const files = copies.filter(({ place }) => place.kind === 'file').length;
  const uris = copies.filter(({ place }) => place.kind === 'uri').length;
  return [
    ...[...regions].map(([region, { length }]) => (length === 1 ? region : `${region} (${length})`)),
    ...(files === 0 ? [] : [countOf(files, 'file')]),
    ...(uris === 0 ? [] : [countOf(uris, 'URL')]),
  ].join(', ');
}
