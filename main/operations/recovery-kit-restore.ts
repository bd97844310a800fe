import { bindRegion, openTokenToBind, realmWarnings } from './bind-region.ts';
import type { OperationHandler } from './operation-context.ts';
import { requireCapable } from './realm-keys-of-token.ts';
import { readKitFile, realmKeysOf, recordKit, requireOwnKit } from './recovery-kit-file.ts';
import { readShares } from './recovery-kit-shares.ts';

/**
 * Puts the realm keys on a new token from the recovery kit, and binds the region (rule R5): what is left when every token is
 * lost. Should the program die between token and catalog, region attach takes the keys in; after half of them, restoring
 * again does.
 */
export const restoreRecoveryKit: OperationHandler<'recovery-kit.restore'> = async (context, request) => {
  const { catalog } = context;
  const opened = await readKitFile(request.kit);
  requireOwnKit(catalog, request.kit, opened);
  using shares = await readShares(request.shareFile, opened.kit, 'threshold', context.typedShare);
  const realmKeys = realmKeysOf(opened.kit);
  const { session, ...found } = await openTokenToBind(context, request, { mayRebind: true });
  try {
    const { workRequestId, result } = await context.workRequests.run(
      {
        operationType: 'RESTORE_RECOVERY_KIT',
        resources: [{ actionType: 'CREATED', entityType: 'region', identifier: request.region }],
        locks: [],
        intent: { setId: opened.kit.setId, region: request.region, tokenLabel: found.token.tokenLabel },
      },
      async (run) => {
        run.progress(0, 3, 'Looking at what the token can do');
        const profile = await session.probe();
        requireCapable(profile);
        run.progress(1, 3, 'Rebuilding the realm keys');
        run.log('Taking the realm keys in; their check values are compared before anything is kept.');
        await shares.withEscrowKey((escrowKey) =>
          session.unwrapRealmKeysFromEscrow(escrowKey, opened.wrapped, realmKeys),
        );
        const bound = run.commit(() => {
          const binding = { ...found, regionId: request.region, profile, realmKeys };
          const { realm, region } = bindRegion(context, binding);
          recordKit(catalog, opened, {});
          return { realm, region };
        });
        return { ...bound, profile };
      },
      context.onProgress,
    );
    context.forgetRegion(request.region);
    const { profile, ...bound } = result;
    return {
      workRequestId,
      ...bound,
      warnings: [
        'The ceremony is open on this token: its realm keys may leave it until it is closed (region close-ceremony).',
        'The shares that were used have been in one place now. Make a new recovery kit, and destroy the shares of this one.',
        ...realmWarnings(context, profile),
      ],
    };
  } finally {
    await session.close();
  }
};
