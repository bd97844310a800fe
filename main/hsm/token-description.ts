import type pkcs11js from 'pkcs11js';
import { attempt } from './raw-session.ts';
import type { TokenDescription } from './token-session.ts';

/** CK_TOKEN_INFO flags that the standard names and pkcs11js does not (PKCS#11 v3.1, section 3.2). */
const FLAGS = {
  WRITE_PROTECTED: 0x2,
  LOGIN_REQUIRED: 0x4,
  USER_PIN_INITIALIZED: 0x8,
  TOKEN_INITIALIZED: 0x400,
  USER_PIN_COUNT_LOW: 0x10000,
  USER_PIN_FINAL_TRY: 0x20000,
  USER_PIN_LOCKED: 0x40000,
} as const;

/** A token in its slot, as it is now. */
export interface PresentToken {
  readonly slot: Buffer;
  readonly description: TokenDescription;
  /** PIN lengths in bytes. */
  readonly shortestPin: number;
  readonly longestPin: number;
  /** Never asks for a login and takes no objects: NSS's slot for cryptography alone. */
  readonly isOfNoUse: boolean;
}

export function readToken(native: pkcs11js.PKCS11, slot: Buffer): PresentToken {
  const info = attempt('say what it is', () => native.C_GetTokenInfo(slot));
  const has = (flag: number): boolean => (info.flags & flag) !== 0;
  return {
    slot,
    description: {
      label: unpad(info.label),
      serial: unpad(info.serialNumber),
      manufacturer: unpad(info.manufacturerID),
      model: unpad(info.model),
      firmwareVersion: `${info.firmwareVersion.major}.${info.firmwareVersion.minor}`,
      isInitialised: has(FLAGS.TOKEN_INITIALIZED),
      isUserPinSet: has(FLAGS.USER_PIN_INITIALIZED),
      isPinCountLow: has(FLAGS.USER_PIN_COUNT_LOW),
      isPinFinalTry: has(FLAGS.USER_PIN_FINAL_TRY),
      isPinLocked: has(FLAGS.USER_PIN_LOCKED),
    },
    shortestPin: info.minPinLen,
    longestPin: info.maxPinLen,
    isOfNoUse: has(FLAGS.WRITE_PROTECTED) && !has(FLAGS.LOGIN_REQUIRED),
  };
}

/** CK_TOKEN_INFO's texts are filled up with blanks; some modules use zero bytes. */
function unpad(text: string): string {
  return text.replace(/[ \0]+$/, '');
}
