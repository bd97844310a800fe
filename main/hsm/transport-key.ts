import { randomBytes } from 'node:crypto';
import type { OaepHash } from '../../shared/domain/capability-profile.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { requireCeremonyOpen } from './ceremony.ts';
import { OAEP_PREFERENCE, RSA_GENERATION, rsaOaep } from './mechanisms.ts';
import { CKR, causeOf, isTokenGone } from './pkcs11-failure.ts';
import { readPublicKey } from './public-key-encoding.ts';
import type { RsaPublicKey } from './public-key-encoding.ts';
import type { ObjectHandle, RawSession } from './raw-session.ts';
import { readRsaPublicKey } from './read-public-key.ts';
import { findExpected, isSameRealmKeys, isWholePair, takeArrival } from './realm-key-arrival.ts';
import type { RealmKeyArrival } from './realm-key-arrival.ts';
import type { RealmKeyring } from './realm-keys.ts';
import { encryptOaep } from './rsa-oaep.ts';
import { realmKey, transportKeyPair, transportKeySearch, transportPublicKey } from './templates.ts';
import type { TokenContext } from './token-context.ts';
import { TOKEN_LABELS, transportKeyLabel } from './token-labels.ts';
import type { RealmKeys, WrappedRealmKeys } from './token-session.ts';

const TRANSPORT_KEY_BITS = 3072;

/** What a token answers where it knows RSA-OAEP but not with this hash, or not for this use. */
const HASH_REFUSED: ReadonlySet<number | undefined> = new Set([
  CKR.ARGUMENTS_BAD,
  CKR.FUNCTION_NOT_SUPPORTED,
  CKR.MECHANISM_INVALID,
  CKR.MECHANISM_PARAM_INVALID,
]);

export function createTransportKey(
  token: TokenContext,
  keyring: RealmKeyring,
  requestId: string,
): { readonly publicKey: Uint8Array; readonly oaepHashes: readonly OaepHash[] } {
  const label = transportKeyLabel(requestId);
  keyring.requireNone();
  const { session } = token;
  if (session.find(transportKeySearch(label)).length > 0) {
    throw new StrongroomError(
      'Conflict',
      'This token has a transport key for this enrolment request already.',
      'Finish that enrolment, or make a new request.',
      { reason: 'TransportKeyExists' },
    );
  }
  const id = randomBytes(16).toString('hex');
  const pair = session.generateKeyPair(
    RSA_GENERATION,
    transportKeyPair(TRANSPORT_KEY_BITS, { lifetime: 'token', id, label }),
  );
  try {
    const publicKey = session.temporarily(pair.publicKey, (half) => readRsaPublicKey(session, half));
    const oaepHashes = findOaepHashes(session, pair.privateKey, publicKey);
    if (oaepHashes.length === 0) throw noOaep();
    return { publicKey, oaepHashes };
  } catch (thrown) {
    session.destroyQuietly(pair.privateKey);
    throw thrown;
  }
}

/** Which hashes a private key unwraps OAEP with, best first: each is tried with a value that everybody may know. */
export function findOaepHashes(
  session: RawSession,
  privateKey: ObjectHandle,
  publicKey: Uint8Array,
): OaepHash[] {
  return OAEP_PREFERENCE.filter((hash) => {
    const wrapped = encryptOaep(publicKey, hash, Buffer.alloc(32, 1));
    const template = realmKey('RAK', {
      id: '00'.repeat(16),
      label: TOKEN_LABELS.sessionObject,
      lifetime: 'session',
      origin: 'unwrapped',
    });
    try {
      session.destroy(session.unwrap(rsaOaep(hash), privateKey, wrapped, template));
      return true;
    } catch (thrown) {
      if (isTokenGone(thrown)) throw thrown;
      return false;
    }
  });
}

/**
 * Wraps both realm keys for another token's transport key.
 * @throws NotAllowed, reason `CeremonyClosed`, where the realm keys may not leave this token any more (rule R3).
 */
export function wrapRealmKeys(
  token: TokenContext,
  keyring: RealmKeyring,
  transportKey: Uint8Array,
  oaepHashes: readonly OaepHash[],
): WrappedRealmKeys {
  const { session } = token;
  const publicKey = requireTransportKey(transportKey);
  const handles = keyring.handles();
  requireCeremonyOpen(session, handles);
  const wrapper = session.createObject(transportPublicKey(publicKey, '00'.repeat(16)));
  return session.temporarily(wrapper, () => {
    for (const oaepHash of OAEP_PREFERENCE.filter((hash) => oaepHashes.includes(hash))) {
      try {
        const mechanism = rsaOaep(oaepHash);
        const wrappedRbk = session.wrap(mechanism, wrapper, handles.rbk);
        return { oaepHash, wrappedRbk, wrappedRak: session.wrap(mechanism, wrapper, handles.rak) };
      } catch (thrown) {
        if (!HASH_REFUSED.has(causeOf(thrown))) throw thrown;
      }
    }
    throw noOaep();
  });
}

/**
 * Takes realm keys that were wrapped for this token's transport key. They become token objects only after session
 * objects of theirs have shown the expected check values. Repeating it after it was broken off is safe.
 * @throws reason `CheckValueMismatch` with nothing written; Conflict, reason `RealmKeysExist`.
 */
export function unwrapRealmKeys(
  token: TokenContext,
  keyring: RealmKeyring,
  requestId: string,
  wrapped: WrappedRealmKeys,
  expected: RealmKeys,
): void {
  const { session } = token;
  const search = transportKeySearch(transportKeyLabel(requestId));
  const found = findExpected(keyring, { expected, mismatch: checkValueMismatch });
  if (isWholePair(found)) {
    // The same grant was accepted before, and the answer may have been lost.
    if (!isSameRealmKeys(keyring.find(), expected)) throw checkValueMismatch();
    return;
  }
  const [privateKey] = session.find(search);
  if (privateKey === undefined) {
    throw new StrongroomError(
      'NotAuthorizedOrNotFound',
      'This token has no transport key for this enrolment request.',
      'Accept the grant on the token that made the request, or make a new request.',
      { reason: 'TransportKeyMissing' },
    );
  }
  const unwrap: RealmKeyArrival['unwrap'] = (role, template) => {
    const wrappedKey = role === 'RBK' ? wrapped.wrappedRbk : wrapped.wrappedRak;
    // An RSA ciphertext is as long as the modulus; modules may crash on anything else.
    if (wrappedKey.length !== TRANSPORT_KEY_BITS / 8) throw checkValueMismatch();
    return session.unwrap(rsaOaep(wrapped.oaepHash), privateKey, wrappedKey, template);
  };
  takeArrival(token, keyring, { expected, mismatch: checkValueMismatch, unwrap }, found);
}

/** Every object of this request; none is no error. */
export function destroyTransportKey(token: TokenContext, requestId: string): void {
  for (const handle of token.session.find(transportKeySearch(transportKeyLabel(requestId)))) {
    token.session.destroy(handle);
  }
}

function requireTransportKey(spki: Uint8Array): RsaPublicKey {
  const key = readPublicKey(spki);
  const isUsual = key?.algorithm === 'RSA' && Buffer.from(key.exponent).equals(Buffer.from([1, 0, 1]));
  if (isUsual && key.bits === TRANSPORT_KEY_BITS) return key;
  throw new StrongroomError(
    'InvalidParameter',
    `The transport key of this request is not the RSA-${TRANSPORT_KEY_BITS} key that Strongroom makes.`,
    'Use the request file as Strongroom wrote it, and compare the words with the other side.',
    { reason: 'TransportKeyRefused' },
  );
}

function noOaep(): StrongroomError {
  return new StrongroomError(
    'NotAllowed',
    'The two tokens have no hash in common for RSA-OAEP, so realm keys cannot be moved between them.',
    'Enrol a token that shares one of SHA-512, SHA-384, SHA-256 or SHA-1 with a token of the realm.',
    { reason: 'OaepMissing' },
  );
}

function checkValueMismatch(cause?: unknown): StrongroomError {
  return new StrongroomError(
    'InvalidParameter',
    'The realm keys in this grant are not the ones that were expected. Nothing was written to the token.',
    'Compare the words and check values with the other side, then have the grant made again for a new request.',
    { reason: 'CheckValueMismatch', cause },
  );
}
