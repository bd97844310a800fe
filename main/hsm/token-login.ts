import type { TokenReference } from '../../shared/domain/region.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { LOGIN_UNKNOWN, PIN_NEEDED } from './module-call.ts';
import type { LoginMethod, LoginParameters, ModuleCalls, PinForLogin } from './module-call.ts';
import type { ModuleProcess } from './module-process.ts';
import { pinEntryCancelled } from './pin-entry.ts';
import type { AskForPin, PinSource, TokenDescription } from './token-session.ts';

/** Refusals by the token itself: asking once more by ourselves could lock it (rule R71). */
const FINAL_REASONS = new Set(['PinIncorrect', 'PinLocked', 'PinExpired', 'PinNotAcceptable', 'PinFinalTry']);

/**
 * A login to one token by one PIN source, shared by the sessions that were opened so. It lasts longer than the
 * process: after an end of that of any kind (crash, idleness, lock) the next call logs in again through the source.
 */
export class TokenLogin {
  readonly #process: ModuleProcess;
  readonly #reference: TokenReference;
  readonly #pin: PinSource;
  #login: string | undefined;
  #loggingIn: Promise<TokenDescription> | undefined;
  #refusal: StrongroomError | undefined;
  /** Sessions that use it. */
  users = 0;

  constructor(process: ModuleProcess, reference: TokenReference, pin: PinSource) {
    this.#process = process;
    this.#reference = reference;
    this.#pin = pin;
  }

  /** Whether the token refused the PIN: then every call fails with that refusal, and only a new login tries again. */
  get isRefused(): boolean {
    return this.#refusal !== undefined;
  }

  /** The person who opens a session may spend a token's final try; a login that happens by itself may not. */
  async open(): Promise<TokenDescription> {
    return await this.#logIn(true);
  }

  async call<Method extends LoginMethod>(
    method: Method,
    ...parameters: LoginParameters<Method>
  ): Promise<ReturnType<ModuleCalls[Method]>> {
    if (this.#refusal !== undefined) throw this.#refusal;
    const login = this.#login;
    try {
      if (login !== undefined) return await this.#callWith(login, method, parameters);
    } catch (thrown) {
      if (!(thrown instanceof StrongroomError) || thrown.reason !== LOGIN_UNKNOWN) throw thrown;
      // Nothing was done under the unknown login, so this is not a second try of the call.
      if (this.#login === login) this.#login = undefined;
    }
    if (this.#login === undefined) await this.#logIn(false);
    return await this.#callWith(this.#login ?? '', method, parameters);
  }

  /** Without a login there is no list to forget, and none is made for it. */
  async closeInventory(inventory: string): Promise<void> {
    if (this.#login !== undefined)
      await this.#process.callIfRunning('closeInventory', this.#login, inventory);
  }

  async logOut(): Promise<void> {
    const login = this.#login;
    this.#login = undefined;
    if (login !== undefined) await this.#process.callIfRunning('logout', login);
  }

  #callWith<Method extends LoginMethod>(
    login: string,
    method: Method,
    parameters: LoginParameters<Method>,
  ): Promise<ReturnType<ModuleCalls[Method]>> {
    return this.#process.call(
      method,
      ...([login, ...parameters] as unknown as Parameters<ModuleCalls[Method]>),
    );
  }

  #logIn(mayUseFinalTry: boolean): Promise<TokenDescription> {
    this.#loggingIn ??= this.#logInOnce(mayUseFinalTry).finally(() => {
      this.#loggingIn = undefined;
    });
    return this.#loggingIn;
  }

  async #logInOnce(mayUseFinalTry: boolean): Promise<TokenDescription> {
    try {
      const { login, token } =
        this.#pin.kind === 'asked'
          ? await this.#logInAsking(this.#pin.ask, mayUseFinalTry)
          : await this.#logInWith(this.#pin, mayUseFinalTry);
      // The new use first, then the old one's end: the token stays logged in between.
      await this.logOut();
      this.#login = login;
      return token;
    } catch (thrown) {
      if (thrown instanceof StrongroomError && FINAL_REASONS.has(thrown.reason ?? '')) this.#refusal = thrown;
      throw thrown;
    }
  }

  #logInWith(pin: PinForLogin, mayUseFinalTry: boolean): Promise<ReturnType<ModuleCalls['login']>> {
    const { tokenLabel, tokenSerial } = this.#reference;
    return this.#process.call('login', tokenLabel, tokenSerial, pin, mayUseFinalTry);
  }

  /**
   * Nobody is asked for what another session has entered already; and the process waits for nobody, since the person is
   * asked between two calls.
   */
  async #logInAsking(ask: AskForPin, mayUseFinalTry: boolean): Promise<ReturnType<ModuleCalls['login']>> {
    try {
      return await this.#logInWith({ kind: 'none' }, mayUseFinalTry);
    } catch (thrown) {
      if (!(thrown instanceof StrongroomError) || thrown.reason !== PIN_NEEDED) throw thrown;
    }
    const token = await this.#describe();
    const pin = await ask(token);
    if (pin === undefined) throw pinEntryCancelled('The PIN entry was cancelled');
    try {
      return await this.#logInWith(
        { kind: 'entered', pin, isFinalTryConfirmed: token.isPinFinalTry },
        mayUseFinalTry,
      );
    } finally {
      pin.fill(0);
    }
  }

  /** The token as it is now, with the tries that are left. The login has just found it: it is gone only if pulled since. */
  async #describe(): Promise<TokenDescription> {
    const { tokenLabel, tokenSerial } = this.#reference;
    const tokens = await this.#process.call('listTokens');
    const token = tokens.find(
      ({ label, serial }) => label === tokenLabel && (tokenSerial === undefined || serial === tokenSerial),
    );
    if (token !== undefined) return token;
    throw new StrongroomError(
      'ServiceUnavailable',
      `Token "${tokenLabel}" is gone.`,
      'Plug it in again, then try again.',
      { reason: 'TokenGone' },
    );
  }
}
