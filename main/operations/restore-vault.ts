import type { OperationContext, OperationHandler } from './operation-context.ts';
import type { ResponseOf } from '../../shared/contract/contract.ts';
import { prepareRestore } from './prepare-restore.ts';
import { runRestore } from './run-restore.ts';
import type { RestoreOrder } from './run-restore.ts';

export const restoreVault: OperationHandler<'vault.restore'> = (context, request) =>
  runRestore(context, {
    kind: 'VAULT',
    location: request.backupLocation,
    region: request.region,
    planHash: request.planHash,
  });

export const restoreVaultFromFile: OperationHandler<'vault.restore-from-file'> = (context, request) =>
  runRestore(context, {
    kind: 'VAULT',
    location: { destination: 'OFFLINE_FILE', file: request.restoreVaultFromFileLocation },
    region: request.region,
    planHash: request.planHash,
  });

export const restoreKey: OperationHandler<'key.restore'> = (context, request) =>
  restoreOneKey(context, {
    kind: 'KEY',
    location: request.backupLocation,
    region: request.region,
    planHash: request.planHash,
  });

export const restoreKeyFromFile: OperationHandler<'key.restore-from-file'> = (context, request) =>
  restoreOneKey(context, {
    kind: 'KEY',
    location: { destination: 'OFFLINE_FILE', file: request.restoreKeyFromFileLocation },
    region: request.region,
    planHash: request.planHash,
  });

async function restoreOneKey(
  context: OperationContext,
  order: RestoreOrder,
): Promise<ResponseOf<'key.restore'>> {
  const result = await runRestore(context, order);
  const [keyId] = result.keyIds;
  if (keyId === undefined) throw new Error('a key backup without a key passed verification');
  return { ...result, key: context.catalog.keys.require(keyId) };
}

/** Shows what a restore would do (rule R43); writes nothing. */
export const planRestore: OperationHandler<'backup.plan-restore'> = async (context, request) => {
  await using prepared = await prepareRestore(context, {
    location: request.backupLocation,
    region: request.region,
  });
  return prepared.plan;
};
