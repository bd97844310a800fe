import { useMemo } from 'react';
import type { Answer, Row } from '../../client.ts';
import { RegionMap } from '../../components/region-map.tsx';
import { usePages } from '../../hooks/use-pages.ts';
import { copiesPicture } from './copies-picture.ts';

/** Where the copies of a backup lie, as a picture. */
export function CopiesMap({
  backup,
  regions,
}: {
  readonly backup: Pick<Answer<'backup.get'>, 'sourceRegion' | 'copies'>;
  readonly regions: readonly Row<'region.list'>[];
}) {
  const vaults = usePages('vault.list', {});
  const picture = useMemo(() => {
    const counts = new Map(
      [...Map.groupBy(vaults.rows, ({ region }) => region)].map(([id, { length }]) => [id, length]),
    );
    return copiesPicture(backup, regions, counts);
  }, [backup, regions, vaults.rows]);
  return <RegionMap {...picture} />;
}
