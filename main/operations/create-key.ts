import { completeKeyShape } from '../../shared/domain/key-shape.ts';
import type { Key } from '../../shared/domain/key.ts';
import { requireStates } from '../../shared/domain/lifecycle.ts';
import { keyVersionWeight } from '../../shared/domain/limit.ts';
import { withEtag } from './etag.ts';
import { requireWithinLimits } from './limits.ts';
import { makeKeyVersion, newKeyVersionId } from './make-key-version.ts';
import { newOcid, vaultTokenOf } from './new-ocid.ts';
import type { OperationContext, OperationHandler } from './operation-context.ts';

/** Creates a key with its first version (rule R10). */
export const createKey: OperationHandler<'key.create'> = async (context, request) => {
  const { catalog } = context;
  const vault = catalog.vaults.require(request.vaultId);
  requireStates('key.create', { vault });
  const compartmentId = request.compartmentId ?? vault.compartmentId;
  catalog.compartments.require(compartmentId);
  const time = context.now().toISOString();
  const versionId = newKeyVersionId({ vaultId: vault.id }, vault.region);
  const key: Key = {
    id: newOcid('key', { region: vault.region, vaultToken: vaultTokenOf(vault.id) }),
    vaultId: vault.id,
    compartmentId,
    displayName: request.displayName,
    keyShape: completeKeyShape(request.keyShape),
    protectionMode: request.protectionMode,
    lifecycleState: 'CREATING',
    currentKeyVersion: versionId,
    freeformTags: request.freeformTags,
    definedTags: request.definedTags,
    timeCreated: time,
  };
  await makeKeyVersion(
    context,
    key,
    vault.region,
    {
      begin: (version) => {
        // The vault may have changed during the login, and others may have taken its room.
        requireStates('key.create', { vault: catalog.vaults.require(vault.id) });
        requireRoom(context, key, vault.region);
        catalog.keys.insert({ ...key, metadataTime: time });
        catalog.keyVersions.insert(version);
      },
      complete: () => {
        catalog.keys.update(key.id, { lifecycleState: 'ENABLED' });
      },
    },
    versionId,
  );
  return withEtag(catalog.keys.require(key.id));
};

/** Rotates a key (rule R12): older versions stay and still decrypt. */
export const createKeyVersion: OperationHandler<'key-version.create'> = async (context, request) => {
  const { catalog } = context;
  const key = catalog.keys.require(request.keyId);
  const vault = catalog.vaults.require(key.vaultId);
  requireStates('key-version.create', { vault, key });
  const made = await makeKeyVersion(context, key, vault.region, {
    begin: (version) => {
      requireRoom(context, key, vault.region);
      catalog.keyVersions.insert(version);
    },
    complete: (version) => {
      // The key may have changed while the token worked: what forbids rotation now forbids it to take effect.
      requireStates('key-version.create', {
        vault: catalog.vaults.require(vault.id),
        key: catalog.keys.require(key.id),
      });
      catalog.keys.update(key.id, { currentKeyVersion: version.id });
    },
  });
  return withEtag(catalog.keyVersions.require(made.id));
};

/** One version more of this key, in the transaction that begins it (rule R45); SOFTWARE keys have no limit. */
function requireRoom(context: OperationContext, key: Key, region: string): void {
  if (key.protectionMode === 'SOFTWARE') return;
  requireWithinLimits(context, {
    region,
    vaultId: key.vaultId,
    additions: { keyVersionWeight: keyVersionWeight(key.keyShape) },
  });
}
