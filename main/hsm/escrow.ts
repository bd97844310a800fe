import { StrongroomError } from '../../shared/domain/errors.ts';
import { requireCeremonyOpen } from './ceremony.ts';
import type { ObjectIndex } from './object-index.ts';
import type { ObjectHandle } from './raw-session.ts';
import {
  findExpected,
  isSameRealmKeys,
  isWholePair,
  proveArrival,
  takeArrival,
} from './realm-key-arrival.ts';
import type { RealmKeyArrival } from './realm-key-arrival.ts';
import type { RealmKeyring } from './realm-keys.ts';
import { ESCROW_KEY_LENGTH, escrowKeyObject, wipeTemplate } from './templates.ts';
import type { TokenContext } from './token-context.ts';
import type { EscrowedRealmKeys, RealmKeys } from './token-session.ts';

/**
 * A recovery kit's escrow key (rule R5) at work: it is in the token as a session object for the length of one call, where
 * it wraps and unwraps the realm keys by AES-KWP and does nothing else. Each call wipes the value that it is given.
 */

/** Bytes of a realm key under AES-KWP: 32 and one block of 8 (RFC 5649, section 4.1). */
const WRAPPED_LENGTH = 40;

/** @throws NotAllowed, reason `CeremonyClosed`, where the realm keys may not leave this token any more (rule R3). */
export function wrapRealmKeysForEscrow(
  token: TokenContext,
  keyring: RealmKeyring,
  escrowKey: Uint8Array,
): EscrowedRealmKeys {
  return withEscrowKey(token, escrowKey, (wrappingKey) => {
    const handles = keyring.handles();
    requireCeremonyOpen(token.session, handles);
    const wrap = (key: ObjectHandle): Uint8Array =>
      token.session.wrap(token.keyWrapMechanism(), wrappingKey, key);
    return { wrappedRbk: wrap(handles.rbk), wrappedRak: wrap(handles.rak) };
  });
}

/**
 * Shows by session objects that these wrapped keys under this escrow key are the expected realm keys. Writes nothing.
 * @throws InvalidParameter, reason `CheckValueMismatch`.
 */
export function proveRealmKeysFromEscrow(
  token: TokenContext,
  keyring: RealmKeyring,
  escrowKey: Uint8Array,
  wrapped: EscrowedRealmKeys,
  expected: RealmKeys,
): void {
  withEscrowKey(token, escrowKey, (unwrappingKey) => {
    proveArrival(token, keyring, arrivalOf(token, unwrappingKey, wrapped, expected));
  });
}

/**
 * Puts the realm keys of a recovery kit on a token that has none. They become token objects only after session objects
 * of theirs have shown the expected check values; half a pair that a broken-off call left is replaced.
 * @throws InvalidParameter, reason `CheckValueMismatch`, with nothing written; Conflict, reason `RealmKeysExist`.
 */
export function unwrapRealmKeysFromEscrow(
  token: TokenContext,
  keyring: RealmKeyring,
  escrowKey: Uint8Array,
  wrapped: EscrowedRealmKeys,
  expected: RealmKeys,
): void {
  withEscrowKey(token, escrowKey, (unwrappingKey) => {
    const arrival = arrivalOf(token, unwrappingKey, wrapped, expected);
    const left = findExpected(keyring, arrival);
    if (isWholePair(left)) keyring.requireNone();
    takeArrival(token, keyring, arrival, left);
  });
}

/**
 * Takes the realm keys off a scratch token again; none is no error. Only the expected ones, and only from a token that
 * holds no key version: a token in use is no scratch token.
 * @throws Conflict, reasons `OtherRealm` and `TokenInUse`, with nothing destroyed.
 */
export function destroyRealmKeys(
  token: TokenContext,
  keyring: RealmKeyring,
  index: ObjectIndex,
  expected: RealmKeys,
): void {
  const found = keyring.findAll();
  const isExpected = found.every(({ role, id }) => id === (role === 'RBK' ? expected.rbkId : expected.rakId));
  if (!isExpected || (isWholePair(found) && !isSameRealmKeys(keyring.find(), expected))) {
    throw new StrongroomError(
      'Conflict',
      'The realm keys on this token are others than those that were to be destroyed. Nothing was destroyed.',
      'Look which realm the token belongs to (region attach tells), and use another scratch token.',
      { reason: 'OtherRealm' },
    );
  }
  if (index.inventory().length > 0) {
    throw new StrongroomError(
      'Conflict',
      'This token holds key versions: it is in use, and its realm keys stay. Nothing was destroyed.',
      'Use an empty token for rehearsals.',
      { reason: 'TokenInUse' },
    );
  }
  for (const { handle } of found) token.session.destroy(handle);
  keyring.forget();
}

function arrivalOf(
  token: TokenContext,
  unwrappingKey: ObjectHandle,
  wrapped: EscrowedRealmKeys,
  expected: RealmKeys,
): RealmKeyArrival {
  return {
    expected,
    mismatch: checkValueMismatch,
    unwrap: (role, template) => {
      const wrappedKey = role === 'RBK' ? wrapped.wrappedRbk : wrapped.wrappedRak;
      // Modules may crash on a length that no key wraps to.
      if (wrappedKey.length !== WRAPPED_LENGTH) throw checkValueMismatch();
      return token.session.unwrap(token.keyWrapMechanism(), unwrappingKey, wrappedKey, template);
    },
  };
}

/** Brings the escrow key in as a session object, and wipes it wherever this process still has it. */
function withEscrowKey<Result>(
  { session }: TokenContext,
  escrowKey: Uint8Array,
  use: (key: ObjectHandle) => Result,
): Result {
  let key: ObjectHandle;
  try {
    if (escrowKey.length !== ESCROW_KEY_LENGTH) throw new TypeError('an escrow key of another length');
    const object = escrowKeyObject(escrowKey);
    try {
      key = session.createObject(object);
    } finally {
      wipeTemplate(object);
    }
  } finally {
    escrowKey.fill(0);
  }
  return session.temporarily(key, use);
}

function checkValueMismatch(cause?: unknown): StrongroomError {
  return new StrongroomError(
    'InvalidParameter',
    'The realm keys in this recovery kit are not the ones that were expected. Nothing was written to the token.',
    'Take the kit file and the shares of one set, unchanged, and compare the check values with those that were written down.',
    { reason: 'CheckValueMismatch', cause },
  );
}
