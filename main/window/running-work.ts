import type { WindowEvent } from '../../shared/contract/bridge.ts';
import type { Progress } from '../../shared/domain/work-request.ts';

/**
 * The calls that are under way, and what the work requests among them say of themselves. It belongs to the program and
 * not to a page: a page that is loaded anew, as after a crash, is told what still runs.
 */
export class RunningWork {
  readonly #push: (event: WindowEvent) => void;
  readonly #progress = new Map<string, Progress>();
  #calls = 0;
  #waiting: (() => void)[] = [];

  constructor(push: (event: WindowEvent) => void) {
    this.#push = push;
  }

  /** Runs a call. @param call is given where to tell its progress. */
  async track<Result>(call: (onProgress: (progress: Progress) => void) => Promise<Result>): Promise<Result> {
    const own = new Set<string>();
    this.#calls += 1;
    try {
      return await call((progress) => {
        own.add(progress.workRequestId);
        this.#progress.set(progress.workRequestId, progress);
        this.#push({ kind: 'progress', progress });
      });
    } finally {
      this.#calls -= 1;
      for (const workRequestId of own) {
        this.#progress.delete(workRequestId);
        this.#push({ kind: 'ended', workRequestId });
      }
      if (this.#calls === 0) for (const resolve of this.#waiting.splice(0)) resolve();
    }
  }

  /** The newest word of each work request that runs, in the order in which they began. */
  get list(): Progress[] {
    return [...this.#progress.values()];
  }

  /** Resolves when no call is under way. */
  async whenIdle(): Promise<void> {
    if (this.#calls > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
