import type { CoverageRow } from '../../../shared/domain/coverage.ts';
import type { Region } from '../../../shared/domain/realm.ts';
import type { MapRegion, MapRoute } from '../../components/region-map.tsx';
import { countOf } from '../../components/words.ts';

/** What the picture of regions, tokens and copies shows. */
export interface RegionPicture {
  readonly regions: readonly MapRegion[];
  readonly routes: readonly MapRoute[];
  readonly offlineCount: number;
}

/** Copies of the vaults' newest verified backups: where they lie, and from which region they came there. */
export function pictureOf(regions: readonly Region[], rows: readonly CoverageRow[]): RegionPicture {
  const vaults = rows.filter((row) => row.level === 'VAULT');
  const copies = vaults.flatMap((vault) =>
    vault.copiesByPlace.map((place) => ({ from: vault.region, to: place.region, count: place.count })),
  );
  const routes = new Map<string, MapRoute>();
  for (const { from, to, count } of copies) {
    if (to === undefined || to === from) continue;
    const before = routes.get(`${from} ${to}`)?.copyCount ?? 0;
    routes.set(`${from} ${to}`, { from, to, copyCount: before + count });
  }
  return {
    regions: regions.map(({ regionId, regionKey, token }) => {
      const own = vaults.filter((vault) => vault.region === regionId);
      const worst = stateOf(own);
      return {
        regionId,
        regionKey,
        tokenLabel: token.tokenLabel,
        vaultCount: own.length,
        copyCount: sum(copies.filter(({ to }) => to === regionId)),
        state: worst,
        words:
          worst === 'good'
            ? own.length === 0
              ? 'no vaults of its own'
              : 'every vault meets its target'
            : `${countOf(own.filter((vault) => !isWell(vault)).length, 'vault')} below the target`,
      };
    }),
    routes: [...routes.values()],
    offlineCount: sum(copies.filter(({ to }) => to === undefined)),
  };
}

function stateOf(vaults: readonly CoverageRow[]): MapRegion['state'] {
  if (vaults.some((vault) => vault.status === 'NEVER_BACKED_UP')) return 'bad';
  return vaults.every(isWell) ? 'good' : 'warning';
}

function isWell({ status }: CoverageRow): boolean {
  return status === 'COVERED' || status === 'CANNOT_BE_BACKED_UP';
}

function sum(copies: readonly { readonly count: number }[]): number {
  return copies.reduce((total, { count }) => total + count, 0);
}
