import { attachedRegion } from './attached-region.ts';
import { newOcid, newVaultToken } from './new-ocid.ts';
import type { OperationHandler } from './operation-context.ts';

/** A vault is a record of the catalog; its keys are in the token of its region (rule R10). */
export const createVault: OperationHandler<'vault.create'> = (context, request) => {
  const region = attachedRegion(context, request.region);
  context.catalog.compartments.require(request.compartmentId);
  const time = context.now().toISOString();
  const vault = {
    id: newOcid('vault', { region: region.regionId, vaultToken: newVaultToken() }),
    compartmentId: request.compartmentId,
    displayName: request.displayName,
    vaultType: request.vaultType,
    lifecycleState: 'ACTIVE' as const,
    freeformTags: request.freeformTags,
    definedTags: request.definedTags,
    timeCreated: time,
    region: region.regionId,
    metadataTime: time,
  };
  context.catalog.vaults.insert(vault);
  return Promise.resolve(vault);
};

export const getVault: OperationHandler<'vault.get'> = (context, request) =>
  Promise.resolve(context.catalog.vaults.require(request.vaultId));

export const listVaults: OperationHandler<'vault.list'> = (context, request) =>
  Promise.resolve(context.catalog.vaults.list(request));
