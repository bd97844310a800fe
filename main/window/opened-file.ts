/** A file that the program was started with or that was opened since, until the window takes it. */
export class OpenedFile {
  readonly #onOpened: () => void;
  #path: string | undefined;

  constructor(onOpened: () => void) {
    this.#onOpened = onOpened;
  }

  put(path: string): void {
    this.#path = path;
    this.#onOpened();
  }

  /** Hands it over, once. */
  take(): string | undefined {
    const path = this.#path;
    this.#path = undefined;
    return path;
  }
}
