import { StrongroomError } from '../../shared/domain/errors.ts';
import { headroom, LIMITS } from '../../shared/domain/limit.ts';
import type { LimitAfter, LimitName, LimitUse } from '../../shared/domain/limit.ts';
import type { VaultType } from '../../shared/domain/vault.ts';
import { attachedRegion } from './attached-region.ts';
import type { OperationContext, OperationHandler } from './operation-context.ts';

/** What is about to be added to a region; what is absent is none. */
export interface LimitAdditions {
  readonly vaults?: Readonly<Partial<Record<VaultType, number>>>;
  /** Weight of HSM key versions that come into one vault (keyVersionWeight). */
  readonly keyVersionWeight?: number;
  readonly buckets?: number;
}

/**
 * What every limit that the additions touch would be after them (rules R43, R45).
 * @param vaultId of the vault that the key versions come into; undefined for one that is still to be made, which is a
 * VIRTUAL_PRIVATE one.
 */
export function limitsAfter(
  { catalog }: Pick<OperationContext, 'catalog'>,
  regionId: string,
  vaultId: string | undefined,
  additions: LimitAdditions,
): LimitAfter[] {
  const { limits } = catalog;
  const after = (name: LimitName, used: () => number, added: number | undefined): LimitAfter[] =>
    added === undefined ? [] : [headroom(name, limits.valueOf(regionId, name), used(), added)];
  const vault = vaultId === undefined ? undefined : catalog.vaults.get(vaultId);
  // DEFAULT vaults share what the region has; only private ones have a limit of their own.
  const hasVersionLimit = vault?.vaultType !== 'DEFAULT';
  return [
    ...after('virtual-vault-count', () => limits.vaultsIn(regionId, 'DEFAULT'), additions.vaults?.DEFAULT),
    ...after(
      'virtual-private-vault-count',
      () => limits.vaultsIn(regionId, 'VIRTUAL_PRIVATE'),
      additions.vaults?.VIRTUAL_PRIVATE,
    ),
    ...(hasVersionLimit
      ? after(
          'key-version-count-per-virtual-private-vault',
          () => (vault === undefined ? 0 : limits.keyVersionWeightIn(vault.id)),
          additions.keyVersionWeight,
        )
      : []),
    ...after('bucket-count', () => limits.bucketsIn(regionId), additions.buckets),
  ];
}

/**
 * Call it in the transaction that adds, before it adds: then two creations cannot both take the last place.
 * @throws StrongroomError LimitExceeded with the numbers of every limit that would be exceeded.
 */
export function requireWithinLimits(
  context: Pick<OperationContext, 'catalog'>,
  about: { readonly region: string; readonly vaultId?: string; readonly additions: LimitAdditions },
): void {
  const exceeded = limitsAfter(context, about.region, about.vaultId, about.additions).filter(
    (limit) => limit.isExceeded,
  );
  if (exceeded.length === 0) return;
  throw new StrongroomError(
    'LimitExceeded',
    `Region ${about.region} has no room for this: ${exceeded.map(inWords).join('; ')}.`,
    'Delete what is no longer needed, or have the limit raised (limit list, limit set).',
    { reason: 'LimitExceeded' },
  );
}

function inWords({ name, value, used, after }: LimitAfter): string {
  return `${name} is ${value}, ${used} are used, and it would be ${after}`;
}

export const listLimits: OperationHandler<'limit.list'> = ({ catalog }, request) => {
  const regions =
    request.region === undefined ? catalog.regions.list() : [catalog.regions.require(request.region)];
  return Promise.resolve({ data: regions.flatMap(({ regionId }) => usesIn(catalog, regionId)) });
};

function usesIn(catalog: OperationContext['catalog'], region: string): LimitUse[] {
  const { limits } = catalog;
  const use = (name: LimitName, used: number, vaultId?: string): LimitUse => {
    const value = limits.valueOf(region, name);
    return {
      name,
      region,
      ...(vaultId === undefined ? {} : { vaultId }),
      value,
      used,
      available: Math.max(value - used, 0),
    };
  };
  const uses = [
    use('virtual-vault-count', limits.vaultsIn(region, 'DEFAULT')),
    use('virtual-private-vault-count', limits.vaultsIn(region, 'VIRTUAL_PRIVATE')),
    use('bucket-count', limits.bucketsIn(region)),
  ];
  for (const vault of catalog.vaults.iterate({ region })) {
    if (vault.vaultType !== 'VIRTUAL_PRIVATE' || vault.lifecycleState === 'DELETED') continue;
    const used = limits.keyVersionWeightIn(vault.id);
    uses.push(use('key-version-count-per-virtual-private-vault', used, vault.id));
  }
  return uses;
}

export const setLimit: OperationHandler<'limit.set'> = (context, request) => {
  const { regionId } = attachedRegion(context, request.region);
  const { name } = LIMITS[request.name];
  context.catalog.limits.set(regionId, name, request.value);
  return Promise.resolve({ region: regionId, name, value: request.value });
};
