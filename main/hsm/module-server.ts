import { randomUUID } from 'node:crypto';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { INVENTORY_BATCH_SIZE, LOGIN_UNKNOWN, PIN_NEEDED } from './module-call.ts';
import type { ModuleCalls, ModuleMethod, PinForLogin, TokenMethod } from './module-call.ts';
import { isTokenGone } from './pkcs11-failure.ts';
import { readPin } from './pin-reader.ts';
import type { LoadModule, Pkcs11Module, Pkcs11Token } from './pkcs11-token.ts';
import type { InventoryEntry, PinReadByProcess, TokenDescription } from './token-session.ts';

type OnAsking = (isAsking: boolean) => void;

/** A token that is logged in. Its uses share that, since PKCS#11 logins are per application. */
interface LoggedInToken {
  readonly key: string;
  readonly token: Pkcs11Token;
  /** The logins that main was given. */
  readonly logins: Set<string>;
  readonly inventories: Map<string, { readonly entries: readonly InventoryEntry[]; next: number }>;
}

/** What a token's process keeps between calls: the module, its logins, the inventories being read. Never a PIN. */
export class ModuleServer {
  readonly #loadModule: LoadModule;
  #module: Pkcs11Module | undefined;
  readonly #logins = new Map<string, LoggedInToken>();
  readonly #tokens = new Map<string, LoggedInToken>();

  constructor(loadModule: LoadModule) {
    this.#loadModule = loadModule;
  }

  /** @param onAsking told true while a person is asked for a PIN. */
  async call(method: ModuleMethod, parameters: readonly unknown[], onAsking: OnAsking): Promise<unknown> {
    // main is trusted and its calls are checked by the compiler; which of them it is, `method` says.
    switch (method) {
      case 'load':
        this.#load(...(parameters as Parameters<ModuleCalls['load']>));
        return undefined;
      case 'listTokens':
        return this.#loaded().listTokens();
      case 'initialiseToken':
        return await this.#initialiseToken(
          onAsking,
          ...(parameters as Parameters<ModuleCalls['initialiseToken']>),
        );
      case 'login':
        return await this.#login(onAsking, ...(parameters as Parameters<ModuleCalls['login']>));
      case 'logout':
        this.#logout(...(parameters as Parameters<ModuleCalls['logout']>));
        return undefined;
      case 'openInventory':
        return this.#openInventory(...(parameters as Parameters<ModuleCalls['openInventory']>));
      case 'readInventory':
        return this.#readInventory(...(parameters as Parameters<ModuleCalls['readInventory']>));
      case 'closeInventory':
        this.#closeInventory(...(parameters as Parameters<ModuleCalls['closeInventory']>));
        return undefined;
      case 'stop':
        this.stop();
        return undefined;
      default:
        return this.#callToken(method, parameters);
    }
  }

  /** Logs out everywhere and finalises the module. A token that is gone cannot be logged out of: that is no error. */
  stop(): void {
    for (const token of this.#tokens.values()) this.#discard(token);
    const module = this.#module;
    this.#module = undefined;
    try {
      module?.finalise();
    } catch {
      // The process ends next, and with it the module.
    }
  }

  #load(modulePath: string, moduleParameters: string | undefined): void {
    this.#module = this.#loadModule(modulePath, moduleParameters);
  }

  async #initialiseToken(
    onAsking: OnAsking,
    label: string,
    soPin: PinReadByProcess,
    userPin: PinReadByProcess,
  ): Promise<TokenDescription> {
    const module = this.#loaded();
    return module.initialiseToken(label, await readPin(soPin, onAsking), await readPin(userPin, onAsking));
  }

  async #login(
    onAsking: OnAsking,
    label: string,
    serial: string | undefined,
    pin: PinForLogin,
    mayUseFinalTry: boolean,
  ): Promise<ReturnType<ModuleCalls['login']>> {
    const module = this.#loaded();
    // The PIN is asked for only once it is clear which token it is for, and that the token takes one.
    const description = module.findToken(label, serial);
    const key = JSON.stringify([description.label, description.serial]);
    let loggedIn = this.#tokens.get(key);
    if (loggedIn === undefined) {
      await confirmFinalTry(description, pin, mayUseFinalTry, onAsking);
      if (pin.kind === 'none') throw pinNeeded(label);
      const token = module.login(label, serial, await readPin(withTriesLeft(pin, description), onAsking));
      loggedIn = { key, token, logins: new Set(), inventories: new Map() };
      this.#tokens.set(key, loggedIn);
    }
    const login = randomUUID();
    loggedIn.logins.add(login);
    this.#logins.set(login, loggedIn);
    return { login, token: loggedIn.token.describe() };
  }

  #logout(login: string): void {
    const token = this.#logins.get(login);
    if (token === undefined) return;
    this.#logins.delete(login);
    token.logins.delete(login);
    if (token.logins.size > 0) return;
    this.#tokens.delete(token.key);
    token.token.logout();
  }

  #openInventory(login: string): { readonly inventory: string } {
    const token = this.#tokenOf(login);
    const inventory = randomUUID();
    token.inventories.set(inventory, {
      entries: this.#guarded(token, () => token.token.inventory()),
      next: 0,
    });
    return { inventory };
  }

  #readInventory(login: string, inventory: string): readonly InventoryEntry[] {
    const { inventories } = this.#tokenOf(login);
    const reading = inventories.get(inventory);
    if (reading === undefined) {
      throw new StrongroomError(
        'ServiceUnavailable',
        'The token was logged out while its keys were being listed.',
        'Run it again.',
        { reason: 'InventoryGone' },
      );
    }
    const entries = reading.entries.slice(reading.next, reading.next + INVENTORY_BATCH_SIZE);
    reading.next += entries.length;
    if (entries.length === 0) inventories.delete(inventory);
    return entries;
  }

  #closeInventory(login: string, inventory: string): void {
    this.#logins.get(login)?.inventories.delete(inventory);
  }

  #callToken(method: TokenMethod, parameters: readonly unknown[]): unknown {
    const [login, ...rest] = parameters;
    const token = this.#tokenOf(login as string);
    const calls = token.token as unknown as Record<TokenMethod, (...rest: readonly unknown[]) => unknown>;
    return this.#guarded(token, () => calls[method](...rest));
  }

  /** A token that was pulled or lost its session takes its login along: the next call logs in again (rule R72). */
  #guarded<Result>(token: LoggedInToken, call: () => Result): Result {
    try {
      return call();
    } catch (thrown) {
      if (isTokenGone(thrown)) this.#discard(token);
      throw thrown;
    }
  }

  #discard(token: LoggedInToken): void {
    for (const login of token.logins) this.#logins.delete(login);
    this.#tokens.delete(token.key);
    try {
      token.token.logout();
    } catch {
      // It is logged out already, or gone.
    }
  }

  #tokenOf(login: string): LoggedInToken {
    const found = this.#logins.get(login);
    if (found !== undefined) return found;
    throw new StrongroomError(
      'ServiceUnavailable',
      'The token is logged out.',
      'Run it again: it logs in anew.',
      {
        reason: LOGIN_UNKNOWN,
      },
    );
  }

  #loaded(): Pkcs11Module {
    if (this.#module !== undefined) return this.#module;
    throw new Error('a call came before the module was loaded');
  }
}

function pinNeeded(label: string): StrongroomError {
  return new StrongroomError('NotAuthenticated', `Token "${label}" is logged out.`, 'Enter its PIN.', {
    reason: PIN_NEEDED,
  });
}

/** What a person who is asked for a PIN should know first (rule R71). */
function withTriesLeft(
  pin: Exclude<PinForLogin, { kind: 'none' }>,
  token: TokenDescription,
): Exclude<PinForLogin, { kind: 'none' }> {
  if (pin.kind !== 'terminal' || !token.isPinCountLow) return pin;
  return { ...pin, prompt: `A wrong PIN was entered since the last right one. ${pin.prompt}` };
}

/**
 * A token's final try is spent by a person only, who types the token's label (rule R71); never from a file, and never by
 * a login that happens by itself.
 * @throws StrongroomError NotAuthenticated, reason `PinFinalTry`.
 */
async function confirmFinalTry(
  token: TokenDescription,
  pin: PinForLogin,
  mayUseFinalTry: boolean,
  onAsking: OnAsking,
): Promise<void> {
  if (!token.isPinFinalTry) return;
  // A window asks for the label itself, together with the PIN.
  if (mayUseFinalTry && (pin.kind === 'none' || (pin.kind === 'entered' && pin.isFinalTryConfirmed))) return;
  if (mayUseFinalTry && pin.kind === 'terminal') {
    const prompt = `One more wrong PIN locks token "${token.label}". To use the last try, type its label:`;
    if ((await readPin({ kind: 'terminal', prompt }, onAsking)) === token.label) return;
  }
  throw new StrongroomError(
    'NotAuthenticated',
    `Token "${token.label}" has one try left before it locks; it was not spent.`,
    'Make sure of the PIN. Then ask for the work again, on a terminal without a PIN file or in the window, and confirm the last try by typing the label of the token.',
    { reason: 'PinFinalTry' },
  );
}
