import { StrongroomError } from '../../shared/domain/errors.ts';
import type { ErrorCode } from '../../shared/domain/errors.ts';

/** One return value of PKCS#11 as an officer meets it. */
interface Meaning {
  readonly name: string;
  readonly code: ErrorCode;
  readonly reason: string;
  readonly next: string;
}

/** CK_RV numbers that the code asks for by name (PKCS#11 v3.1, section 5.1). */
export const CKR = {
  GENERAL_ERROR: 0x05,
  FUNCTION_FAILED: 0x06,
  ARGUMENTS_BAD: 0x07,
  ATTRIBUTE_SENSITIVE: 0x11,
  ATTRIBUTE_TYPE_INVALID: 0x12,
  KEY_UNEXTRACTABLE: 0x6a,
  MECHANISM_INVALID: 0x70,
  MECHANISM_PARAM_INVALID: 0x71,
  FUNCTION_NOT_SUPPORTED: 0x54,
  OBJECT_HANDLE_INVALID: 0x82,
  PIN_INCORRECT: 0xa0,
  TOKEN_NOT_PRESENT: 0xe0,
  TOKEN_NOT_RECOGNIZED: 0xe1,
  CRYPTOKI_ALREADY_INITIALIZED: 0x191,
} as const;

const PLUG_IN =
  'Put the token back (or start its service), log in again and repeat the work: what was reported done stays done.';
const ASK_VENDOR =
  'Look at the token (full, busy, failing?), log in again and repeat the work. If it fails the same way, ask the vendor of the module.';
const LOG_IN_AGAIN = 'Log in again and repeat the work: what was reported done stays done.';
const WRITABLE = 'Take off the write protection of the token, log in again and repeat the work.';
const PROBE_AGAIN =
  'Probe the token (region probe) to see what it can do; a token that lacks this cannot do the work.';
const OTHER_KEY = 'Look whether the key belongs to another program, or was made by hand with fewer rights.';
const CHECK_INPUT = 'Check that these bytes were made under this key and arrived whole.';
const RIGHT_PIN = 'Find the right PIN before you try again: tokens lock after a few wrong ones.';
const NEW_PIN = "Have the token's security officer set a new PIN with the vendor's tool, then log in.";
const SET_UP =
  "Initialise the token and set its user PIN (a practice token: `strongroom token initialise`; else the vendor's tool).";
const CHECK_CONFIGURATION =
  'Check the folder that the module parameters name: it must exist and be readable by this user.';

/**
 * The one table from CK_RV to what an officer is told. Keyed by number and not by pkcs11js's name: that library calls
 * every number it does not know CKR_VENDOR_DEFINED, among them CKR_ACTION_PROHIBITED.
 */
const MEANINGS: ReadonlyMap<number, Meaning> = new Map(
  (
    [
      [0x02, 'CKR_HOST_MEMORY', 'ServiceUnavailable', 'TokenFailed', ASK_VENDOR],
      [0x03, 'CKR_SLOT_ID_INVALID', 'ServiceUnavailable', 'TokenRemoved', PLUG_IN],
      [0x05, 'CKR_GENERAL_ERROR', 'ServiceUnavailable', 'TokenFailed', ASK_VENDOR],
      [0x06, 'CKR_FUNCTION_FAILED', 'ServiceUnavailable', 'TokenFailed', ASK_VENDOR],
      [0x07, 'CKR_ARGUMENTS_BAD', 'InvalidParameter', 'ArgumentsRefused', PROBE_AGAIN],
      [0x10, 'CKR_ATTRIBUTE_READ_ONLY', 'InvalidParameter', 'TemplateRefused', PROBE_AGAIN],
      [0x11, 'CKR_ATTRIBUTE_SENSITIVE', 'NotAllowed', 'AttributeSensitive', OTHER_KEY],
      [0x12, 'CKR_ATTRIBUTE_TYPE_INVALID', 'InvalidParameter', 'TemplateRefused', PROBE_AGAIN],
      [0x13, 'CKR_ATTRIBUTE_VALUE_INVALID', 'InvalidParameter', 'TemplateRefused', PROBE_AGAIN],
      [0x1b, 'CKR_ACTION_PROHIBITED', 'NotAllowed', 'ActionProhibited', OTHER_KEY],
      [0x20, 'CKR_DATA_INVALID', 'InvalidParameter', 'DataRefused', CHECK_INPUT],
      [0x21, 'CKR_DATA_LEN_RANGE', 'InvalidParameter', 'DataRefused', CHECK_INPUT],
      [0x30, 'CKR_DEVICE_ERROR', 'ServiceUnavailable', 'TokenFailed', ASK_VENDOR],
      [
        0x31,
        'CKR_DEVICE_MEMORY',
        'LimitExceeded',
        'TokenFull',
        'Make room on the token, or use a larger one, then run the work again.',
      ],
      [0x32, 'CKR_DEVICE_REMOVED', 'ServiceUnavailable', 'TokenRemoved', PLUG_IN],
      [0x40, 'CKR_ENCRYPTED_DATA_INVALID', 'InvalidParameter', 'EncryptedDataInvalid', CHECK_INPUT],
      [0x41, 'CKR_ENCRYPTED_DATA_LEN_RANGE', 'InvalidParameter', 'EncryptedDataInvalid', CHECK_INPUT],
      [0x54, 'CKR_FUNCTION_NOT_SUPPORTED', 'InvalidParameter', 'MechanismNotSupported', PROBE_AGAIN],
      [0x60, 'CKR_KEY_HANDLE_INVALID', 'NotAuthorizedOrNotFound', 'KeyGoneFromToken', LOG_IN_AGAIN],
      [0x62, 'CKR_KEY_SIZE_RANGE', 'InvalidParameter', 'KeyNotFitting', PROBE_AGAIN],
      [0x63, 'CKR_KEY_TYPE_INCONSISTENT', 'InvalidParameter', 'KeyNotFitting', OTHER_KEY],
      [0x68, 'CKR_KEY_FUNCTION_NOT_PERMITTED', 'NotAllowed', 'KeyUseNotPermitted', OTHER_KEY],
      [0x69, 'CKR_KEY_NOT_WRAPPABLE', 'NotAllowed', 'KeyNotExtractable', OTHER_KEY],
      [0x6a, 'CKR_KEY_UNEXTRACTABLE', 'NotAllowed', 'KeyNotExtractable', OTHER_KEY],
      [0x70, 'CKR_MECHANISM_INVALID', 'InvalidParameter', 'MechanismNotSupported', PROBE_AGAIN],
      [0x71, 'CKR_MECHANISM_PARAM_INVALID', 'InvalidParameter', 'MechanismNotSupported', PROBE_AGAIN],
      [0x82, 'CKR_OBJECT_HANDLE_INVALID', 'NotAuthorizedOrNotFound', 'KeyGoneFromToken', LOG_IN_AGAIN],
      [0x90, 'CKR_OPERATION_ACTIVE', 'ServiceUnavailable', 'TokenFailed', ASK_VENDOR],
      [0x91, 'CKR_OPERATION_NOT_INITIALIZED', 'ServiceUnavailable', 'TokenFailed', ASK_VENDOR],
      [0xa0, 'CKR_PIN_INCORRECT', 'NotAuthenticated', 'PinIncorrect', RIGHT_PIN],
      [0xa1, 'CKR_PIN_INVALID', 'InvalidParameter', 'PinNotAcceptable', 'Choose a PIN that the token takes.'],
      [
        0xa2,
        'CKR_PIN_LEN_RANGE',
        'InvalidParameter',
        'PinNotAcceptable',
        'Use a PIN of a length that the token takes.',
      ],
      [0xa3, 'CKR_PIN_EXPIRED', 'NotAuthenticated', 'PinExpired', NEW_PIN],
      [0xa4, 'CKR_PIN_LOCKED', 'NotAuthenticated', 'PinLocked', NEW_PIN],
      [0xb0, 'CKR_SESSION_CLOSED', 'ServiceUnavailable', 'SessionLost', LOG_IN_AGAIN],
      [
        0xb1,
        'CKR_SESSION_COUNT',
        'ServiceUnavailable',
        'TooManySessions',
        'Close other programs that use this token, then log in again.',
      ],
      [0xb3, 'CKR_SESSION_HANDLE_INVALID', 'ServiceUnavailable', 'SessionLost', LOG_IN_AGAIN],
      [0xb5, 'CKR_SESSION_READ_ONLY', 'IncorrectState', 'TokenWriteProtected', WRITABLE],
      [
        0xb6,
        'CKR_SESSION_EXISTS',
        'IncorrectState',
        'TokenInUse',
        'Close every other use of this token, then try again.',
      ],
      [0xd0, 'CKR_TEMPLATE_INCOMPLETE', 'InvalidParameter', 'TemplateRefused', PROBE_AGAIN],
      [0xd1, 'CKR_TEMPLATE_INCONSISTENT', 'InvalidParameter', 'TemplateRefused', PROBE_AGAIN],
      [0xe0, 'CKR_TOKEN_NOT_PRESENT', 'ServiceUnavailable', 'TokenRemoved', PLUG_IN],
      [0xe1, 'CKR_TOKEN_NOT_RECOGNIZED', 'ServiceUnavailable', 'TokenRemoved', PLUG_IN],
      [0xe2, 'CKR_TOKEN_WRITE_PROTECTED', 'IncorrectState', 'TokenWriteProtected', WRITABLE],
      [
        0x100,
        'CKR_USER_ALREADY_LOGGED_IN',
        'IncorrectState',
        'AlreadyLoggedIn',
        'Use the login that is open, or log it out first.',
      ],
      [0x101, 'CKR_USER_NOT_LOGGED_IN', 'ServiceUnavailable', 'SessionLost', LOG_IN_AGAIN],
      [0x102, 'CKR_USER_PIN_NOT_INITIALIZED', 'IncorrectState', 'TokenNotInitialised', SET_UP],
      [
        0x104,
        'CKR_USER_ANOTHER_ALREADY_LOGGED_IN',
        'IncorrectState',
        'AlreadyLoggedIn',
        'Log the other user of this token out first.',
      ],
      [0x110, 'CKR_WRAPPED_KEY_INVALID', 'InvalidParameter', 'WrappedKeyInvalid', CHECK_INPUT],
      [0x112, 'CKR_WRAPPED_KEY_LEN_RANGE', 'InvalidParameter', 'WrappedKeyInvalid', CHECK_INPUT],
      [0x150, 'CKR_BUFFER_TOO_SMALL', 'InvalidParameter', 'ValueTooLong', OTHER_KEY],
      [0x190, 'CKR_CRYPTOKI_NOT_INITIALIZED', 'ServiceUnavailable', 'SessionLost', LOG_IN_AGAIN],
      // NSS's own numbers (pkcs11n.h): its key store could not be opened.
      [0xce534351, 'CKR_NSS_CERTDB_FAILED', 'InvalidParameter', 'KeyStoreNotOpened', CHECK_CONFIGURATION],
      [0xce534352, 'CKR_NSS_KEYDB_FAILED', 'InvalidParameter', 'KeyStoreNotOpened', CHECK_CONFIGURATION],
    ] as const satisfies readonly (readonly [number, string, ErrorCode, string, string])[]
  ).map(([value, name, code, reason, next]) => [value, { name, code, reason, next }]),
);

/**
 * The CK_RV inside whatever pkcs11js threw: some of its calls throw a Pkcs11Error, others an Error whose message is
 * `CKR_NAME:number`. @returns undefined for anything else.
 */
export function returnValueOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || thrown instanceof StrongroomError) return undefined;
  if ('code' in thrown && typeof thrown.code === 'number' && thrown.message.startsWith('CKR_'))
    return thrown.code;
  const digits = /^CKR_\w+:(\d+)/.exec(thrown.message)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** The name of a return value, or its number where it is a vendor's own. */
export function nameOfReturnValue(value: number): string {
  return MEANINGS.get(value)?.name ?? `vendor return value 0x${value.toString(16).padStart(8, '0')}`;
}

/**
 * What was thrown by a call into the module, as an error of ours.
 * @param doing what was tried, to follow "could not", e.g. `wrap a key`. Never anything secret.
 */
export function toPkcs11Failure(thrown: unknown, doing: string): unknown {
  const value = returnValueOf(thrown);
  // Not the module's word: a bug of ours, or an error that has been through here already.
  if (value === undefined) return thrown;
  const meaning = MEANINGS.get(value);
  return new StrongroomError(
    meaning?.code ?? 'ServiceUnavailable',
    `The token could not ${doing}: ${nameOfReturnValue(value)}.`,
    meaning?.next ?? ASK_VENDOR,
    { reason: meaning?.reason ?? 'TokenFailed', cause: thrown },
  );
}

/** The return value that an error of ours came from. */
export function causeOf(thrown: unknown): number | undefined {
  return thrown instanceof StrongroomError ? returnValueOf(thrown.cause) : undefined;
}

const GONE: ReadonlySet<string | undefined> = new Set(['TokenRemoved', 'SessionLost']);
const DEVICE_ERROR = 0x30;

/** True where the token or the session itself is gone, so that a trial of what the token can do tells nothing. */
export function isTokenGone(thrown: unknown): boolean {
  return thrown instanceof StrongroomError && (GONE.has(thrown.reason) || causeOf(thrown) === DEVICE_ERROR);
}

/** SoftHSM answers forged blobs and ciphertexts with these. */
const MAY_MEAN_BAD_DATA: ReadonlySet<number | undefined> = new Set([CKR.GENERAL_ERROR, CKR.FUNCTION_FAILED]);

/**
 * True where a failure says nothing of the data that the token was given: it is gone, full, failing, or gave an answer of
 * its vendor's own. Calling a good backup bad would be as wrong as the reverse.
 */
export function isInconclusive(thrown: unknown): boolean {
  if (!(thrown instanceof StrongroomError)) return false;
  const isFailing = thrown.code === 'ServiceUnavailable' || thrown.code === 'LimitExceeded';
  return isFailing && !MAY_MEAN_BAD_DATA.has(causeOf(thrown));
}
