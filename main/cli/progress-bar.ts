import type { Progress } from '../../shared/domain/work-request.ts';
import type { OutputStream } from './output.ts';
import { widthOf } from './output.ts';
import { neutraliseMessage } from './terminal-text.ts';
import { durationInWords } from './words.ts';

const BAR_CELLS = 20;
const REDRAW_MILLISECONDS = 100;
const LINE_MILLISECONDS = 2000;

/**
 * Progress of a work request on stderr: one line that is redrawn where that is a terminal, else a plain line every two
 * seconds at the most.
 *
 * It only writes. The usual progress components also take the keyboard, in raw mode, and end the program with exit code
 * 0 on Ctrl-C: here the token's process may ask for a PIN on the same terminal, and an interrupted restore must be closed
 * in order and not look done.
 */
export class ProgressBar {
  readonly #stream: OutputStream;
  readonly #isDrawn: boolean;
  readonly #now: () => number;
  #percent = 0;
  #shownAt = Number.NEGATIVE_INFINITY;
  #isOnScreen = false;
  #workRequestId: string | undefined;

  /** @param environment TERM=dumb cannot redraw a line. */
  constructor(
    stream: OutputStream,
    environment: Readonly<Record<string, string | undefined>>,
    now: () => number = () => performance.now(),
  ) {
    this.#stream = stream;
    this.#isDrawn = stream.isTTY === true && environment['TERM'] !== 'dumb';
    this.#now = now;
  }

  show(progress: Progress): void {
    if (this.#workRequestId !== progress.workRequestId) {
      this.clear();
      this.#workRequestId = progress.workRequestId;
      this.#percent = 0;
      this.#stream.write(`Work request ${neutraliseMessage(progress.workRequestId)}\n`);
    }
    // Percent only grows (rule R60).
    this.#percent = Math.max(this.#percent, progress.percentComplete);
    const pause = this.#isDrawn ? REDRAW_MILLISECONDS : LINE_MILLISECONDS;
    if (this.#now() - this.#shownAt >= pause) this.#write(progress);
  }

  /** Takes the bar off the terminal, for a question or for good; the next progress draws it again. */
  clear(): void {
    if (this.#isOnScreen) this.#stream.write('\r\u001b[K');
    this.#isOnScreen = false;
  }

  #write(progress: Progress): void {
    this.#shownAt = this.#now();
    const text = this.#text(progress);
    if (!this.#isDrawn) {
      this.#stream.write(`${text}\n`);
      return;
    }
    const filled = Math.floor((this.#percent / 100) * BAR_CELLS);
    const bar = `[${'#'.repeat(filled)}${'-'.repeat(BAR_CELLS - filled)}] ${text}`;
    // A line that wraps could not be redrawn.
    this.#stream.write(`\r${bar.slice(0, widthOf(this.#stream) - 1)}\u001b[K`);
    this.#isOnScreen = true;
  }

  #text(progress: Progress): string {
    const left = progress.millisecondsLeft;
    const time = left === undefined || this.#percent >= 100 ? '' : `, ${durationInWords(left)} left`;
    return `${String(Math.floor(this.#percent)).padStart(3)} %${time}: ${neutraliseMessage(progress.activity)}`;
  }
}
