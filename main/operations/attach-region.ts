import { StrongroomError } from '../../shared/domain/errors.ts';
import { bindRegion, openTokenToBind, realmWarnings } from './bind-region.ts';
import type { OperationHandler } from './operation-context.ts';
import { requireCapable } from './realm-keys-of-token.ts';

/** Binds a token that already holds the realm keys (rules R2, R40): a home needs no catalog of its own before. */
export const attachRegion: OperationHandler<'region.attach'> = async (context, request) => {
  const { session, ...opened } = await openTokenToBind(context, request, { mayRebind: true });
  try {
    const realmKeys = await session.findRealmKeys();
    if (realmKeys === undefined) {
      throw new StrongroomError(
        'IncorrectState',
        `The token ${opened.token.tokenLabel} holds no realm keys.`,
        'Enrol it first (region enrol-request), or create a realm on it (realm create).',
        { reason: 'RealmKeysMissing' },
      );
    }
    const profile = await session.probe();
    requireCapable(profile);
    const isCeremonyClosed = await session.isCeremonyClosed();
    const bound = bindRegion(context, {
      ...opened,
      regionId: request.region,
      profile,
      realmKeys,
      isCeremonyClosed,
    });
    context.forgetRegion(request.region);
    return { ...bound, warnings: realmWarnings(context, profile) };
  } finally {
    await session.close();
  }
};

export const detachRegion: OperationHandler<'region.detach'> = (context, request) => {
  context.catalog.regions.require(request.region);
  context.catalog.regions.delete(request.region);
  context.forgetRegion(request.region);
  return Promise.resolve({ regionId: request.region });
};
