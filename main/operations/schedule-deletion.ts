import { StrongroomError } from '../../shared/domain/errors.ts';
import { NEEDED_STATES, requireState, requireStates } from '../../shared/domain/lifecycle.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import { requireUnlocked } from '../work-requests/locks.ts';
import { requireMatch, withEtag } from './etag.ts';
import type { OperationHandler } from './operation-context.ts';
import { timesOfDeletion } from './time-of-deletion.ts';
import { requireCovered } from './uncovered.ts';

/**
 * Scheduling and cancelling deletions (rule R13), the reference's interplay of vault and keys included. A schedule is a
 * record: SCHEDULING_DELETION and CANCELLING_DELETION are passed through at once. What is PENDING_DELETION is unusable,
 * as every operation needs another state (lifecycle.ts); nothing is destroyed before it is executed.
 */
export const scheduleVaultDeletion: OperationHandler<'vault.schedule-deletion'> = (context, request) => {
  const { catalog } = context;
  const times = timesOfDeletion(context, request.timeOfDeletion);
  return Promise.resolve(
    catalog.transaction(() => {
      const vault = catalog.vaults.require(request.vaultId);
      requireMatch(request.ifMatch, vault, `The vault ${vault.displayName}`);
      requireStates('vault.schedule-deletion', { vault });
      // A restore that is being planned counts on the vault and keys that it found.
      requireUnlocked(catalog, [vault.region, vault.id]);
      requireKeysSettled(catalog, vault.id);
      requireNoKeyLater(catalog, vault, times.timeOfDeletion);
      const uncovered = requireCovered(context, { vaultId: vault.id }, request.isOverrideCoverage);
      const when = { region: vault.region, ...times };
      catalog.scheduledDeletions.schedule('vault', vault.id, when);
      catalog.scheduledDeletions.scheduleKeysOf(vault.id, when);
      return { ...withEtag(catalog.vaults.require(vault.id)), uncovered };
    }),
  );
};

export const cancelVaultDeletion: OperationHandler<'vault.cancel-deletion'> = (context, request) => {
  const { catalog } = context;
  return Promise.resolve(
    catalog.transaction(() => {
      const vault = catalog.vaults.require(request.vaultId);
      requireMatch(request.ifMatch, vault, `The vault ${vault.displayName}`);
      requireStates('vault.cancel-deletion', { vault });
      catalog.scheduledDeletions.cancel('vault', vault.id);
      catalog.scheduledDeletions.cancelKeysWith(vault.id);
      return withEtag(catalog.vaults.require(vault.id));
    }),
  );
};

export const scheduleKeyDeletion: OperationHandler<'key.schedule-deletion'> = (context, request) => {
  const { catalog } = context;
  const times = timesOfDeletion(context, request.timeOfDeletion);
  return Promise.resolve(
    catalog.transaction(() => {
      const key = catalog.keys.require(request.keyId);
      const vault = catalog.vaults.require(key.vaultId);
      requireMatch(request.ifMatch, key, `The key ${key.displayName}`);
      requireStates('key.schedule-deletion', { vault, key });
      requireUnlocked(catalog, [vault.region, key.id]);
      const uncovered = requireCovered(context, { keyId: key.id }, request.isOverrideCoverage);
      catalog.scheduledDeletions.schedule('key', key.id, { region: vault.region, ...times });
      return { ...withEtag(catalog.keys.require(key.id)), uncovered };
    }),
  );
};

export const cancelKeyDeletion: OperationHandler<'key.cancel-deletion'> = (context, request) => {
  const { catalog } = context;
  return Promise.resolve(
    catalog.transaction(() => {
      const key = catalog.keys.require(request.keyId);
      requireMatch(request.ifMatch, key, `The key ${key.displayName}`);
      // The vault as well: a key whose vault is scheduled comes back with the vault only.
      requireStates('key.cancel-deletion', { vault: catalog.vaults.require(key.vaultId), key });
      catalog.scheduledDeletions.cancel('key', key.id);
      return withEtag(catalog.keys.require(key.id));
    }),
  );
};

export const scheduleKeyVersionDeletion: OperationHandler<'key-version.schedule-deletion'> = (
  context,
  request,
) => {
  const { catalog } = context;
  const times = timesOfDeletion(context, request.timeOfDeletion);
  return Promise.resolve(
    catalog.transaction(() => {
      const keyVersion = catalog.keyVersions.require(request.keyVersionId);
      const key = catalog.keys.require(keyVersion.keyId);
      const vault = catalog.vaults.require(key.vaultId);
      requireMatch(request.ifMatch, keyVersion, `The key version ${keyVersion.id}`);
      requireStates('key-version.schedule-deletion', { vault, key, keyVersion });
      requireUnlocked(catalog, [vault.region, key.id]);
      if (key.currentKeyVersion === keyVersion.id) {
        throw new StrongroomError(
          'Conflict',
          `The key version ${keyVersion.id} is the current one of the key ${key.displayName}: it is not deleted by itself.`,
          'Rotate the key first (key-version create), or schedule the whole key (key schedule-deletion).',
          { reason: 'CurrentKeyVersion' },
        );
      }
      const uncovered = requireCovered(context, { keyVersionId: keyVersion.id }, request.isOverrideCoverage);
      catalog.scheduledDeletions.schedule('keyVersion', keyVersion.id, {
        region: keyVersion.region,
        ...times,
      });
      return { ...withEtag(catalog.keyVersions.require(keyVersion.id)), uncovered };
    }),
  );
};

export const cancelKeyVersionDeletion: OperationHandler<'key-version.cancel-deletion'> = (
  context,
  request,
) => {
  const { catalog } = context;
  return Promise.resolve(
    catalog.transaction(() => {
      const keyVersion = catalog.keyVersions.require(request.keyVersionId);
      const key = catalog.keys.require(keyVersion.keyId);
      const vault = catalog.vaults.require(key.vaultId);
      requireMatch(request.ifMatch, keyVersion, `The key version ${keyVersion.id}`);
      requireStates('key-version.cancel-deletion', { vault, key, keyVersion });
      catalog.scheduledDeletions.cancel('keyVersion', keyVersion.id);
      return withEtag(catalog.keyVersions.require(keyVersion.id));
    }),
  );
};

/** A key that is being made, backed up or restored must come to rest first. */
function requireKeysSettled(catalog: Catalog, vaultId: string): void {
  const key = catalog.scheduledDeletions.unsettledKeyOf(vaultId);
  if (key === undefined) return;
  const { key: allowed, doing } = NEEDED_STATES['vault.schedule-deletion'];
  requireState(`The key ${key.displayName}`, key.lifecycleState, allowed, `${doing} with its vault`);
}

/** As in the reference: a vault does not go before its keys. */
function requireNoKeyLater(
  catalog: Catalog,
  vault: { readonly id: string; readonly displayName: string },
  timeOfDeletion: string,
): void {
  const later = catalog.scheduledDeletions.keyScheduledAfter(vault.id, timeOfDeletion);
  if (later === undefined) return;
  throw new StrongroomError(
    'Conflict',
    `The key ${later.displayName} is scheduled for ${later.timeOfDeletion ?? ''}, later than the vault would be (${timeOfDeletion}).`,
    'Choose a later time for the vault, or cancel the key’s deletion first (key cancel-deletion): then it goes with the vault.',
    { reason: 'KeyScheduledLater' },
  );
}
