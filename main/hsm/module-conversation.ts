import { StrongroomError, toStrongroomError } from '../../shared/domain/errors.ts';
import type { ModuleHostConnection, ModuleHostExit } from './launch-module-host.ts';
import { answerInvalid, checkAnswer, parseAnswerMessage } from './module-answers.ts';
import { DEADLINE_OF } from './module-call.ts';
import type { AnswerMessage, Deadlines, ModuleCalls, ModuleMethod } from './module-call.ts';

/** How long to wait for the end of a process that was sent SIGKILL. */
const KILL_MILLISECONDS = 2000;

interface PendingCall {
  readonly id: number;
  readonly method: ModuleMethod;
  resolve(result: unknown): void;
  reject(error: StrongroomError): void;
}

/**
 * The calls to one process, from its start to its end. The process answers in order, so the watchdog looks at the
 * oldest call only, and its time starts when the one before it is answered.
 */
export class ModuleConversation {
  readonly #connection: ModuleHostConnection;
  readonly #modulePath: string;
  readonly #deadlines: Deadlines;
  readonly #onBusy: (isBusy: boolean) => void;
  readonly #pending: PendingCall[] = [];
  readonly #ended = Promise.withResolvers<undefined>();
  #nextId = 1;
  #watchdog: NodeJS.Timeout | undefined;
  #isAskingPerson = false;
  #isEnding = false;
  /** Why it ended, once it is clear that it does. */
  #failure: StrongroomError | undefined;

  /** @param onBusy told true when a call comes and false when none is left. */
  constructor(
    connection: ModuleHostConnection,
    modulePath: string,
    deadlines: Deadlines,
    onBusy: (isBusy: boolean) => void,
  ) {
    this.#connection = connection;
    this.#modulePath = modulePath;
    this.#deadlines = deadlines;
    this.#onBusy = onBusy;
    connection.onMessage((message) => {
      this.#receive(message);
    });
    connection.onExit((exit) => {
      this.#finish(exit);
      this.#ended.resolve(undefined);
    });
  }

  /** Whether it takes calls: once false, it stays so. */
  get isOpen(): boolean {
    return this.#failure === undefined && !this.#isEnding;
  }

  async call<Method extends ModuleMethod>(
    method: Method,
    ...parameters: Parameters<ModuleCalls[Method]>
  ): Promise<ReturnType<ModuleCalls[Method]>> {
    const answer = await this.#post(method, parameters);
    try {
      return checkAnswer(method, parameters, answer);
    } catch (thrown) {
      // Nothing more is believed of a process that answers wrongly.
      this.#abandon(toStrongroomError(thrown));
      throw thrown;
    }
  }

  /** Lets the process finish its calls, log out and end; kills it when it does not. */
  async end(): Promise<void> {
    if (this.isOpen) {
      this.#isEnding = true;
      // A question for a PIN would wait for a person; SIGTERM takes it back and restores the terminal.
      if (this.#isAskingPerson) this.#connection.kill('SIGTERM');
      // The watchdog has an eye on `stop` as on any call; the process's end is the answer to it.
      this.#post('stop', []).catch(() => undefined);
    }
    await this.#ended.promise;
  }

  #post(method: ModuleMethod, parameters: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      const id = this.#nextId++;
      this.#pending.push({ id, method, resolve, reject });
      if (this.#pending.length === 1) {
        this.#connection.hold();
        this.#watchOldest();
        this.#onBusy(true);
      }
      this.#connection.post({ id, method, parameters });
    });
  }

  #receive(message: unknown): void {
    if (this.#failure !== undefined) return;
    const answer = parseAnswerMessage(message);
    const oldest = this.#pending[0];
    if (answer === undefined || answer.id !== oldest?.id) {
      this.#abandon(answerInvalid('it does not belong to any call'));
      return;
    }
    this.#take(answer, oldest);
  }

  #take(answer: AnswerMessage, oldest: PendingCall): void {
    if (answer.kind === 'asking') {
      // Only these ask; from any other call it would merely send the watchdog away.
      if (oldest.method !== 'login' && oldest.method !== 'initialiseToken') {
        this.#abandon(answerInvalid(`${oldest.method} asks for no PIN`));
        return;
      }
      this.#isAskingPerson = answer.isAsking;
      this.#watchOldest();
      return;
    }
    this.#pending.shift();
    this.#isAskingPerson = false;
    this.#watchOldest();
    if (answer.kind === 'error') oldest.reject(StrongroomError.fromDocument(answer.error));
    else oldest.resolve(answer.result);
    if (this.#pending.length > 0) return;
    this.#connection.release();
    this.#onBusy(false);
  }

  #watchOldest(): void {
    clearTimeout(this.#watchdog);
    const oldest = this.#pending[0];
    if (oldest === undefined || this.#isAskingPerson) return;
    const milliseconds = this.#deadlines[DEADLINE_OF[oldest.method]];
    this.#watchdog = setTimeout(() => {
      this.#abandon(notResponding(this.#modulePath, oldest.method, milliseconds));
    }, milliseconds);
  }

  /** Fails everything at once, without waiting for the process's end: one stuck in a device's driver outlives SIGKILL. */
  #abandon(error: StrongroomError): void {
    if (this.#failure !== undefined) return;
    this.#connection.kill('SIGKILL');
    setTimeout(() => {
      this.#ended.resolve(undefined);
    }, KILL_MILLISECONDS);
    this.#fail(error);
  }

  #finish(exit: ModuleHostExit): void {
    if (this.#failure === undefined) {
      const call = this.#pending[0]?.method;
      this.#fail(this.#isEnding ? stopped() : crashed(this.#modulePath, call, exit));
    }
  }

  #fail(error: StrongroomError): void {
    this.#failure = error;
    clearTimeout(this.#watchdog);
    for (const call of this.#pending.splice(0)) call.reject(error);
    this.#connection.release();
    this.#onBusy(false);
  }
}

const RESUME = 'The work resumes after login: nothing that was reported done is lost.';

function notResponding(modulePath: string, method: ModuleMethod, milliseconds: number): StrongroomError {
  return new StrongroomError(
    'ServiceUnavailable',
    `The token module ${modulePath} gave no answer to ${method} within ${milliseconds / 1000} seconds; its process was ended.`,
    `Check that the token is plugged in and its service runs, then run it again. ${RESUME}`,
    { reason: 'TokenNotResponding' },
  );
}

function crashed(
  modulePath: string,
  method: ModuleMethod | undefined,
  exit: ModuleHostExit,
): StrongroomError {
  const how =
    exit.signal ?? (exit.exitCode === undefined ? 'it did not start' : `exit code ${exit.exitCode}`);
  return new StrongroomError(
    'ServiceUnavailable',
    `The token module ${modulePath} ended its process${method === undefined ? '' : ` during ${method}`} (${how}).`,
    `Check the token and the module's own log, then run it again. ${RESUME}`,
    {
      reason: 'ModuleCrashed',
      // For the log only: a cause does not cross to the window or the command line's output.
      cause: new Error(exit.errorOutput.replace(/[^\P{Cc}\n\t]/gu, '\uFFFD')),
    },
  );
}

function stopped(): StrongroomError {
  return new StrongroomError(
    'ServiceUnavailable',
    "The token was locked or closed while this call waited; the module's process has ended.",
    'Run it again: it logs in anew.',
    { reason: 'ModuleStopped' },
  );
}
