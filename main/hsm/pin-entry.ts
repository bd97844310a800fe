import { StrongroomError } from '../../shared/domain/errors.ts';

/** The longest PIN in bytes: no token known to us takes more, and a longer first line is some other file. */
export const MAXIMUM_PIN_BYTES = 255;

const CTRL_C = 0x03;
const CTRL_D = 0x04;
const BACKSPACE = 0x08;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const CTRL_U = 0x15;
const ESCAPE = 0x1b;
const CAPITAL_O = 0x4f;
const OPEN_BRACKET = 0x5b;
const DELETE = 0x7f;

/** @returns undefined if the bytes are not UTF-8 or hold control characters, which no keyboard puts into a PIN. */
export function decodePin(bytes: Uint8Array): string | undefined {
  let pin: string;
  try {
    pin = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
  return /\p{Cc}/u.test(pin) ? undefined : pin;
}

/** NotAuthenticated, reason `PinEntryCancelled`. @param what happened, as a sentence begins. */
export function pinEntryCancelled(what: string): StrongroomError {
  return new StrongroomError(
    'NotAuthenticated',
    `${what}; the token was not asked, and no try was used up.`,
    'Run it again and enter the PIN.',
    { reason: 'PinEntryCancelled' },
  );
}

export const NO_USABLE_PIN = 'No usable PIN was entered (empty, too long or not text)';

/**
 * A line as it is typed on a terminal in raw mode, kept as bytes so that it can be wiped. Keys that are no characters
 * (arrows, function keys) are passed over: a stray one must not cost a try at the token.
 */
export class PinEntry {
  /** One byte more than a PIN may have: too long is told, not cut, since a cut PIN is a wrong PIN. */
  readonly #bytes = Buffer.alloc(MAXIMUM_PIN_BYTES + 1);
  #length = 0;
  /** Where in a key's escape sequence we are: `ESC [ ... letter`, `ESC O letter` (ECMA-48). */
  #escape: 'none' | 'begun' | 'sequence' = 'none';

  /** Takes what the terminal delivered at once: one key, or a pasted line. */
  type(typed: Uint8Array): 'typing' | 'entered' | 'cancelled' {
    for (const byte of typed) {
      if (byte === CTRL_C || byte === CTRL_D) return 'cancelled';
      if (byte === CARRIAGE_RETURN || byte === LINE_FEED) return 'entered';
      if (this.#isOfKey(byte)) continue;
      if (byte === BACKSPACE || byte === DELETE) this.#eraseCharacter();
      else if (byte === CTRL_U) this.#length = 0;
      else if (byte >= 0x20 && this.#length < this.#bytes.length) this.#bytes[this.#length++] = byte;
    }
    // A key's sequence comes in one piece: an ESC at the end was the Escape key by itself.
    this.#escape = 'none';
    return 'typing';
  }

  /** @returns undefined for what cannot be a PIN: nothing, more than 255 bytes, broken UTF-8. */
  read(): string | undefined {
    if (this.#length === 0 || this.#length > MAXIMUM_PIN_BYTES) return undefined;
    return decodePin(this.#bytes.subarray(0, this.#length));
  }

  wipe(): void {
    this.#bytes.fill(0);
    this.#length = 0;
  }

  #isOfKey(byte: number): boolean {
    if (byte === ESCAPE) {
      this.#escape = 'begun';
      return true;
    }
    switch (this.#escape) {
      case 'none':
        return false;
      case 'begun':
        this.#escape = byte === OPEN_BRACKET || byte === CAPITAL_O ? 'sequence' : 'none';
        return true;
      case 'sequence':
        if (byte >= 0x40 && byte <= 0x7e) this.#escape = 'none';
        return true;
    }
  }

  #eraseCharacter(): void {
    // The bytes 10xxxxxx continue a UTF-8 character; the one before them begins it.
    while (this.#length > 0 && ((this.#bytes[--this.#length] ?? 0) & 0xc0) === 0x80);
  }
}
