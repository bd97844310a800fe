import { StrongroomError } from '../../shared/domain/errors.ts';
import type { ModuleHostConnection } from './launch-module-host.ts';
import type { ModuleCalls, ModuleMethod, Deadlines } from './module-call.ts';
import { ModuleConversation } from './module-conversation.ts';

/** One PKCS#11 module: a library and, for NSS, its parameters. */
export interface ModuleReference {
  readonly modulePath: string;
  readonly moduleParameters?: string | undefined;
}

export interface ModuleProcessOptions {
  readonly launch: () => ModuleHostConnection;
  readonly deadlines: Deadlines;
  /** Without a call for this long the process is ended, and with it go logins and every copy of a PIN (rule R71). */
  readonly idleMilliseconds: number;
}

/**
 * One module's process over time: started by the first call, ended when idle, started again after an end of any kind.
 * What the new process does not know (logins) its caller learns from LOGIN_UNKNOWN.
 */
export class ModuleProcess {
  readonly #module: ModuleReference;
  readonly #options: ModuleProcessOptions;
  #current: Promise<ModuleConversation> | undefined;
  /** The end of the former process: two at once would share the token's files while one is finalising. */
  #formerEnd: Promise<void> = Promise.resolve();
  #idleTimer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(module: ModuleReference, options: ModuleProcessOptions) {
    this.#module = module;
    this.#options = options;
  }

  /** @throws ServiceUnavailable with reason `TokenNotResponding` or `ModuleCrashed`; whatever the call itself throws. */
  async call<Method extends ModuleMethod>(
    method: Method,
    ...parameters: Parameters<ModuleCalls[Method]>
  ): Promise<ReturnType<ModuleCalls[Method]>> {
    for (;;) {
      if (this.#isClosed) throw tokensClosed();
      const started = this.#start();
      const conversation = await started;
      if (conversation.isOpen) return await conversation.call(method, ...parameters);
      // It crashed, or was killed or stopped meanwhile.
      if (this.#current === started) this.#current = undefined;
      this.#formerEnd = conversation.end();
    }
  }

  /** For what only tidies up in a running process: without one there is nothing to do, and a crash did it as well. */
  async callIfRunning<Method extends 'logout' | 'closeInventory'>(
    method: Method,
    ...parameters: Parameters<ModuleCalls[Method]>
  ): Promise<void> {
    const conversation = await this.#current?.catch(() => undefined);
    if (conversation?.isOpen !== true) return;
    try {
      await conversation.call(method, ...parameters);
    } catch (thrown) {
      if (!(thrown instanceof StrongroomError) || thrown.code !== 'ServiceUnavailable') throw thrown;
    }
  }

  /** Ends the process after the calls that are under way: logged out, finalised, gone. The next call starts another. */
  async stop(): Promise<void> {
    clearTimeout(this.#idleTimer);
    const current = this.#current;
    this.#current = undefined;
    if (current !== undefined) {
      this.#formerEnd = current.then(
        (conversation) => conversation.end(),
        () => undefined,
      );
    }
    await this.#formerEnd;
  }

  /** As stop, for good. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.stop();
  }

  #start(): Promise<ModuleConversation> {
    if (this.#current !== undefined) return this.#current;
    const started = this.#launch();
    this.#current = started;
    started.catch(() => {
      if (this.#current === started) this.#current = undefined;
    });
    return started;
  }

  async #launch(): Promise<ModuleConversation> {
    await this.#formerEnd;
    const conversation = new ModuleConversation(
      this.#options.launch(),
      this.#module.modulePath,
      this.#options.deadlines,
      (isBusy) => {
        this.#watchIdleness(isBusy);
      },
    );
    try {
      await conversation.call('load', this.#module.modulePath, this.#module.moduleParameters);
    } catch (thrown) {
      // A library that is no PKCS#11 module, or that did not initialise, leaves a process of no use.
      await conversation.end();
      throw thrown;
    }
    return conversation;
  }

  #watchIdleness(isBusy: boolean): void {
    clearTimeout(this.#idleTimer);
    if (isBusy) return;
    this.#idleTimer = setTimeout(() => void this.stop(), this.#options.idleMilliseconds);
    this.#idleTimer.unref();
  }
}

/** For calls after the end: they must not start a process that nobody ends. */
export function tokensClosed(): StrongroomError {
  return new StrongroomError(
    'IncorrectState',
    'The tokens were closed; Strongroom is ending.',
    'Start Strongroom anew and repeat the work.',
    { reason: 'TokensClosed' },
  );
}
