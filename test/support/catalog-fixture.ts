import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Catalog } from '../../main/catalog/catalog.ts';
import type { BackupRecord } from '../../main/catalog/backup-store.ts';
import type { KeyRecord } from '../../main/catalog/key-store.ts';
import type { KeyVersionRecord } from '../../main/catalog/key-version-store.ts';
import { openCatalog } from '../../main/catalog/open-catalog.ts';
import type { VaultRecord } from '../../main/catalog/vault-store.ts';
import { formatOcid } from '../../shared/domain/identifiers.ts';
import type { OcidType } from '../../shared/domain/identifiers.ts';
import type { Compartment } from '../../shared/domain/vault.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const FRANKFURT = 'eu-frankfurt-1';
export const LONDON = 'uk-london-1';
const VAULT_TOKEN = 'abcdefghijklm';

/** A catalog of its own in a real file, closed and removed after the test. */
export function temporaryCatalog(): { catalog: Catalog; path: string } {
  const path = join(temporaryFolder(), 'catalog.sqlite');
  const catalog = openCatalog(path);
  onTestFinished(() => {
    catalog.close();
  });
  return { catalog, path };
}

/** The OCID of a type that a name always gives. */
export function ocidOf(type: OcidType, name: string, region: string = FRANKFURT): string {
  const isOfVault = type === 'vault' || type === 'key' || type === 'keyversion';
  const isOfTenancy = type === 'tenancy' || type === 'compartment' || type === 'workrequest';
  return formatOcid({
    type,
    ...(isOfTenancy ? {} : { region }),
    ...(isOfVault ? { vaultToken: VAULT_TOKEN } : {}),
    uniqueId: createHash('sha256').update(`${type}/${name}`).digest('hex').slice(0, 60),
  });
}

export function materialIdOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}

/** The n-th second of the fixture's time. */
export function timeOf(second: number): string {
  return new Date(Date.UTC(2026, 10, 1) + second * 1000).toISOString();
}

export function tenancyRecord(): Compartment {
  return { id: ocidOf('tenancy', 'acme'), name: 'Acme', timeCreated: timeOf(0) };
}

export function vaultRecord(name = 'payments', change: Partial<VaultRecord> = {}): VaultRecord {
  return {
    id: ocidOf('vault', name),
    region: FRANKFURT,
    compartmentId: tenancyRecord().id,
    displayName: name,
    vaultType: 'VIRTUAL_PRIVATE',
    lifecycleState: 'ACTIVE',
    freeformTags: { owner: 'treasury' },
    definedTags: { Finance: { costCentre: '42' } },
    timeCreated: timeOf(1),
    metadataTime: timeOf(1),
    ...change,
  };
}

export function keyRecord(name = 'cards', change: Partial<KeyRecord> = {}): KeyRecord {
  return {
    id: ocidOf('key', name),
    vaultId: vaultRecord().id,
    compartmentId: tenancyRecord().id,
    displayName: name,
    keyShape: { algorithm: 'AES', length: 32 },
    protectionMode: 'HSM',
    lifecycleState: 'ENABLED',
    currentKeyVersion: ocidOf('keyversion', `${name}/1`),
    freeformTags: {},
    definedTags: {},
    timeCreated: timeOf(2),
    metadataTime: timeOf(2),
    ...change,
  };
}

export function keyVersionRecord(
  keyName = 'cards',
  number = 1,
  change: Partial<KeyVersionRecord> = {},
): KeyVersionRecord {
  return {
    id: ocidOf('keyversion', `${keyName}/${number}`),
    keyId: ocidOf('key', keyName),
    vaultId: vaultRecord().id,
    compartmentId: tenancyRecord().id,
    region: FRANKFURT,
    lifecycleState: 'ENABLED',
    origin: 'INTERNAL',
    timeCreated: timeOf(2 + number),
    materialId: materialIdOf(`${keyName}/${number}`),
    ...change,
  };
}

export function backupRecord(name: string, change: Partial<BackupRecord> = {}): BackupRecord {
  return {
    id: ocidOf('backup', name),
    kind: 'VAULT',
    sourceRegion: FRANKFURT,
    compartmentId: tenancyRecord().id,
    vaultId: vaultRecord().id,
    vaultName: 'payments',
    timeCreated: timeOf(100),
    sequence: 1,
    sha256: createHash('sha256').update(name).digest('hex'),
    size: 4096,
    entryCount: 3,
    keyCount: 1,
    keyVersionCount: 1,
    isIncludeKeys: true,
    leftOut: [{ id: ocidOf('key', 'soft'), displayName: 'soft', reason: 'Its protection is SOFTWARE.' }],
    secretsLeftOut: 0,
    ...change,
  };
}

/** The tenancy and one vault with keys of one version each. */
export function insertVault(catalog: Catalog, keyNames: readonly string[] = ['cards']): void {
  catalog.transaction(() => {
    catalog.compartments.insert(tenancyRecord());
    catalog.vaults.insert(vaultRecord());
    for (const name of keyNames) {
      catalog.keys.insert(keyRecord(name));
      catalog.keyVersions.insert(keyVersionRecord(name));
    }
  });
}
