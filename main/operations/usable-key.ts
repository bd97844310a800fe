import { StrongroomError } from '../../shared/domain/errors.ts';
import type { Permission } from '../../shared/domain/permission.ts';
import { requireState, USABLE_STATES } from '../../shared/domain/lifecycle.ts';
import type { KeyRecord } from '../catalog/key-store.ts';
import type { KeyVersionRecord } from '../catalog/key-version-store.ts';
import { onKey } from './demands.ts';
import type { OperationContext } from './operation-context.ts';

export interface UsableKey {
  readonly key: KeyRecord;
  readonly version: KeyVersionRecord;
}

/** The key and its current version, for encrypting and signing. */
export function currentVersionOf(context: OperationContext, keyId: string, doing: string): UsableKey {
  const key = context.catalog.keys.require(keyId);
  // Before its version: while a key is restored, its current version may not be there yet.
  requireKeyUsable(context, key, doing);
  const version = context.catalog.keyVersions.require(key.currentKeyVersion);
  requireVersionUsable(version, doing);
  return { key, version };
}

/**
 * The key version that a ciphertext or signature names by its material id (rule R12).
 * @throws StrongroomError MissingParameter if several regions have it and no key is named.
 */
export function versionOfMaterial(
  context: OperationContext,
  materialId: string,
  keyId: string | undefined,
  doing: string,
  permission: Permission,
): UsableKey {
  const { catalog } = context;
  const known = catalog.keyVersions
    .listByMaterialId(materialId)
    .filter((version) => keyId === undefined || version.keyId === keyId);
  // One that was destroyed in its region does not stand in the way of one restored in another.
  const alive = known.filter((version) => version.lifecycleState !== 'DELETED');
  const named = alive.length > 0 ? alive : known.slice(0, 1);
  const [version] = named;
  if (version === undefined) {
    throw new StrongroomError(
      'NotAuthorizedOrNotFound',
      keyId === undefined ? 'No key of this home made this.' : `The key ${keyId} did not make this.`,
      'Restore the key that made it (backup list, key restore), or name another key.',
      { reason: 'KeyVersionNotFound' },
    );
  }
  if (named.length > 1) {
    throw new StrongroomError(
      'MissingParameter',
      `Keys in several regions can do this: ${named.map((other) => other.keyId).join(', ')}.`,
      'Say which with --key-id.',
      { reason: 'SeveralKeys' },
    );
  }
  const key = catalog.keys.require(version.keyId);
  context.requireAccess(onKey(catalog, permission, key.id));
  requireKeyUsable(context, key, doing);
  requireVersionUsable(version, doing);
  return { key, version };
}

/** Cryptographic use of ENABLED keys goes on while they are backed up (rule R47). */
function requireKeyUsable(context: OperationContext, key: KeyRecord, doing: string): void {
  const state =
    key.lifecycleState === 'BACKUP_IN_PROGRESS'
      ? (context.catalog.pendingChanges.stateBefore('key', key.id) ?? key.lifecycleState)
      : key.lifecycleState;
  requireState(`The key ${key.displayName}`, state, USABLE_STATES.key, doing);
}

function requireVersionUsable(version: KeyVersionRecord, doing: string): void {
  requireState(`The key version ${version.id}`, version.lifecycleState, USABLE_STATES.keyVersion, doing);
}
