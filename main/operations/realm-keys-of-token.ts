import type { CapabilityProfile } from '../../shared/domain/capability-profile.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { Realm } from '../../shared/domain/realm.ts';
import type { RealmKeys } from '../hsm/token-session.ts';

/**
 * @throws StrongroomError Conflict, reason `OtherRealm`, unless the keys found are this realm's by id and check
 * value (rule R2).
 */
export function requireSameRealm(realm: Realm, found: RealmKeys): void {
  const isSame =
    realm.realmId === found.realmId &&
    realm.rbkId === found.rbkId &&
    realm.rakId === found.rakId &&
    realm.rbkCheckValue === found.rbkCheckValue &&
    realm.rakCheckValue === found.rakCheckValue;
  if (isSame) return;
  throw new StrongroomError(
    'Conflict',
    `The token holds the keys of realm ${found.realmId} (${found.realmName}), not of this home's realm ${realm.realmId} (${realm.name}).`,
    'Use a token of this realm, or another home (--home) for the other realm.',
    { reason: 'OtherRealm' },
  );
}

/** The catalog's realm record from what a token tells (rule R40: a token alone is enough). */
export function realmOfKeys(keys: RealmKeys, timeCreated: string): Realm {
  return {
    realmId: keys.realmId,
    name: keys.realmName,
    tenancyId: keys.tenancyId,
    tenancyName: keys.tenancyName,
    rbkId: keys.rbkId,
    rakId: keys.rakId,
    rbkCheckValue: keys.rbkCheckValue,
    rakCheckValue: keys.rakCheckValue,
    timeCreated,
  };
}

/** @throws StrongroomError IncorrectState, reason `TokenLacksCapabilities`, with the list of what is missing (rule R4). */
export function requireCapable(profile: CapabilityProfile): void {
  if (profile.missing.length === 0) return;
  throw new StrongroomError(
    'IncorrectState',
    `The token ${profile.token.label} cannot be used for backups. It lacks: ${profile.missing.join('; ')}.`,
    'Use a token that has these, or newer firmware; region probe shows what a token can do.',
    { reason: 'TokenLacksCapabilities' },
  );
}
