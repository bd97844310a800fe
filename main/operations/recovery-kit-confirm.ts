import { attachedRegion } from './attached-region.ts';
import type { OperationHandler } from './operation-context.ts';
import { readKitFile, realmKeysOf, recordKit, requireOwnKit } from './recovery-kit-file.ts';
import { readShares } from './recovery-kit-shares.ts';

/**
 * Confirms a recovery kit once every share was read back (rule R5): each is held against the kit, any M of them must rebuild
 * one key, and what that key unwraps must be this realm's keys, proven by session objects on the region's token.
 */
export const confirmRecoveryKit: OperationHandler<'recovery-kit.confirm'> = async (context, request) => {
  const region = attachedRegion(context, request.region);
  const opened = await readKitFile(request.kit);
  requireOwnKit(context.catalog, request.kit, opened);
  using shares = await readShares(request.shareFile, opened.kit, 'all', context.typedShare);
  await shares.requireAllFit();
  const session = await context.openRegion(region.regionId);
  await shares.withEscrowKey((escrowKey) =>
    session.proveRealmKeysFromEscrow(escrowKey, opened.wrapped, realmKeysOf(opened.kit)),
  );
  return recordKit(context.catalog, opened, { timeConfirmed: context.now().toISOString() });
};

export const listRecoveryKits: OperationHandler<'recovery-kit.list'> = (context, request) =>
  Promise.resolve(context.catalog.recoveryKits.list(request));

export const getRecoveryKit: OperationHandler<'recovery-kit.get'> = (context, request) =>
  Promise.resolve(context.catalog.recoveryKits.require(request.setId));
