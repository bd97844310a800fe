import type { RequestOf } from '../../shared/contract/contract.ts';
import { partKeys, requireKeyEligible, requireVaultEligible } from './backup-eligibility.ts';
import { requireMatch } from './etag.ts';
import type { OperationContext, OperationHandler } from './operation-context.ts';
import { runBackup } from './run-backup.ts';
import type { BackupOrder } from './run-backup.ts';

/** Backs up a vault, with its keys unless told otherwise (rules R20 to R24). */
export const backupVault: OperationHandler<'vault.backup'> = (context, request) =>
  runBackup(context, () => orderOfVault(context, request));

/** Backs up one key with its vault's metadata (rules R20, R21). */
export const backupKey: OperationHandler<'key.backup'> = (context, request) =>
  runBackup(context, () => orderOfKey(context, request));

function orderOfVault(context: OperationContext, request: RequestOf<'vault.backup'>): BackupOrder {
  const vault = context.catalog.vaults.require(request.vaultId);
  requireMatch(request.ifMatch, vault, `The vault ${vault.displayName}`);
  requireVaultEligible(vault);
  const keys = [...context.catalog.keys.iterateOfVault(vault.id)].filter(
    (key) => key.lifecycleState !== 'DELETED',
  );
  const parted = request.isIncludeKeys
    ? partKeys(keys)
    : {
        included: [],
        leftOut: keys.map((key) => ({
          id: key.id,
          displayName: key.displayName,
          reason: 'The backup was asked for without keys.',
        })),
      };
  return {
    kind: 'VAULT',
    scope: { vault, keys: parted.included, secretsLeftOut: context.catalog.secrets.countOfVault(vault.id) },
    isIncludeKeys: request.isIncludeKeys,
    leftOut: parted.leftOut,
    location: request.backupLocation,
  };
}

function orderOfKey(context: OperationContext, request: RequestOf<'key.backup'>): BackupOrder {
  const key = context.catalog.keys.require(request.keyId);
  requireMatch(request.ifMatch, key, `The key ${key.displayName}`);
  requireKeyEligible(key);
  const vault = context.catalog.vaults.require(key.vaultId);
  requireVaultEligible(vault);
  return {
    kind: 'KEY',
    scope: { vault, keys: [key], secretsLeftOut: context.catalog.secrets.countOfVault(vault.id) },
    isIncludeKeys: true,
    leftOut: [],
    location: request.backupLocation,
  };
}
