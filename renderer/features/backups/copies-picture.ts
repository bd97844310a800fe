import type { BackupCopy } from '../../../shared/domain/backup.ts';
import type { Region } from '../../../shared/domain/realm.ts';
import type { MapRegion, MapRoute } from '../../components/region-map.tsx';
import { countOf } from '../../components/words.ts';

/** Where the copies of one backup lie, for the picture of regions. */
export interface CopiesPicture {
  readonly regions: readonly MapRegion[];
  readonly routes: readonly MapRoute[];
  readonly offlineCount: number;
}

/** @param vaultCounts by region. */
export function copiesPicture(
  backup: { readonly sourceRegion: string; readonly copies: readonly BackupCopy[] },
  regions: readonly Region[],
  vaultCounts: ReadonlyMap<string, number>,
): CopiesPicture {
  const { sourceRegion, copies } = backup;
  const inBuckets = Map.groupBy(
    copies.filter(({ place }) => place.kind === 'bucket'),
    ({ region }) => region ?? '',
  );
  const shown = regions.map(({ regionId, regionKey, token }) => ({
    regionId,
    regionKey,
    tokenLabel: token.tokenLabel,
  }));
  // A region without a token here may have copies all the same: its buckets are folders.
  const others = [sourceRegion, ...inBuckets.keys()]
    .filter(
      (id, index, all) =>
        id !== '' && all.indexOf(id) === index && !shown.some(({ regionId }) => regionId === id),
    )
    .map((regionId) => ({ regionId, regionKey: regionId, tokenLabel: undefined }));
  return {
    regions: [...shown, ...others].map((region) => {
      const here = inBuckets.get(region.regionId) ?? [];
      const verified = here.filter(({ timeVerified }) => timeVerified !== undefined).length;
      return {
        ...region,
        vaultCount: vaultCounts.get(region.regionId) ?? 0,
        copyCount: verified,
        state: verified > 0 ? 'good' : here.length > 0 ? 'warning' : 'bad',
        words: wordsOf(here.length, verified),
      };
    }),
    routes: [...inBuckets]
      .filter(([regionId]) => regionId !== sourceRegion && regionId !== '')
      .map(([regionId, { length }]) => ({ from: sourceRegion, to: regionId, copyCount: length })),
    offlineCount: copies.filter(({ place }) => place.kind !== 'bucket').length,
  };
}

function wordsOf(count: number, verified: number): string {
  if (count === 0) return 'has no copy of it.';
  if (verified === count) return `has ${countOf(count, 'verified copy', 'verified copies')}.`;
  return `has ${countOf(count, 'copy', 'copies')}, ${verified === 0 ? 'none' : String(verified)} of them verified.`;
}
