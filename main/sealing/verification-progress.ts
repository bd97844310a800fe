/** How far a verification is: bytes of work done and to do, and what is going on, in words. */
export type OnVerificationProgress = (bytesDone: number, bytesTotal: number, activity: string) => void;

/** Adds up the passes over a file into one number that only grows. */
export class VerificationProgress {
  readonly #bytesTotal: number;
  readonly #onProgress: OnVerificationProgress | undefined;
  #bytesDone = 0;

  constructor(bytesTotal: number, onProgress: OnVerificationProgress | undefined) {
    this.#bytesTotal = bytesTotal;
    this.#onProgress = onProgress;
  }

  add(bytes: number, activity: string): void {
    this.#bytesDone += bytes;
    this.#onProgress?.(this.#bytesDone, this.#bytesTotal, activity);
  }
}
