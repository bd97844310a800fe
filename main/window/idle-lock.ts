/** Tells when nobody has used the window for a while (rule R71). */
export class IdleLock {
  readonly #onIdle: () => void;
  #minutes: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(minutes: number, onIdle: () => void) {
    this.#minutes = minutes;
    this.#onIdle = onIdle;
  }

  /** The user is there: it begins to wait anew. */
  touch(): void {
    this.stop();
    this.#timer = setTimeout(this.#onIdle, this.#minutes * 60_000);
  }

  setMinutes(minutes: number): void {
    this.#minutes = minutes;
    this.touch();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
