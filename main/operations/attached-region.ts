import { StrongroomError } from '../../shared/domain/errors.ts';
import type { Region } from '../../shared/domain/realm.ts';
import type { OperationContext } from './operation-context.ts';

/**
 * The region a request means: the one it names, else the only one attached.
 * @throws StrongroomError MissingParameter if several are attached and none is named.
 */
export function attachedRegion(context: OperationContext, regionId: string | undefined): Region {
  if (regionId !== undefined) return context.catalog.regions.require(regionId);
  context.catalog.realm.require();
  const regions = context.catalog.regions.list();
  const [only] = regions;
  if (only !== undefined && regions.length === 1) return only;
  if (only === undefined) {
    throw new StrongroomError(
      'NotAuthorizedOrNotFound',
      'No region is attached.',
      'Attach a token first (region attach).',
      { reason: 'NoRegion' },
    );
  }
  throw new StrongroomError(
    'MissingParameter',
    `Several regions are attached: ${regions.map((region) => region.regionId).join(', ')}.`,
    'Say which with --region.',
    { reason: 'RegionMissing' },
  );
}
