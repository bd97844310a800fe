import { StrongroomError } from '../../shared/domain/errors.ts';
import { bindRegion, openTokenToBind, realmWarnings } from './bind-region.ts';
import type { OperationHandler } from './operation-context.ts';
import { requireCapable } from './realm-keys-of-token.ts';

/**
 * Creates the realm (rules R1, R2, R4): the realm keys are made in the token only after it was found able. Should the
 * program die between token and catalog, region attach takes the keys in.
 */
export const createRealm: OperationHandler<'realm.create'> = async (context, request) => {
  const existing = context.catalog.realm.get();
  if (existing !== undefined) {
    throw new StrongroomError(
      'Conflict',
      `This home already has the realm ${existing.name}.`,
      'Use another home (--home DIR) for another realm.',
      { reason: 'RealmExists' },
    );
  }
  const { session, ...opened } = await openTokenToBind(context, request, { mayRebind: false });
  try {
    const profile = await session.probe();
    requireCapable(profile);
    const realmKeys = await session.createRealmKeys({
      realmName: request.name,
      tenancyName: request.tenancyName,
    });
    const bound = bindRegion(context, { ...opened, regionId: request.region, profile, realmKeys });
    return { ...bound, warnings: realmWarnings(context, profile) };
  } finally {
    await session.close();
  }
};
