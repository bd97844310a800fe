import type { VaultRecord } from '../catalog/vault-store.ts';
import { attachedRegion } from './attached-region.ts';
import { pageWithEtags, withEtag } from './etag.ts';
import { requireWithinLimits } from './limits.ts';
import { newOcid, newVaultToken } from './new-ocid.ts';
import type { OperationHandler } from './operation-context.ts';

/** A vault is a record of the catalog; its keys are in the token of its region (rule R10). */
export const createVault: OperationHandler<'vault.create'> = (context, request) => {
  const region = attachedRegion(context, request.region);
  context.catalog.compartments.require(request.compartmentId);
  const time = context.now().toISOString();
  const vault: VaultRecord = {
    id: newOcid('vault', { region: region.regionId, vaultToken: newVaultToken() }),
    compartmentId: request.compartmentId,
    displayName: request.displayName,
    vaultType: request.vaultType,
    lifecycleState: 'ACTIVE',
    freeformTags: request.freeformTags,
    definedTags: request.definedTags,
    timeCreated: time,
    region: region.regionId,
    metadataTime: time,
  };
  context.catalog.transaction(() => {
    requireWithinLimits(context, {
      region: vault.region,
      additions: { vaults: { [vault.vaultType]: 1 } },
    });
    context.catalog.vaults.insert(vault);
  });
  return Promise.resolve(withEtag(vault));
};

export const getVault: OperationHandler<'vault.get'> = (context, request) =>
  Promise.resolve(withEtag(context.catalog.vaults.require(request.vaultId)));

export const listVaults: OperationHandler<'vault.list'> = (context, request) =>
  Promise.resolve(pageWithEtags(context.catalog.vaults.list(request)));
