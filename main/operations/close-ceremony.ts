import { StrongroomError } from '../../shared/domain/errors.ts';
import type { OperationHandler } from './operation-context.ts';

/** Closes the ceremony on a region's token, for good (rule R3). Done again, it is done once. */
export const closeCeremony: OperationHandler<'region.close-ceremony'> = async (context, request) => {
  const { catalog } = context;
  const region = catalog.regions.require(request.region);
  if (!request.isWithoutRecoveryKit && !catalog.recoveryKits.hasConfirmed()) {
    throw new StrongroomError(
      'IncorrectState',
      'No recovery kit of this realm is confirmed: with the ceremony closed, nothing could make another token.',
      'Make one (recovery-kit create) and have its shares read back (recovery-kit confirm). To go without one, pass --is-without-recovery-kit true.',
      { reason: 'NoConfirmedRecoveryKit' },
    );
  }
  const session = await context.openRegion(region.regionId);
  const { isEnforced } = await session.closeCeremony();
  catalog.regions.update(region.regionId, { isCeremonyClosed: true });
  return {
    ...catalog.regions.require(region.regionId),
    isEnforcedByToken: isEnforced,
    warnings: isEnforced
      ? []
      : [
          'This token wraps keys even if they are marked as not extractable: Strongroom keeps to the closed ceremony, but another program with the PIN need not.',
        ],
  };
};
