import type { ErrorDocument } from '../../../shared/domain/errors.ts';

const CAUSES: Readonly<Record<string, 'token' | 'region'>> = {
  TokenNotFound: 'token',
  TokenAmbiguous: 'token',
  TokenNotInitialised: 'token',
  TokenBound: 'token',
  TokenGone: 'token',
  TokenLacksCapabilities: 'token',
  RealmKeysMissing: 'token',
  OtherRealm: 'token',
  PinLocked: 'token',
  RegionAttached: 'region',
  RegionKeyTaken: 'region',
};

/** What of the choices made a request fail; undefined: none of these, so that the same may be tried again. */
export function causeOf({ reason }: ErrorDocument): 'token' | 'region' | undefined {
  return reason !== undefined && Object.hasOwn(CAUSES, reason) ? CAUSES[reason] : undefined;
}
