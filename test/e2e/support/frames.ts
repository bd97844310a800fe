import type { CDPSession, Locator, Page } from 'playwright-core';

/** What something cost the page's main thread. */
export interface Cost {
  /** Frames that were drawn meanwhile. */
  readonly frames: number;
  /** Processor time of the thread that scripts, styles and layout run on, in milliseconds. */
  readonly milliseconds: number;
}

/**
 * Measures in processor time of the page's main thread, not in time that passed: what other programs of a busy machine do
 * is not the page's.
 */
export class FrameMeter {
  readonly #page: Page;
  readonly #debugger: CDPSession;

  private constructor(page: Page, session: CDPSession) {
    this.#page = page;
    this.#debugger = session;
  }

  static async of(page: Page): Promise<FrameMeter> {
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    return new FrameMeter(page, session);
  }

  async costOf(act: () => Promise<unknown>): Promise<Cost> {
    const recording = await this.#page.evaluateHandle(() => {
      const state = { isOver: false, frames: 0 };
      const next = (): void => {
        state.frames += 1;
        if (!state.isOver) requestAnimationFrame(next);
      };
      requestAnimationFrame(next);
      return state;
    });
    const before = await this.#busy();
    await act();
    const milliseconds = (await this.#busy()) - before;
    const frames = await recording.evaluate((state) => {
      state.isOver = true;
      return state.frames;
    });
    await recording.dispose();
    return { frames, milliseconds };
  }

  async #busy(): Promise<number> {
    const { metrics } = await this.#debugger.send('Performance.getMetrics');
    const busy = metrics.find(({ name }) => name === 'TaskDuration');
    if (busy === undefined) throw new Error('the page does not tell how busy it is');
    return busy.value * 1000;
  }
}

/** Scrolls an element through all that it has, a step a frame. */
export async function scrollThrough(scroller: Locator, steps: number): Promise<void> {
  await scroller.evaluate(
    (element, count) =>
      new Promise<void>((resolve) => {
        const distance = (element.scrollHeight - element.clientHeight) / count;
        let step = 0;
        const next = (): void => {
          step += 1;
          element.scrollTop = distance * step;
          if (step < count) requestAnimationFrame(next);
          else requestAnimationFrame(() => resolve());
        };
        requestAnimationFrame(next);
      }),
    steps,
  );
}
