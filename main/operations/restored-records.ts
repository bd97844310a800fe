import type { KeyEntry, KeyVersionEntry, VaultEntry } from '../../shared/domain/backup-entry.ts';
import type { KeyRecord } from '../catalog/key-store.ts';
import type { KeyVersionRecord } from '../catalog/key-version-store.ts';
import type { VaultRecord } from '../catalog/vault-store.ts';
import { publicKeyPem } from './make-key-version.ts';
import { restoredOcid } from './new-ocid.ts';

/** From which region's backup something comes into which region: what its OCIDs here follow from (rule R41). */
export interface Passage {
  readonly sourceRegion: string;
  readonly region: string;
}

/** The OCID here of what a backup names: the same in the backup's own region, a derived one in another (rule R41). */
export function ocidHere({ sourceRegion, region }: Passage, ocid: string): string {
  return sourceRegion === region ? ocid : restoredOcid(ocid, region);
}

/** A backed-up vault as a record of this region. It is RESTORING until what brings it here is done (rule R46). */
export function restoredVault(passage: Passage, entry: VaultEntry, metadataTime: string): VaultRecord {
  const { kind: _kind, secretsLeftOut: _secrets, ...vault } = entry;
  return {
    ...vault,
    id: ocidHere(passage, vault.id),
    lifecycleState: 'RESTORING',
    region: passage.region,
    metadataTime,
    ...(isElsewhere(passage) ? { restoredFromVaultId: vault.id } : {}),
  };
}

/** A backed-up key as a record of this region, RESTORING like its vault. */
export function restoredKey(passage: Passage, entry: KeyEntry, metadataTime: string): KeyRecord {
  const { kind: _kind, ...key } = entry;
  return {
    ...key,
    id: ocidHere(passage, key.id),
    vaultId: ocidHere(passage, key.vaultId),
    currentKeyVersion: ocidHere(passage, key.currentKeyVersion),
    lifecycleState: 'RESTORING',
    metadataTime,
    ...(isElsewhere(passage) ? { restoredFromKeyId: key.id } : {}),
  };
}

/** A backed-up key version as a record of this region: CREATING until what brings it here is done. */
export function restoredKeyVersion(
  passage: Passage,
  entry: KeyVersionEntry,
  key: Pick<KeyEntry, 'id' | 'vaultId' | 'compartmentId'>,
): KeyVersionRecord {
  return {
    id: ocidHere(passage, entry.id),
    keyId: ocidHere(passage, key.id),
    vaultId: ocidHere(passage, key.vaultId),
    compartmentId: key.compartmentId,
    lifecycleState: 'CREATING',
    origin: entry.origin,
    ...(entry.publicKey === undefined ? {} : { publicKey: publicKeyPem(entry.publicKey) }),
    timeCreated: entry.timeCreated,
    ...(isElsewhere(passage) ? { restoredFromKeyVersionId: entry.id } : {}),
    materialId: entry.materialId,
    region: passage.region,
  };
}

function isElsewhere({ sourceRegion, region }: Passage): boolean {
  return sourceRegion !== region;
}
