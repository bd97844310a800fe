import type { CapabilityProfile } from '../../shared/domain/capability-profile.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { KNOWN_REGION_KEYS } from '../../shared/domain/region.ts';
import type { TokenReference } from '../../shared/domain/region.ts';
import type { Realm, Region } from '../../shared/domain/realm.ts';
import type { RealmKeys, TokenDescription, TokenSession } from '../hsm/token-session.ts';
import { firstOperator, requireAdministratorNamed } from './first-operator.ts';
import type { FirstOperator } from './first-operator.ts';
import type { OperationContext } from './operation-context.ts';
import { realmOfKeys, requireSameRealm } from './realm-keys-of-token.ts';

/** How requests name a token that no region is bound to yet (shared/contract/fields.ts). */
export interface TokenFields {
  readonly module: string;
  readonly moduleParameters?: string | undefined;
  readonly tokenLabel?: string | undefined;
  readonly slotSerial?: string | undefined;
}

/** Finds the one token that the request names. Needs no login. */
export async function resolveToken(context: OperationContext, fields: TokenFields): Promise<TokenReference> {
  const module = {
    modulePath: fields.module,
    ...(fields.moduleParameters === undefined ? {} : { moduleParameters: fields.moduleParameters }),
  };
  if (fields.tokenLabel === undefined && fields.slotSerial === undefined) {
    throw new StrongroomError(
      'MissingParameter',
      'Which token is not said.',
      'Name it with --token-label (token list shows them).',
    );
  }
  const tokens = await context.tokens.listTokens(module);
  const named = tokens.filter(
    (token) =>
      (fields.tokenLabel === undefined || token.label === fields.tokenLabel) &&
      (fields.slotSerial === undefined || token.serial === fields.slotSerial),
  );
  const [token] = named;
  const wanted = fields.tokenLabel ?? `with serial number ${fields.slotSerial ?? ''}`;
  if (token === undefined) {
    const labels = tokens.filter((other) => other.isInitialised).map((other) => other.label);
    throw new StrongroomError(
      'NotAuthorizedOrNotFound',
      `The module shows no token ${wanted}; it shows ${labels.length === 0 ? 'none that is initialised' : labels.join(', ')}.`,
      'Insert the token, or look with token list.',
      { reason: 'TokenNotFound' },
    );
  }
  if (named.length > 1) {
    throw new StrongroomError(
      'InvalidParameter',
      `The module shows ${named.length} tokens ${wanted}, with serial numbers ${named.map((other) => other.serial).join(', ')}.`,
      'Say which with --slot-serial.',
      { reason: 'TokenAmbiguous' },
    );
  }
  requireReady(token);
  return { ...module, tokenLabel: token.label, tokenSerial: token.serial };
}

function requireReady(token: TokenDescription): void {
  if (token.isInitialised && token.isUserPinSet) return;
  throw new StrongroomError(
    'IncorrectState',
    `The token ${token.label === '' ? token.serial : token.label} is not initialised${token.isInitialised ? ': it has no user PIN yet' : ''}.`,
    "Initialise it with its vendor's tool; a practice token with token initialise.",
    { reason: 'TokenNotInitialised' },
  );
}

/** The short key of a region: as given, else the well-known one. */
function regionKeyOf(fields: { readonly region: string; readonly regionKey?: string | undefined }): string {
  const key = fields.regionKey ?? KNOWN_REGION_KEYS[fields.region];
  if (key !== undefined) return key;
  throw new StrongroomError(
    'MissingParameter',
    `The region ${fields.region} has no well-known short key.`,
    'Give it one with --region-key, three capital letters.',
    { reason: 'RegionKeyMissing' },
  );
}

/** @throws StrongroomError Conflict unless region and short key are free, or the region may be bound again (`rebind`). */
export function requireRegionFree(
  context: OperationContext,
  regionId: string,
  regionKey: string,
  rebind: boolean,
): void {
  for (const region of context.catalog.regions.list()) {
    if (region.regionId === regionId && !rebind) {
      throw new StrongroomError(
        'Conflict',
        `The region ${regionId} is attached already, to the token ${region.token.tokenLabel}.`,
        'Choose another region identifier, or detach it first (region detach).',
        { reason: 'RegionAttached' },
      );
    }
    if (region.regionId !== regionId && region.regionKey === regionKey) {
      throw new StrongroomError(
        'Conflict',
        `The short key ${regionKey} is that of region ${region.regionId}.`,
        'Choose another with --region-key.',
        { reason: 'RegionKeyTaken' },
      );
    }
  }
}

/**
 * One token serves one region: two bindings to one token would count as two tokens that hold the realm keys (rule R1).
 * @throws StrongroomError Conflict, reason `TokenBound`.
 */
function requireTokenFree(context: OperationContext, regionId: string, token: TokenReference): void {
  const isSame = (other: TokenReference): boolean =>
    other.modulePath === token.modulePath &&
    other.moduleParameters === token.moduleParameters &&
    other.tokenLabel === token.tokenLabel &&
    other.tokenSerial === token.tokenSerial;
  const bound = context.catalog.regions
    .list()
    .find((region) => region.regionId !== regionId && isSame(region.token));
  if (bound === undefined) return;
  throw new StrongroomError(
    'Conflict',
    `The token ${token.tokenLabel} is bound to region ${bound.regionId} already.`,
    'Use another token: a realm whose regions share one token is lost with it. Or detach the region first (region detach).',
    { reason: 'TokenBound' },
  );
}

type NewToken = TokenFields & { readonly region: string; readonly regionKey?: string | undefined };

interface FoundToken {
  readonly regionKey: string;
  readonly token: TokenReference;
}

interface OpenedToken extends FoundToken {
  readonly session: TokenSession;
}

/**
 * Logs in to the token that a region is to be bound to, after all that can be refused without its PIN. The caller closes
 * the session.
 */
export async function openNewToken(
  context: OperationContext,
  request: NewToken,
  options: { readonly mayRebind: boolean },
): Promise<OpenedToken> {
  const found = await findNewToken(context, request, options);
  return { ...found, session: await openFound(context, request.region, found) };
}

async function findNewToken(
  context: OperationContext,
  request: NewToken,
  options: { readonly mayRebind: boolean },
): Promise<FoundToken> {
  const regionKey = regionKeyOf(request);
  requireRegionFree(context, request.region, regionKey, options.mayRebind);
  const token = await resolveToken(context, request);
  requireTokenFree(context, request.region, token);
  return { regionKey, token };
}

function openFound(
  context: OperationContext,
  regionId: string,
  { regionKey, token }: FoundToken,
): Promise<TokenSession> {
  return context.openToken(token, { regionId, regionKey, tokenLabel: token.tokenLabel });
}

/**
 * As openNewToken, for a token that is bound now: asks the first operator of a home that has none for a passphrase, before
 * the token is touched and after all that can be refused without one (rule R62).
 */
export async function openTokenToBind(
  context: OperationContext,
  request: NewToken & { readonly administrator?: string | undefined },
  options: { readonly mayRebind: boolean },
): Promise<OpenedToken & { readonly firstOperator: FirstOperator }> {
  requireAdministratorNamed(context, request.administrator);
  const found = await findNewToken(context, request, options);
  const operator = await firstOperator(context, request.administrator);
  return { ...found, firstOperator: operator, session: await openFound(context, request.region, found) };
}

/**
 * Writes the region's binding, and with a home's first token the realm, its root compartment and its first operator too. One
 * transaction; the realm keys on the token were found and proven before.
 */
export function bindRegion(
  context: OperationContext,
  binding: {
    readonly regionId: string;
    readonly regionKey: string;
    readonly token: TokenReference;
    readonly profile: CapabilityProfile;
    readonly realmKeys: RealmKeys;
    /** As the token says; realm keys that were just made or taken in may still leave it. */
    readonly isCeremonyClosed?: boolean;
    readonly firstOperator: FirstOperator;
  },
): { readonly realm: Realm; readonly region: Region } {
  const { catalog } = context;
  const time = context.now().toISOString();
  const region: Region = {
    regionId: binding.regionId,
    regionKey: binding.regionKey,
    token: binding.token,
    profile: binding.profile,
    timeBound: time,
    timeProven: time,
    isCeremonyClosed: binding.isCeremonyClosed ?? false,
  };
  return catalog.transaction(() => {
    let realm = catalog.realm.get();
    if (realm === undefined) {
      realm = realmOfKeys(binding.realmKeys, time);
      catalog.realm.insert(realm);
      catalog.compartments.insert({ id: realm.tenancyId, name: realm.tenancyName, timeCreated: time });
    } else {
      requireSameRealm(realm, binding.realmKeys);
    }
    binding.firstOperator();
    if (catalog.regions.get(region.regionId) === undefined) catalog.regions.insert(region);
    else catalog.regions.update(region.regionId, region);
    return { realm, region };
  });
}

/** What rule R1 wants said at all times, and what rule R4 wants said of this token. */
export function realmWarnings(context: OperationContext, profile?: CapabilityProfile): string[] {
  const count = context.catalog.regions.list().length;
  const proven =
    count === 1
      ? 'The realm keys are proven to exist on 1 token only: if it is lost, every backup is lost. Enrol a second token (region enrol-request).'
      : `The realm keys are proven to exist on ${count} tokens. Losing every one of them loses every backup.`;
  const unkept = context.catalog.recoveryKits.hasConfirmed()
    ? []
    : [
        'No recovery kit is confirmed: without these tokens nothing brings the realm keys back. Make one (recovery-kit create) and have its shares read back (recovery-kit confirm).',
      ];
  return [proven, ...unkept, ...(profile?.weaknesses ?? [])];
}
