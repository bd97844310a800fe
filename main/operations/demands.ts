import type { AccessDemand, AccessTarget } from '../access/access-demand.ts';
import type { BackupDestination, BackupSource } from '../../shared/contract/fields.ts';
import type { Backup } from '../../shared/domain/backup.ts';
import type { Permission } from '../../shared/domain/permission.ts';
import type { BucketRecord } from '../catalog/bucket-store.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import { findBucket, findBucketNear } from './buckets.ts';

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

/**
 * A permission on a vault and, as its keys may lie in other compartments than the vault, there as well: for what shows or
 * changes the keys with their vault.
 */
export function onVaultWithKeys(
  catalog: Catalog,
  permission: Permission,
  vaultId: string,
): readonly AccessDemand[] {
  const onItself = onVault(catalog, permission, vaultId);
  const { compartmentId, region } = catalog.vaults.require(vaultId);
  return [
    ...onItself,
    ...catalog.keys
      .compartmentsOf({ vaultId })
      .filter((id) => id !== compartmentId)
      .map((id) => ({ permission, target: { compartmentId: id, vaultId, region } })),
  ];
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
  return [onObject(permission, findBucket(catalog, bucketName, region), objectName)];
}

/** A permission on the bucket that a backup goes to or comes from; nothing where it is in none. */
export function onLocation(
  catalog: Catalog,
  permission: 'OBJECT_CREATE' | 'OBJECT_READ',
  location: BackupDestination | BackupSource,
  region: string | undefined,
): readonly AccessDemand[] {
  if (location.destination !== 'BUCKET') return [];
  const bucket = findBucketNear(catalog, location.bucketName, region);
  return [onObject(permission, bucket, location.objectName)];
}

function onObject(
  permission: Permission,
  { compartmentId, name, region }: BucketRecord,
  objectName: string | undefined,
): AccessDemand {
  return { permission, target: { compartmentId, bucketName: name, objectName, region } };
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
