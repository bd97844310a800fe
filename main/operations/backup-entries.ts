import type { BackupEntry } from '../../shared/domain/backup-entry.ts';
import type { KeyShape } from '../../shared/domain/key-shape.ts';
import type { Compartment } from '../../shared/domain/vault.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import type { KeyRecord } from '../catalog/key-store.ts';
import type { KeyVersionRecord } from '../catalog/key-version-store.ts';
import type { VaultRecord } from '../catalog/vault-store.ts';
import type { SealingToken } from '../sealing/sealing-token.ts';
import { publicKeyDer } from './make-key-version.ts';

/** What one backup is about. The keys are those that go in; their states are the ones to be restored. */
export interface BackupScope {
  readonly vault: VaultRecord;
  readonly keys: readonly KeyRecord[];
  /** Secrets of the vault, none of which goes in (rule R15). */
  readonly secretsLeftOut: number;
}

/** The versions that go in with a key: all ENABLED ones (rule R22). */
function* versionsOf(catalog: Catalog, key: KeyRecord): Iterable<KeyVersionRecord> {
  for (const version of catalog.keyVersions.iterateOfKey(key.id)) {
    if (version.lifecycleState === 'ENABLED') yield version;
  }
}

/** Compartments of the vault and its keys with all their parents, parents first; the tenancy is every realm's own. */
export function compartmentsOf(catalog: Catalog, scope: BackupScope): Compartment[] {
  const found = new Map<string, Compartment>();
  for (const { compartmentId } of [scope.vault, ...scope.keys]) {
    if (found.has(compartmentId)) continue;
    for (const compartment of catalog.compartments.lineOf(compartmentId).reverse()) {
      if (compartment.compartmentId !== undefined) found.set(compartment.id, compartment);
    }
  }
  return [...found.values()];
}

export function countKeyVersions(catalog: Catalog, scope: BackupScope): number {
  return scope.keys.reduce(
    (count, key) => count + catalog.keyVersions.count({ keyId: key.id, versionStates: ['ENABLED'] }),
    0,
  );
}

/**
 * Every entry of the backup, in the order of the file: compartments, vault, then each key followed by its versions.
 * The token wraps ahead in batches while entries are sealed; nothing is held but the batch.
 * @param compartments those of the scope (compartmentsOf).
 */
export async function* backupEntries(
  catalog: Catalog,
  scope: BackupScope,
  compartments: readonly Compartment[],
  token: SealingToken,
): AsyncIterable<BackupEntry> {
  for (const { isApprovalRequired: _isApprovalRequired, ...compartment } of compartments) {
    yield { kind: 'compartment', ...compartment };
  }
  const { vault } = scope;
  yield {
    kind: 'vault',
    id: vault.id,
    compartmentId: vault.compartmentId,
    displayName: vault.displayName,
    vaultType: vault.vaultType,
    lifecycleState: 'ACTIVE',
    freeformTags: vault.freeformTags,
    definedTags: vault.definedTags,
    timeCreated: vault.timeCreated,
    secretsLeftOut: scope.secretsLeftOut,
  };
  const wrapped = token.wrapKeyVersions(materialIds(catalog, scope))[Symbol.asyncIterator]();
  try {
    for (const key of scope.keys) {
      yield keyEntry(key);
      for (const version of versionsOf(catalog, key)) {
        const next = await wrapped.next();
        if (next.done === true || next.value.materialId !== version.materialId) {
          throw new Error(`the token wrapped another key version than ${version.id}`);
        }
        yield versionEntry(version, key.keyShape, next.value.wrappedKey);
      }
    }
  } finally {
    await wrapped.return?.();
  }
}

function* materialIds(catalog: Catalog, scope: BackupScope): Iterable<string> {
  for (const key of scope.keys) {
    for (const version of versionsOf(catalog, key)) yield version.materialId;
  }
}

function keyEntry(key: KeyRecord): BackupEntry {
  if (key.lifecycleState !== 'ENABLED' && key.lifecycleState !== 'DISABLED') {
    throw new Error(`key ${key.id} is ${key.lifecycleState} and was not left out`);
  }
  return {
    kind: 'key',
    id: key.id,
    vaultId: key.vaultId,
    compartmentId: key.compartmentId,
    displayName: key.displayName,
    keyShape: key.keyShape,
    protectionMode: 'HSM',
    lifecycleState: key.lifecycleState,
    currentKeyVersion: key.currentKeyVersion,
    freeformTags: key.freeformTags,
    definedTags: key.definedTags,
    timeCreated: key.timeCreated,
  };
}

function versionEntry(version: KeyVersionRecord, keyShape: KeyShape, wrappedKey: Uint8Array): BackupEntry {
  return {
    kind: 'keyVersion',
    id: version.id,
    keyId: version.keyId,
    materialId: version.materialId,
    keyShape,
    origin: version.origin,
    lifecycleState: 'ENABLED',
    timeCreated: version.timeCreated,
    attributePolicy: { sensitive: true, private: true, extractable: true, usages: usagesOf(keyShape) },
    ...(version.publicKey === undefined ? {} : { publicKey: publicKeyDer(version.publicKey) }),
    wrappedKey,
  };
}

/** The rights that the template builders of main/hsm give a key of this shape. */
function usagesOf(shape: KeyShape): ('ENCRYPT' | 'DECRYPT' | 'SIGN' | 'VERIFY')[] {
  switch (shape.algorithm) {
    case 'AES':
      return ['ENCRYPT', 'DECRYPT'];
    case 'RSA':
      return ['DECRYPT', 'SIGN'];
    case 'ECDSA':
      return ['SIGN'];
  }
}
