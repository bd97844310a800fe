import pkcs11js from 'pkcs11js';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { LoggedInToken } from './logged-in-token.ts';
import { CKR, returnValueOf, toPkcs11Failure } from './pkcs11-failure.ts';
import type { Pkcs11Module, Pkcs11Token } from './pkcs11-token.ts';
import { READ_WRITE_SESSION, attempt, closeQuietly } from './raw-session.ts';
import { readToken } from './token-description.ts';
import type { PresentToken } from './token-description.ts';
import { dialectOf } from './token-dialect.ts';
import type { TokenDescription } from './token-session.ts';

/** CK_TOKEN_INFO.label: 32 bytes of UTF-8, filled up with blanks (PKCS#11 v3.1, section 5.5). */
const LABEL_LENGTH = 32;

/** A module that is loaded and initialised: its tokens, and the way into them. */
export class LoadedModule implements Pkcs11Module {
  readonly #native: pkcs11js.PKCS11;
  /** By slot: PKCS#11 logins are per process, so a second one would be let in with any PIN. */
  readonly #loggedIn = new Map<string, LoggedInToken>();

  constructor(native: pkcs11js.PKCS11) {
    this.#native = native;
  }

  listTokens(): readonly TokenDescription[] {
    return this.#present().map(({ description }) => description);
  }

  /**
   * @throws Conflict, reason `TokenLabelInUse`; IncorrectState, reason `NoUninitialisedToken`; InvalidParameter, reasons
   * `TokenLabelInvalid`, `TokenLabelFixed` and `PinNotAcceptable`. All of these before anything is changed.
   */
  initialiseToken(label: string, soPin: string, userPin: string): TokenDescription {
    const paddedLabel = padLabel(label);
    const present = this.#present();
    if (present.some(({ description }) => description.isInitialised && description.label === label)) {
      throw new StrongroomError(
        'Conflict',
        `A token labelled "${label}" is there already.`,
        'Use that token, or choose another label. Strongroom never initialises a token twice.',
        { reason: 'TokenLabelInUse' },
      );
    }
    const spare = present.find(({ description }) => !description.isInitialised);
    if (spare === undefined) {
      throw new StrongroomError(
        'IncorrectState',
        'This module has no uninitialised token.',
        "Plug one in, or reset one with its vendor's tool: that destroys the keys on it.",
        { reason: 'NoUninitialisedToken' },
      );
    }
    const usesModuleLabel = dialectOf(spare.description.manufacturer).initialisation !== 'C_InitToken';
    if (usesModuleLabel && spare.description.label !== label) {
      throw new StrongroomError(
        'InvalidParameter',
        `This module's token is labelled "${spare.description.label}" by its parameters.`,
        `Use that label, or load the module with dbTokenDescription='${label}' among its parameters.`,
        { reason: 'TokenLabelFixed' },
      );
    }
    requirePinLength(spare, userPin);
    if (!usesModuleLabel) {
      requirePinLength(spare, soPin);
      // pkcs11js's types promise a label back, but there is none: the token is looked for again.
      attempt('be initialised', () => this.#native.C_InitToken(spare.slot, soPin, paddedLabel));
    }
    // SoftHSM's slots change their numbers now: the token is known by its label.
    const token = this.#present().find(({ description }) => description.label === label);
    if (token === undefined) throw notThere(label, undefined, this.listTokens());
    this.#setUserPin(token.slot, usesModuleLabel ? '' : soPin, userPin);
    return readToken(this.#native, token.slot).description;
  }

  findToken(label: string, serial: string | undefined): TokenDescription {
    return this.#chooseReady(label, serial).description;
  }

  login(label: string, serial: string | undefined, pin: string): Pkcs11Token {
    const token = this.#chooseReady(label, serial);
    const { description, slot } = token;
    const key = slot.toString('hex');
    if (this.#loggedIn.has(key)) {
      throw new StrongroomError(
        'IncorrectState',
        `Token "${description.label}" is logged in already.`,
        'Use the login that is open, or log it out first.',
        { reason: 'AlreadyLoggedIn' },
      );
    }
    // Checked here so that a slip of the keyboard does not cost one of the token's few tries.
    requirePinLength(token, pin);
    const session = attempt('open a session', () => this.#native.C_OpenSession(slot, READ_WRITE_SESSION));
    try {
      this.#native.C_Login(session, pkcs11js.CKU_USER, pin);
    } catch (thrown) {
      closeQuietly(this.#native, session);
      throw this.#loginFailure(thrown, slot);
    }
    const loggedIn = new LoggedInToken(this.#native, slot, session, description.manufacturer, () => {
      this.#loggedIn.delete(key);
    });
    this.#loggedIn.set(key, loggedIn);
    return loggedIn;
  }

  finalise(): void {
    for (const token of [...this.#loggedIn.values()]) token.logout();
    attempt('end', () => this.#native.C_Finalize());
  }

  #present(): readonly PresentToken[] {
    const slots = attempt('list its tokens', () => this.#native.C_GetSlotList(true));
    return slots.flatMap((slot) => {
      try {
        const token = readToken(this.#native, slot);
        return token.isOfNoUse ? [] : [token];
      } catch (thrown) {
        const value = thrown instanceof Error ? returnValueOf(thrown.cause) : undefined;
        // Pulled between the two calls, or a card that the module does not know.
        if (value === CKR.TOKEN_NOT_PRESENT || value === CKR.TOKEN_NOT_RECOGNIZED) return [];
        throw thrown;
      }
    });
  }

  #chooseReady(label: string, serial: string | undefined): PresentToken {
    const token = this.#choose(label, serial);
    requireReady(token.description);
    return token;
  }

  #choose(label: string, serial: string | undefined): PresentToken {
    const present = this.#present();
    const fitting = present.filter(
      ({ description }) =>
        description.label === label && (serial === undefined || description.serial === serial),
    );
    const [token] = fitting;
    if (token === undefined) {
      const descriptions = present.map(({ description }) => description);
      throw notThere(label, serial, descriptions);
    }
    if (fitting.length > 1) {
      const serials = fitting.map(({ description }) => description.serial).join(', ');
      throw new StrongroomError(
        'InvalidParameter',
        `${fitting.length} tokens are labelled "${label}"; their serials are ${serials}.`,
        'Say which one by its serial.',
        { reason: 'TokenAmbiguous' },
      );
    }
    return token;
  }

  #setUserPin(slot: Buffer, soPin: string, userPin: string): void {
    const session = attempt('open a session', () => this.#native.C_OpenSession(slot, READ_WRITE_SESSION));
    try {
      attempt('log its security officer in', () => this.#native.C_Login(session, pkcs11js.CKU_SO, soPin));
      try {
        attempt('set its user PIN', () => this.#native.C_InitPIN(session, userPin));
      } finally {
        attempt('log its security officer out', () => this.#native.C_Logout(session));
      }
    } finally {
      closeQuietly(this.#native, session);
    }
  }

  /** Says what a wrong PIN means for the next try. It never tries again by itself (rule R71). */
  #loginFailure(thrown: unknown, slot: Buffer): unknown {
    const failure = toPkcs11Failure(thrown, 'log in');
    if (returnValueOf(thrown) !== CKR.PIN_INCORRECT) return failure;
    let flags = '';
    try {
      const { isPinCountLow, isPinFinalTry, isPinLocked } = readToken(this.#native, slot).description;
      if (isPinLocked) flags = ' The token is locked now.';
      else if (isPinFinalTry) flags = ' One more wrong PIN locks the token.';
      else if (isPinCountLow) flags = ' The token counts wrong tries and has few left.';
    } catch {
      // The token does not answer any more; that the PIN was wrong is certain all the same.
    }
    return new StrongroomError(
      'NotAuthenticated',
      `The token says that this PIN is wrong. No second try was made.${flags}`,
      'Find the right PIN before you try again: tokens lock after a few wrong ones.',
      { reason: 'PinIncorrect', cause: thrown },
    );
  }
}

function requireReady(token: TokenDescription): void {
  if (token.isPinLocked) {
    throw new StrongroomError(
      'NotAuthenticated',
      `Token "${token.label}" is locked: too many wrong PINs were entered.`,
      "Have the token's security officer set a new PIN with the vendor's tool, then log in.",
      { reason: 'PinLocked' },
    );
  }
  if (token.isInitialised && token.isUserPinSet) return;
  throw new StrongroomError(
    'IncorrectState',
    `Token "${token.label}" is not ready: ${token.isInitialised ? 'it has no user PIN' : 'it is not initialised'}.`,
    "Initialise it and set its user PIN (a practice token: `strongroom token initialise`; else the vendor's tool).",
    { reason: 'TokenNotInitialised' },
  );
}

function requirePinLength(token: PresentToken, pin: string): void {
  const length = Buffer.byteLength(pin, 'utf8');
  // Zero as the longest length means that the token does not say.
  const longest = token.longestPin === 0 ? 255 : token.longestPin;
  const shortest = Math.max(1, token.shortestPin);
  if (length >= shortest && length <= longest && !pin.includes('\0')) return;
  throw new StrongroomError(
    'InvalidParameter',
    `A PIN of token "${token.description.label}" has ${shortest} to ${longest} bytes; this one has another length.`,
    'Check the PIN or the PIN file (an empty line?). The token was not asked, so no try was spent.',
    { reason: 'PinNotAcceptable' },
  );
}

function padLabel(label: string): string {
  const length = Buffer.byteLength(label, 'utf8');
  if (length === 0 || length > LABEL_LENGTH || label !== label.trim() || /\p{Cc}/u.test(label)) {
    throw new StrongroomError(
      'InvalidParameter',
      `A token label has 1 to ${LABEL_LENGTH} bytes, no control characters, and no blanks at its ends.`,
      'Choose another label.',
      { reason: 'TokenLabelInvalid' },
    );
  }
  return label + ' '.repeat(LABEL_LENGTH - length);
}

function notThere(
  label: string,
  serial: string | undefined,
  present: readonly TokenDescription[],
): StrongroomError {
  const ready = present.filter(({ isInitialised }) => isInitialised);
  const labels = ready.map((token) => `"${token.label}" (serial ${token.serial})`).join(', ') || 'none';
  const blank = present.length - ready.length;
  const blankWords = blank === 0 ? '' : `; ${blank} without initialisation`;
  return new StrongroomError(
    'NotAuthorizedOrNotFound',
    `No token labelled "${label}"${serial === undefined ? '' : ` with serial ${serial}`} is there. There are: ${labels}${blankWords}.`,
    'Plug the token in, check its label, or initialise it.',
    { reason: 'TokenNotFound' },
  );
}
