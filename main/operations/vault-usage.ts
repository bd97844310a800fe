import type { OperationHandler } from './operation-context.ts';

/** Keys and key versions of a vault by protection, as the reference counts them (VaultUsage); deleted ones do not. */
export const getVaultUsage: OperationHandler<'vault.usage'> = ({ catalog }, { vaultId }) => {
  const { id } = catalog.vaults.require(vaultId);
  return Promise.resolve({
    keyCount: catalog.limits.keysIn(id, 'HSM'),
    keyVersionCount: catalog.limits.keyVersionsIn(id, 'HSM'),
    softwareKeyCount: catalog.limits.keysIn(id, 'SOFTWARE'),
    softwareKeyVersionCount: catalog.limits.keyVersionsIn(id, 'SOFTWARE'),
  });
};
