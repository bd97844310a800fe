import { KEY_WRAP_CANDIDATES, keyWrap } from './mechanisms.ts';
import { isTokenGone } from './pkcs11-failure.ts';
import type { RawSession } from './raw-session.ts';
import { publiclyKnownKey, unwrappedKnownKey } from './templates.ts';

/**
 * The known-answer test of RFC 5649 (rule R4), with session objects whose values everybody may know. The value has 32
 * bytes, as realm keys have, and not the 20 and 7 of the RFC's own examples: SoftHSM fills a value up to a multiple of
 * eight bytes before it wraps it, so it has those wrong and every key that Strongroom wraps right.
 */
const KNOWN_WRAPPING_KEY = Uint8Array.from({ length: 32 }, (_, index) => 0xff - index);
const KNOWN_VALUE = Uint8Array.from({ length: 32 }, (_, index) => index);
const KNOWN_ANSWER = Buffer.from(
  '482416b574641f77ddb2de5a74bdba2527eac8f835ee1f60ac905033d98223426e5236ad418707c4',
  'hex',
);
/** The same for the first 20 bytes of the value: tells whether odd lengths are right, too. */
const KNOWN_ANSWER_ODD = Buffer.from(
  'fd08df3dc424536703190590bdc5ba13f04014d73ef18d4fd843be521451bbee',
  'hex',
);
const TEST_ID = '00'.repeat(16);

export interface KeyWrapTest {
  /** The number of the mechanism that gave the known answer, and took it back. Undefined: none did. */
  readonly mechanism: number | undefined;
  /** Values of any length are wrapped as RFC 5649 says, not only those of a multiple of eight bytes. */
  readonly areOddLengthsRight: boolean;
}

export function testKeyWrap(session: RawSession): KeyWrapTest {
  for (const mechanism of KEY_WRAP_CANDIDATES) {
    if (!answers(session, mechanism, KNOWN_VALUE, KNOWN_ANSWER) || !unwraps(session, mechanism)) continue;
    const odd = KNOWN_VALUE.subarray(0, 20);
    return { mechanism, areOddLengthsRight: answers(session, mechanism, odd, KNOWN_ANSWER_ODD) };
  }
  return { mechanism: undefined, areOddLengthsRight: false };
}

/** Whether the known answer unwraps to the known value, as its being wrapped again shows. */
function unwraps(session: RawSession, mechanism: number): boolean {
  try {
    const wrappingKey = session.createObject(publiclyKnownKey('wraps', KNOWN_WRAPPING_KEY, TEST_ID));
    return session.temporarily(wrappingKey, () => {
      const template = unwrappedKnownKey(TEST_ID);
      const key = session.unwrap(keyWrap(mechanism), wrappingKey, KNOWN_ANSWER, template);
      return session.temporarily(key, () =>
        KNOWN_ANSWER.equals(session.wrap(keyWrap(mechanism), wrappingKey, key)),
      );
    });
  } catch (thrown) {
    if (isTokenGone(thrown)) throw thrown;
    return false;
  }
}

function answers(session: RawSession, mechanism: number, value: Uint8Array, expected: Buffer): boolean {
  try {
    const wrappingKey = session.createObject(publiclyKnownKey('wraps', KNOWN_WRAPPING_KEY, TEST_ID));
    return session.temporarily(wrappingKey, () => {
      const role = value.length === 32 ? 'is wrapped' : 'is no AES key';
      const key = session.createObject(publiclyKnownKey(role, value, TEST_ID));
      return session.temporarily(key, () =>
        expected.equals(session.wrap(keyWrap(mechanism), wrappingKey, key)),
      );
    });
  } catch (thrown) {
    if (isTokenGone(thrown)) throw thrown;
    return false;
  }
}
