import { StrongroomError } from '../../shared/domain/errors.ts';
import { realmWarnings, resolveToken } from './bind-region.ts';
import type { OperationHandler } from './operation-context.ts';

export const getRealm: OperationHandler<'realm.get'> = (context) => {
  const realm = context.catalog.realm.require();
  const provenTokens = context.catalog.regions.list().map((region) => ({
    regionId: region.regionId,
    tokenLabel: region.token.tokenLabel,
    timeProven: region.timeProven,
  }));
  return Promise.resolve({ ...realm, provenTokens, warnings: realmWarnings(context) });
};

export const listRegions: OperationHandler<'region.list'> = (context) =>
  Promise.resolve({ data: context.catalog.regions.list() });

export const getRegion: OperationHandler<'region.get'> = (context, request) =>
  Promise.resolve(context.catalog.regions.require(request.region));

/** Tries what a token can do (rule R4); an attached region's profile is stored anew. */
export const probeRegion: OperationHandler<'region.probe'> = async (context, request) => {
  if (request.module !== undefined) {
    const token = await resolveToken(context, { ...request, module: request.module });
    const session = await context.openToken(token, { tokenLabel: token.tokenLabel });
    try {
      return await session.probe();
    } finally {
      await session.close();
    }
  }
  if (request.region === undefined) {
    throw new StrongroomError(
      'MissingParameter',
      'Neither a region nor a module is named.',
      'Name an attached region (--region), or a token by --module and --token-label.',
    );
  }
  const session = await context.openRegion(request.region);
  const profile = await session.probe();
  context.catalog.regions.update(request.region, { profile });
  return profile;
};
