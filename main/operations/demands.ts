import type { AccessDemand, AccessTarget } from '../access/access-demand.ts';
import type { Backup } from '../../shared/domain/backup.ts';
import type { Permission } from '../../shared/domain/permission.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import { findBucket } from './buckets.ts';

/** A permission in the root compartment: for what belongs to the whole tenancy. */
export function tenancy(permission: Permission): (catalog: Catalog) => readonly AccessDemand[] {
  return (catalog) => [{ permission, target: { compartmentId: catalog.realm.require().tenancyId } }];
}

/** A permission in a compartment that must exist; in the tenancy where none is named. */
export function inCompartment(
  catalog: Catalog,
  permission: Permission,
  compartmentId: string | undefined,
  more: Omit<AccessTarget, 'compartmentId'> = {},
): readonly AccessDemand[] {
  const id = compartmentId ?? catalog.realm.require().tenancyId;
  return [{ permission, target: { ...more, compartmentId: catalog.compartments.require(id).id } }];
}

export function onVault(catalog: Catalog, permission: Permission, vaultId: string): readonly AccessDemand[] {
  const { compartmentId, region } = catalog.vaults.require(vaultId);
  return [{ permission, target: { compartmentId, vaultId, region } }];
}

export function onKey(catalog: Catalog, permission: Permission, keyId: string): readonly AccessDemand[] {
  const { compartmentId, vaultId } = catalog.keys.require(keyId);
  const { region } = catalog.vaults.require(vaultId);
  return [{ permission, target: { compartmentId, vaultId, keyId, region } }];
}

export function onBucket(
  catalog: Catalog,
  permission: Permission,
  bucketName: string,
  region: string | undefined,
  objectName?: string,
): readonly AccessDemand[] {
  const bucket = findBucket(catalog, bucketName, region);
  return [
    {
      permission,
      target: { compartmentId: bucket.compartmentId, bucketName, objectName, region: bucket.region },
    },
  ];
}

/** A backup is about its vault's compartment; one that this home does not know, as of an imported backup, is the tenancy's. */
export function onBackup(
  catalog: Catalog,
  permission: Permission,
  { compartmentId, vaultId }: Pick<Backup, 'compartmentId' | 'vaultId'>,
): readonly AccessDemand[] {
  const isKnown = catalog.compartments.get(compartmentId) !== undefined;
  return inCompartment(catalog, permission, isKnown ? compartmentId : undefined, { vaultId });
}
