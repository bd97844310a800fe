import pkcs11js from 'pkcs11js';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { AES_KEY_GENERATION } from './mechanisms.ts';
import { isTokenGone } from './pkcs11-failure.ts';
import type { ObjectHandle, RawSession } from './raw-session.ts';
import type { RealmKeyHandles, RealmKeyring } from './realm-keys.ts';
import { closedCeremony, probeKey } from './templates.ts';
import type { TokenContext } from './token-context.ts';
import type { ClosedCeremony } from './token-session.ts';

/**
 * While the ceremony is open, realm keys may leave their token wrapped: for another token, or into a recovery kit. Closing
 * it takes CKA_EXTRACTABLE from both, which PKCS#11 lets nobody give back (v3.1, section 4.9: once false, it stays so).
 */

/** @throws NotAllowed, reason `CeremonyClosed`, if either of the realm keys does not leave this token any more. */
export function requireCeremonyOpen(session: RawSession, { rbk, rak }: RealmKeyHandles): void {
  // NSS wraps a key that says EXTRACTABLE=false all the same, so the attribute is looked at here.
  if (isExtractable(session, rbk) && isExtractable(session, rak)) return;
  throw new StrongroomError(
    'NotAllowed',
    'The ceremony is closed on this token: its realm keys do not leave it any more.',
    'Enrol from a token whose ceremony is open, or use the recovery kit.',
    { reason: 'CeremonyClosed' },
  );
}

/** Whether neither of the realm keys leaves this token any more. */
export function isCeremonyClosed(token: TokenContext, keyring: RealmKeyring): boolean {
  const { rbk, rak } = keyring.handles();
  return !isExtractable(token.session, rbk) && !isExtractable(token.session, rak);
}

/**
 * Closes the ceremony for good; done twice, it is done once. Then tries whether the token keeps to it.
 * @throws ServiceUnavailable, reason `CeremonyNotClosed`, if a realm key reads back as extractable.
 */
export function closeCeremony(token: TokenContext, keyring: RealmKeyring): ClosedCeremony {
  const { session } = token;
  const { rbk, rak } = keyring.handles();
  for (const key of [rbk, rak]) {
    if (!isExtractable(session, key)) continue;
    session.setAttributes(key, closedCeremony());
    if (isExtractable(session, key)) throw notClosed();
  }
  return { isEnforced: !wraps(token, rbk) && !wraps(token, rak) };
}

function isExtractable(session: RawSession, key: ObjectHandle): boolean {
  return session.read(key, [pkcs11js.CKA_EXTRACTABLE])[0]?.[0] === 1;
}

/** Whether the token wraps the key whatever it says of itself, tried with a wrapping key that is gone afterwards. */
function wraps(token: TokenContext, key: ObjectHandle): boolean {
  const { session } = token;
  const wrappingKey = session.generateKey(AES_KEY_GENERATION, probeKey('00'.repeat(16), 'wraps'));
  return session.temporarily(wrappingKey, () => {
    try {
      return session.wrap(token.keyWrapMechanism(), wrappingKey, key).length > 0;
    } catch (thrown) {
      if (isTokenGone(thrown)) throw thrown;
      return false;
    }
  });
}

function notClosed(): StrongroomError {
  return new StrongroomError(
    'ServiceUnavailable',
    'The token took the order to close the ceremony, but its realm keys still say that they may leave it.',
    'Treat the ceremony as open on this token. Ask its vendor how to set CKA_EXTRACTABLE to false.',
    { reason: 'CeremonyNotClosed' },
  );
}
