import type { StrongroomError } from '../../shared/domain/errors.ts';
import { materialIdSchema } from '../../shared/domain/identifiers.ts';
import { isInconclusive } from './pkcs11-failure.ts';
import type { ObjectHandle } from './raw-session.ts';
import { requireRealmKeyProtected } from './realm-keys.ts';
import type { FoundRealmKey, RealmKeyHandles, RealmKeyring } from './realm-keys.ts';
import { realmKey } from './templates.ts';
import type { Lifetime, ObjectTemplate, RealmKeyRole } from './templates.ts';
import type { TokenContext } from './token-context.ts';
import { TOKEN_LABELS, realmKeyLabel } from './token-labels.ts';
import type { RealmKeys } from './token-session.ts';

/** Wrapped realm keys that come to a token, by a grant or from a recovery kit. */
export interface RealmKeyArrival {
  /** What the keys must turn out to be. */
  readonly expected: RealmKeys;
  /** Unwraps one of them; asked for each key as a session object, and once more as a token object. */
  readonly unwrap: (role: RealmKeyRole, template: ObjectTemplate) => ObjectHandle;
  /** What is thrown where the keys are not the expected ones: reason `CheckValueMismatch`. */
  readonly mismatch: (cause?: unknown) => StrongroomError;
}

/**
 * What of the expected pair lies on the token already: nothing, a half that a broken-off arrival left, or all of it.
 * @throws Conflict, reason `RealmKeysExist`, if there are other realm keys; the arrival's mismatch for ids that are none.
 */
export function findExpected(
  keyring: RealmKeyring,
  { expected, mismatch }: Pick<RealmKeyArrival, 'expected' | 'mismatch'>,
): readonly FoundRealmKey[] {
  realmKeyLabel(TOKEN_LABELS.rbk, expected);
  const ids = [expected.rbkId, expected.rakId];
  if (ids.some((id) => !materialIdSchema.safeParse(id).success)) throw mismatch();
  const present = keyring.findAll();
  const ours = present.filter(({ role, id }) => id === (role === 'RBK' ? expected.rbkId : expected.rakId));
  if (ours.length < present.length) keyring.requireNone();
  return ours;
}

export function isWholePair(found: readonly FoundRealmKey[]): boolean {
  return new Set(found.map(({ role }) => role)).size === 2;
}

/** Shows by session objects that the wrapped keys are the expected ones. Writes nothing to the token. */
export function proveArrival(token: TokenContext, keyring: RealmKeyring, arrival: RealmKeyArrival): void {
  withBoth(token, arrival, 'session', 'always', (handles) => {
    requireExpected(keyring, handles, arrival);
  });
}

/**
 * Makes token objects of the wrapped keys, once session objects of theirs have shown the expected check values.
 * @param left the half of the pair that a broken-off arrival left: a whole and checked one is at hand now.
 */
export function takeArrival(
  token: TokenContext,
  keyring: RealmKeyring,
  arrival: RealmKeyArrival,
  left: readonly FoundRealmKey[],
): void {
  const { expected } = arrival;
  proveArrival(token, keyring, arrival);
  for (const { handle } of left) token.session.destroy(handle);
  withBoth(token, arrival, 'token', 'on failure', (handles) => {
    requireRealmKeyProtected(token, 'RBK', handles.rbk, { id: expected.rbkId, names: expected });
    requireRealmKeyProtected(token, 'RAK', handles.rak, { id: expected.rakId, names: expected });
    requireExpected(keyring, handles, arrival);
  });
  keyring.forget();
}

/** All that can be recomputed from the keys themselves; ids and names are what the template was given. */
export function isSameRealmKeys(found: RealmKeys | undefined, expected: RealmKeys): boolean {
  const names = ['realmId', 'tenancyId', 'rbkId', 'rakId', 'rbkCheckValue', 'rakCheckValue'] as const;
  return found !== undefined && names.every((name) => found[name] === expected[name]);
}

function requireExpected(
  keyring: RealmKeyring,
  handles: RealmKeyHandles,
  { expected, mismatch }: RealmKeyArrival,
): void {
  let found: RealmKeys | undefined;
  try {
    found = keyring.describe(handles, expected);
  } catch (thrown) {
    if (isInconclusive(thrown)) throw thrown;
    // Keys that cannot even do their work are not the expected ones.
    throw mismatch(thrown);
  }
  if (!isSameRealmKeys(found, expected)) throw mismatch();
}

function unwrapOne(arrival: RealmKeyArrival, role: RealmKeyRole, lifetime: Lifetime): ObjectHandle {
  const { expected } = arrival;
  const isRbk = role === 'RBK';
  const template = realmKey(role, {
    id: isRbk ? expected.rbkId : expected.rakId,
    label: realmKeyLabel(isRbk ? TOKEN_LABELS.rbk : TOKEN_LABELS.rak, expected),
    lifetime,
    origin: 'unwrapped',
  });
  try {
    return arrival.unwrap(role, template);
  } catch (thrown) {
    // As session objects nothing is written yet: what does not unwrap is not what was expected.
    if (lifetime === 'token' || isInconclusive(thrown)) throw thrown;
    throw arrival.mismatch(thrown);
  }
}

function withBoth(
  { session }: TokenContext,
  arrival: RealmKeyArrival,
  lifetime: Lifetime,
  destroyed: 'always' | 'on failure',
  use: (handles: RealmKeyHandles) => void,
): void {
  const made: ObjectHandle[] = [];
  let isGood = false;
  try {
    const rbk = unwrapOne(arrival, 'RBK', lifetime);
    made.push(rbk);
    const rak = unwrapOne(arrival, 'RAK', lifetime);
    made.push(rak);
    use({ rbk, rak });
    isGood = true;
  } finally {
    if (destroyed === 'always' || !isGood) for (const handle of made) session.destroyQuietly(handle);
  }
}
