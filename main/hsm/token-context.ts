import { StrongroomError } from '../../shared/domain/errors.ts';
import { testKeyWrap } from './key-wrap-test.ts';
import type { KeyWrapTest } from './key-wrap-test.ts';
import { keyWrap } from './mechanisms.ts';
import type { RawSession } from './raw-session.ts';
import type { TokenDialect } from './token-dialect.ts';

/** What the parts that work on a logged-in token share: its session, its ways, and what was found out about it. */
export class TokenContext {
  readonly session: RawSession;
  readonly dialect: TokenDialect;
  #keyWrapTest: KeyWrapTest | undefined;

  constructor(session: RawSession, dialect: TokenDialect) {
    this.session = session;
    this.dialect = dialect;
  }

  /** Tested once a login, when it is first needed. */
  get keyWrapTest(): KeyWrapTest {
    this.#keyWrapTest ??= testKeyWrap(this.session);
    return this.#keyWrapTest;
  }

  /** @throws NotAllowed, reason `KeyWrapMissing`. */
  keyWrapMechanism(): ReturnType<typeof keyWrap> {
    const { mechanism } = this.keyWrapTest;
    if (mechanism !== undefined) return keyWrap(mechanism);
    throw new StrongroomError(
      'NotAllowed',
      'This token does not wrap keys as RFC 5649 (AES key wrap with padding) says.',
      'Use a token that does: without it no key can be backed up or restored.',
      { reason: 'KeyWrapMissing' },
    );
  }
}
