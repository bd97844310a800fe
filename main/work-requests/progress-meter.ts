/** What is shown until the commit: 100 belongs to SUCCEEDED alone. */
const HIGHEST_WHILE_RUNNING = 99;

/** Before this a pace is no more than chance. */
const PACE_AFTER_MILLISECONDS = 500;

/** Turns what work says about itself into a percentage that only grows and the time that is left (rule R60). */
export class ProgressMeter {
  readonly #clock: () => number;
  readonly #startedAt: number;
  #percent = 0;

  /** @param clock milliseconds of a clock that is never set back. */
  constructor(clock: () => number) {
    this.#clock = clock;
    this.#startedAt = clock();
  }

  /** Whole percent, 0 to 99. */
  get percentComplete(): number {
    return Math.floor(this.#percent);
  }

  /** Moves to `done` of `total` within a part of the whole; what would go back, or is no number, stays. */
  advance(done: number, total: number, fromPercent = 0, toPercent = 100): void {
    // Nothing to do is done.
    const share = total > 0 ? Math.min(Math.max(done / total, 0), 1) : 1;
    const percent = Math.min(fromPercent + share * (toPercent - fromPercent), HIGHEST_WHILE_RUNNING);
    if (percent > this.#percent) this.#percent = percent;
  }

  /** Estimate from the pace so far, in milliseconds; undefined while there is no pace yet. */
  millisecondsLeft(): number | undefined {
    const elapsed = this.#clock() - this.#startedAt;
    if (elapsed < PACE_AFTER_MILLISECONDS || this.#percent <= 0) return undefined;
    return Math.round((elapsed * (100 - this.#percent)) / this.#percent);
  }
}
