import { completeKeyShape } from '../../shared/domain/key-shape.ts';
import type { Key } from '../../shared/domain/key.ts';
import { requireState } from '../../shared/domain/lifecycle.ts';
import { makeKeyVersion, newKeyVersionId } from './make-key-version.ts';
import { newOcid, vaultTokenOf } from './new-ocid.ts';
import type { OperationHandler } from './operation-context.ts';

/** Creates an HSM key with its first version (rule R10). */
export const createKey: OperationHandler<'key.create'> = async (context, request) => {
  const { catalog } = context;
  const vault = catalog.vaults.require(request.vaultId);
  requireState(`The vault ${vault.displayName}`, vault.lifecycleState, ['ACTIVE'], 'creating a key');
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
    protectionMode: 'HSM',
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
        catalog.keys.insert({ ...key, metadataTime: time });
        catalog.keyVersions.insert(version);
      },
      complete: () => {
        catalog.keys.update(key.id, { lifecycleState: 'ENABLED' });
      },
    },
    versionId,
  );
  return catalog.keys.require(key.id);
};

/** Rotates a key (rule R12): older versions stay and still decrypt. */
export const createKeyVersion: OperationHandler<'key-version.create'> = async (context, request) => {
  const { catalog } = context;
  const key = catalog.keys.require(request.keyId);
  requireState(`The key ${key.displayName}`, key.lifecycleState, ['ENABLED'], 'rotating it');
  const vault = catalog.vaults.require(key.vaultId);
  requireState(
    `The vault ${vault.displayName}`,
    vault.lifecycleState,
    ['ACTIVE'],
    'rotating one of its keys',
  );
  return makeKeyVersion(context, key, vault.region, {
    begin: (version) => {
      catalog.keyVersions.insert(version);
    },
    complete: (version) => {
      // The key may have changed while the token worked: what forbids rotation now forbids it to take effect.
      const now = catalog.keys.require(key.id);
      requireState(`The key ${now.displayName}`, now.lifecycleState, ['ENABLED'], 'rotating it');
      catalog.keys.update(key.id, { currentKeyVersion: version.id });
    },
  });
};
