import type { ErrorDocument } from '../../shared/domain/errors.ts';
import type { Pkcs11Token } from './pkcs11-token.ts';
import type { InventoryEntry, PinReadByProcess, TokenDescription } from './token-session.ts';

/**
 * What main and a token's process say to each other. Calls are answered one by one, in the order in which they were
 * sent; a PIN is in none of them but a login with one that a person was asked for in a window (rule R71).
 */

/** Key versions that travel in one message: enough to hide the messages' cost, few enough to bound memory. */
export const BATCH_SIZE = 64;

/** Batches that a stream has under way: the module works on one while main writes out the other. */
export const BATCHES_IN_FLIGHT = 2;

/** Inventory entries are some 50 bytes each, and cost the module nothing once enumerated. */
export const INVENTORY_BATCH_SIZE = 1024;

/** How a login comes to its PIN. */
export type PinForLogin =
  | PinReadByProcess
  /** Share a login that is there, else answer PIN_NEEDED: a person is to be asked by main. */
  | { readonly kind: 'none' }
  /** What that person entered; `isFinalTryConfirmed`: knowing that it is the token's final try. */
  | { readonly kind: 'entered'; readonly pin: Uint8Array; readonly isFinalTryConfirmed: boolean };

/** Calls that go to a logged-in token as they are. */
export type TokenMethod = Exclude<keyof Pkcs11Token, 'describe' | 'logout' | 'inventory'>;

type TokenCalls = Pick<Pkcs11Token, TokenMethod>;

/** Calls under a login; on the wire the login's name comes before their own parameters. */
interface LoginCalls extends TokenCalls {
  /** Gives one use of a login up; the last one logs out. */
  logout(): undefined;
  /** Enumerates once and keeps the list, to be read batch by batch. */
  openInventory(): { readonly inventory: string };
  /** The next entries; none at the end, which also forgets the list. */
  readInventory(inventory: string): readonly InventoryEntry[];
  closeInventory(inventory: string): undefined;
}

interface ProcessCalls {
  /** The first call of every process: loads the module and initialises it (C_Initialize). */
  load(modulePath: string, moduleParameters: string | undefined): undefined;
  listTokens(): readonly TokenDescription[];
  initialiseToken(label: string, soPin: PinReadByProcess, userPin: PinReadByProcess): TokenDescription;
  /**
   * Logs in, or shares the login that this process already has with that token: PKCS#11 logins are per application.
   * `login` names this use of it. A final try (CKF_USER_PIN_FINAL_TRY) is spent only where the caller allows it.
   */
  login(
    label: string,
    serial: string | undefined,
    pin: PinForLogin,
    mayUseFinalTry: boolean,
  ): { readonly login: string; readonly token: TokenDescription };
  /** Logs out everywhere, finalises the module and ends the process, which is the answer. */
  stop(): undefined;
}

export type LoginMethod = keyof LoginCalls;
export type LoginParameters<Method extends LoginMethod> = Parameters<LoginCalls[Method]>;

export type ModuleCalls = ProcessCalls & {
  readonly [Method in LoginMethod]: (
    login: string,
    ...parameters: LoginParameters<Method>
  ) => ReturnType<LoginCalls[Method]>;
};
export type ModuleMethod = keyof ModuleCalls;

/** How patient the watchdog is with a call, in milliseconds. */
export interface Deadlines {
  /** Loading the module, C_Initialize, listing the tokens, ending the process. */
  readonly initialise: number;
  /** A single call or one batch. */
  readonly call: number;
  /** Making key pairs, probing, enumerating everything: minutes on a slow token. */
  readonly generation: number;
}

export const DEFAULT_DEADLINES: Deadlines = { initialise: 15_000, call: 30_000, generation: 120_000 };

/** Every call with its deadline. Also the list of what a process answers to at all. */
export const DEADLINE_OF: Readonly<Record<ModuleMethod, keyof Deadlines>> = {
  load: 'initialise',
  listTokens: 'initialise',
  initialiseToken: 'generation',
  login: 'call',
  logout: 'call',
  openInventory: 'generation',
  readInventory: 'call',
  closeInventory: 'call',
  stop: 'initialise',
  probe: 'generation',
  createRealmKeys: 'generation',
  findRealmKeys: 'generation',
  createTransportKey: 'generation',
  wrapRealmKeys: 'call',
  unwrapRealmKeys: 'generation',
  destroyTransportKey: 'call',
  wrapRealmKeysForEscrow: 'call',
  proveRealmKeysFromEscrow: 'call',
  unwrapRealmKeysFromEscrow: 'generation',
  destroyRealmKeys: 'generation',
  isCeremonyClosed: 'call',
  closeCeremony: 'call',
  authenticate: 'call',
  wrapProbe: 'call',
  wrapBatch: 'call',
  proveBatch: 'call',
  generateKeyVersion: 'generation',
  unwrapBatch: 'call',
  destroyKeyVersions: 'generation',
  encryptDataKey: 'call',
  decryptDataKey: 'call',
  signDigest: 'call',
};

export function isModuleMethod(name: unknown): name is ModuleMethod {
  return typeof name === 'string' && Object.hasOwn(DEADLINE_OF, name);
}

/** main to the token's process. */
export interface CallMessage {
  readonly id: number;
  readonly method: ModuleMethod;
  readonly parameters: readonly unknown[];
}

/** The token's process to main. */
export type AnswerMessage =
  | { readonly id: number; readonly kind: 'result'; readonly result: unknown }
  | { readonly id: number; readonly kind: 'error'; readonly error: ErrorDocument }
  /** A person is being asked for a PIN (or no longer): their time is not the module's, the watchdog waits. */
  | { readonly id: number; readonly kind: 'asking'; readonly isAsking: boolean };

/** The process does not know this login (any more): nothing was done, logging in and calling again is safe. */
export const LOGIN_UNKNOWN = 'LoginUnknown';

/** The token is there and logged out, and the login came without a PIN: nothing was tried. */
export const PIN_NEEDED = 'PinNeeded';
