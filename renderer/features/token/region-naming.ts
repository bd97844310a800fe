import { KNOWN_REGION_KEYS, regionIdSchema, regionKeySchema } from '../../../shared/domain/region.ts';
import { isFit } from './field-flaws.ts';

export interface RegionNaming {
  readonly regionId: string;
  /** Empty: the well-known one. */
  readonly regionKey: string;
}

/** The short key that goes with an identifier when none is typed. */
export function knownRegionKey(regionId: string): string | undefined {
  return Object.hasOwn(KNOWN_REGION_KEYS, regionId) ? KNOWN_REGION_KEYS[regionId] : undefined;
}

export function isRegionNamed({ regionId, regionKey }: RegionNaming): boolean {
  if (!isFit(regionIdSchema, regionId)) return false;
  return regionKey === '' ? knownRegionKey(regionId) !== undefined : isFit(regionKeySchema, regionKey);
}

/** As requests name a new region. */
export function regionFieldsOf({ regionId, regionKey }: RegionNaming): {
  readonly region: string;
  readonly regionKey?: string;
} {
  return { region: regionId, ...(regionKey === '' ? {} : { regionKey }) };
}
