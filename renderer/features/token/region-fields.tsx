import { regionIdSchema, regionKeySchema } from '../../../shared/domain/region.ts';
import { TextField } from '../../components/text-field.tsx';
import { flawOf } from './field-flaws.ts';
import { knownRegionKey } from './region-naming.ts';
import type { RegionNaming } from './region-naming.ts';

export interface RegionFieldsProps {
  readonly value: RegionNaming;
  readonly onChange: (value: RegionNaming) => void;
  /** Regions of this home: their names are taken. */
  readonly taken?: readonly RegionNaming[];
}

export function RegionFields({ value, onChange, taken = [] }: RegionFieldsProps) {
  const known = knownRegionKey(value.regionId);
  const key = value.regionKey === '' ? known : value.regionKey;
  const isTaken = taken.some(({ regionId }) => regionId === value.regionId);
  const holder = taken.find(({ regionKey }) => regionKey === key);
  return (
    <>
      <TextField
        label="Region identifier"
        value={value.regionId}
        onChange={(typed) => onChange({ ...value, regionId: typed.trim().toLowerCase() })}
        isRequired
        isCode
        placeholder="eu-frankfurt-1"
        description="The region whose vaults this token guards, as in its OCIDs: eu-frankfurt-1, us-ashburn-1, ap-tokyo-1."
        error={
          isTaken
            ? 'This home has that region already. Choose another one.'
            : flawOf(regionIdSchema, value.regionId)
        }
      />
      <TextField
        label="Short key"
        value={value.regionKey}
        onChange={(typed) => onChange({ ...value, regionKey: typed.trim().toUpperCase() })}
        isRequired={known === undefined && value.regionId !== ''}
        isCode
        maxLength={3}
        placeholder={known ?? 'FRA'}
        description={
          known === undefined
            ? 'Three capital letters of your choice.'
            : `Left empty, it is the well-known one: ${known}.`
        }
        error={
          holder !== undefined && !isTaken
            ? `${holder.regionKey} is the short key of ${holder.regionId}. Choose another one.`
            : flawOf(regionKeySchema, value.regionKey)
        }
      />
    </>
  );
}
