import { withEtag } from './etag.ts';
import type { OperationHandler } from './operation-context.ts';
import { demandsOfRestore, prepareRestore } from './prepare-restore.ts';
import { runRestore } from './run-restore.ts';

export const restoreVault: OperationHandler<'vault.restore'> = async (context, request) => {
  const result = await runRestore(context, {
    kind: 'VAULT',
    location: request.backupLocation,
    region: request.region,
    planHash: request.planHash,
    isBringBackDestroyed: request.isBringBackDestroyed,
    ifMatch: request.ifMatch,
  });
  return { ...result, vault: withEtag(result.vault) };
};

export const restoreVaultFromFile: OperationHandler<'vault.restore-from-file'> = (
  context,
  { restoreVaultFromFileLocation: file, ...request },
) => restoreVault(context, { ...request, backupLocation: { destination: 'OFFLINE_FILE', file } });

export const restoreKey: OperationHandler<'key.restore'> = async (context, request) => {
  const result = await runRestore(context, {
    kind: 'KEY',
    location: request.backupLocation,
    region: request.region,
    planHash: request.planHash,
    isBringBackDestroyed: request.isBringBackDestroyed,
    ifMatch: request.ifMatch,
  });
  const [keyId] = result.keyIds;
  if (keyId === undefined) throw new Error('a key backup without a key passed verification');
  return {
    ...result,
    vault: withEtag(result.vault),
    key: withEtag(context.catalog.keys.require(keyId)),
  };
};

export const restoreKeyFromFile: OperationHandler<'key.restore-from-file'> = (
  context,
  { restoreKeyFromFileLocation: file, ...request },
) => restoreKey(context, { ...request, backupLocation: { destination: 'OFFLINE_FILE', file } });

/** Shows what a restore would do (rule R43); writes nothing. */
export const planRestore: OperationHandler<'backup.plan-restore'> = async (context, request) => {
  await using prepared = await prepareRestore(context, {
    location: request.backupLocation,
    region: request.region,
  });
  context.requireAccess(demandsOfRestore(context, prepared, 'VAULT_READ', 'KEY_READ'));
  return prepared.plan;
};
