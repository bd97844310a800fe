import type { TokenReference } from '../../shared/domain/region.ts';
import { forkModuleHost, moduleHostEnvironment, moduleHostPath } from './launch-module-host.ts';
import type { LaunchModuleHost } from './launch-module-host.ts';
import { DEFAULT_DEADLINES } from './module-call.ts';
import type { Deadlines } from './module-call.ts';
import { ModuleProcess, tokensClosed } from './module-process.ts';
import type { ModuleReference } from './module-process.ts';
import { TokenLogin } from './token-login.ts';
import type { PinReadByProcess, PinSource, TokenDescription, TokenSession } from './token-session.ts';
import { tokenSessionOf } from './token-sessions.ts';

/** Rule R71: five minutes. */
const IDLE_MILLISECONDS = 5 * 60 * 1000;

export interface TokensOptions {
  /** How a module's process is started; Node's fork unless told otherwise. */
  readonly launch?: LaunchModuleHost;
  /** Milliseconds of the watchdog's patience. */
  readonly deadlines?: Partial<Deadlines>;
  /** Milliseconds without a call after which a module's process ends, and with it every login in it. */
  readonly idleMilliseconds?: number;
  /** Variables for the modules' processes beyond the usual ones (launch-module-host.ts); undefined takes one away. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** Every token that this program can reach: one process per module, sessions on top of them. */
export class Tokens {
  readonly #launch: LaunchModuleHost;
  readonly #deadlines: Deadlines;
  readonly #idleMilliseconds: number;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #processes = new Map<string, ModuleProcess>();
  readonly #logins = new Map<string, TokenLogin>();
  #isClosed = false;

  constructor(options: TokensOptions = {}) {
    this.#launch = options.launch ?? forkModuleHost;
    this.#deadlines = { ...DEFAULT_DEADLINES, ...options.deadlines };
    this.#idleMilliseconds = options.idleMilliseconds ?? IDLE_MILLISECONDS;
    this.#environment = options.environment ?? {};
  }

  /** The tokens present in a module, initialised or not. Needs no PIN. */
  async listTokens(module: ModuleReference): Promise<readonly TokenDescription[]> {
    return await this.#processOf(module).call('listTokens');
  }

  /** Makes a practice token out of an uninitialised one. */
  async initialiseToken(
    module: ModuleReference,
    label: string,
    soPin: PinReadByProcess,
    userPin: PinReadByProcess,
  ): Promise<TokenDescription> {
    return await this.#processOf(module).call('initialiseToken', label, soPin, userPin);
  }

  /**
   * Logs in, once: a wrong PIN is never tried again, and spends the final try of a token that has but one; look at
   * listTokens first where that matters. Sessions with the same token share its login, since PKCS#11 logins are per
   * application: while one is open, a further one needs no PIN. Which of several windows asks makes no difference.
   */
  async openSession(reference: TokenReference, pin: PinSource): Promise<TokenSession> {
    const key = JSON.stringify([moduleKey(reference), reference.tokenLabel, reference.tokenSerial, pin]);
    const login = this.#loginOf(key, reference, pin);
    const leave = async (): Promise<void> => {
      login.users -= 1;
      if (login.users > 0) return;
      if (this.#logins.get(key) === login) this.#logins.delete(key);
      await login.logOut();
    };
    login.users += 1;
    try {
      return tokenSessionOf(login, await login.open(), leave);
    } catch (thrown) {
      await leave();
      throw thrown;
    }
  }

  /** Logs out everywhere and ends the modules' processes, the PINs with them. The next call of a session logs in again. */
  async lock(): Promise<void> {
    await Promise.all([...this.#processes.values()].map((process) => process.stop()));
  }

  /** As lock, for good. Calls under way are finished first. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#processes.values()].map((process) => process.close()));
  }

  /** A login that the token refused stays with the sessions that have it; a new session is a new, deliberate try. */
  #loginOf(key: string, reference: TokenReference, pin: PinSource): TokenLogin {
    const known = this.#logins.get(key);
    if (known !== undefined && !known.isRefused) return known;
    const login = new TokenLogin(this.#processOf(reference), reference, pin);
    this.#logins.set(key, login);
    return login;
  }

  #processOf(module: ModuleReference): ModuleProcess {
    if (this.#isClosed) throw tokensClosed();
    const key = moduleKey(module);
    const known = this.#processes.get(key);
    if (known !== undefined) return known;
    const process = new ModuleProcess(module, {
      launch: () => this.#launch({ path: moduleHostPath(), environment: this.#processEnvironment() }),
      deadlines: this.#deadlines,
      idleMilliseconds: this.#idleMilliseconds,
    });
    this.#processes.set(key, process);
    return process;
  }

  #processEnvironment(): Record<string, string> {
    return moduleHostEnvironment(process.env, this.#environment);
  }
}

function moduleKey(module: ModuleReference): string {
  return JSON.stringify([module.modulePath, module.moduleParameters]);
}
