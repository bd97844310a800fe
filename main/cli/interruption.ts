import { StrongroomError } from '../../shared/domain/errors.ts';

const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
type Signal = keyof typeof SIGNAL_NUMBERS;

/** A person or the system asked the program to end. Exit code 128 + the signal's number, as shells expect. */
export class InterruptedError extends StrongroomError {
  override readonly name = 'InterruptedError';
  readonly exitCode: number;

  constructor(signal: Signal) {
    super(
      'ServiceUnavailable',
      `Ended by ${signal} before the command was done.`,
      'A work request that was running is finished or undone at the next start of Strongroom, which says so; see strongroom work-request list.',
      { reason: 'Interrupted' },
    );
    this.exitCode = 128 + SIGNAL_NUMBERS[signal];
  }
}

/** Where signals come from: `process`, or a test's emitter. */
export interface SignalSource {
  on(signal: Signal, listener: () => void): unknown;
  off(signal: Signal, listener: () => void): unknown;
}

/**
 * Ctrl-C and its like. The first one ends the wait for what is running, so that Strongroom can be closed in order; the
 * second one ends the program at once.
 */
export class Interruption implements Disposable {
  readonly #source: SignalSource;
  readonly #listeners = new Map<Signal, () => void>();
  readonly #interrupted: Promise<never>;

  /**
   * @param onFirst told at once, as closing may take a moment.
   * @param endNow ends the program with this exit code, without closing anything.
   */
  constructor(source: SignalSource, onFirst: () => void, endNow: (exitCode: number) => void) {
    this.#source = source;
    let isInterrupted = false;
    const { promise, reject } = Promise.withResolvers<never>();
    // Nobody may be waiting when it comes.
    promise.catch(() => undefined);
    this.#interrupted = promise;
    for (const signal of Object.keys(SIGNAL_NUMBERS) as Signal[]) {
      const listener = (): void => {
        const error = new InterruptedError(signal);
        if (isInterrupted) endNow(error.exitCode);
        else {
          isInterrupted = true;
          onFirst();
          reject(error);
        }
      };
      this.#listeners.set(signal, listener);
      source.on(signal, listener);
    }
  }

  /** Waits for `work`, but no longer than until the first signal. @throws InterruptedError */
  async orInterrupted<Result>(work: Promise<Result>): Promise<Result> {
    return Promise.race([work, this.#interrupted]);
  }

  [Symbol.dispose](): void {
    for (const [signal, listener] of this.#listeners) this.#source.off(signal, listener);
  }
}
