import type { Browser, ConsoleMessage, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, RULES_OF_COLOURS } from '../../support/axe.ts';
import { launchBrowser } from '../../support/renderer-preview.ts';
import { furtherScreens, nameOf, openShownScreen, shownScreens } from '../support/shown-screens.ts';
import type { ShownScreen } from '../support/shown-screens.ts';
import { ShownWindow } from '../support/shown-window.ts';

/**
 * Every screen of the window, its tabs and parts, with real data: the page that ships, under the window's own content
 * security policy, in a plain Chromium. What follows from the page alone needs no window around it.
 */
const NORMAL = { width: 1280, height: 800 };
const LARGE = { width: 1920, height: 1080 };

let shownWindow: ShownWindow;
let browser: Browser;
let page: Page;
let screens: readonly ShownScreen[];
const told: string[] = [];

beforeAll(async () => {
  [shownWindow, browser] = await Promise.all([ShownWindow.open(), launchBrowser()]);
  const { ids } = shownWindow.realm;
  screens = [...shownScreens(ids), ...furtherScreens(ids)];
  const context = await browser.newContext({ viewport: NORMAL, reducedMotion: 'no-preference' });
  page = await context.newPage();
  page.on('console', (message: ConsoleMessage) => {
    if (['error', 'warning'].includes(message.type())) told.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => told.push(`thrown: ${error.message}`));
}, 120_000);

afterAll(async () => {
  await browser.close();
  await shownWindow[Symbol.asyncDispose]();
}, 60_000);

/** What is wider than the place that it has: nothing of a screen scrolls sideways but a table in its own frame. */
function tooWide(): Promise<string[]> {
  return page.evaluate(() => {
    const wide = [document.documentElement, document.body, ...document.querySelectorAll('#root *')].filter(
      (element) => {
        if (element.closest('.table-scroller, .visually-hidden') !== null) return false;
        const { overflowX } = getComputedStyle(element);
        const isScroller = element === document.documentElement || /auto|scroll/.test(overflowX);
        return isScroller && element.scrollWidth > element.clientWidth + 1;
      },
    );
    return wide.map(
      (element) => `${element.tagName} ${element.className}: ${element.scrollWidth} > ${element.clientWidth}`,
    );
  });
}

/** Letters are as large as somebody wants them; the lengths of the page follow. */
async function zoomText(percent: number): Promise<void> {
  await page.evaluate((size) => {
    document.documentElement.style.fontSize = `${size}%`;
  }, percent);
  // A container query holds from the next frame on.
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
}

async function setTheme(theme: 'light' | 'dark'): Promise<void> {
  await page.evaluate((name) => {
    document.documentElement.dataset['theme'] = name;
  }, theme);
}

describe('every screen of the window', { timeout: 240_000 }, () => {
  it('has no violation that axe-core finds in either theme, never scrolls sideways, and tells the console nothing', async () => {
    const flaws: string[] = [];
    for (const shown of screens) {
      told.length = 0;
      const name = nameOf(shown);
      await openShownScreen(page, shownWindow.urlOf(shown), shown);
      await setTheme('light');
      flaws.push(...(await axeViolations(page)).map((flaw) => `${name}, light: ${flaw}`));
      await setTheme('dark');
      flaws.push(...(await axeViolations(page, RULES_OF_COLOURS)).map((flaw) => `${name}, dark: ${flaw}`));
      for (const [size, percent] of [
        [NORMAL, 100],
        [NORMAL, 200],
        [LARGE, 100],
        [LARGE, 200],
      ] as const) {
        await page.setViewportSize(size);
        await zoomText(percent);
        const where = `${name} at ${size.width}x${size.height}, text ${percent} %`;
        flaws.push(...(await tooWide()).map((flaw) => `${where}: ${flaw}`));
      }
      await page.setViewportSize(NORMAL);
      flaws.push(...told.map((flaw) => `${name}: ${flaw}`));
    }
    expect(flaws).toEqual([]);
  });

  it('moves nothing for whoever wants reduced motion, and does where nobody asked', async () => {
    const [overview] = screens;
    if (overview === undefined) throw new Error('there are no screens');
    /** What moves on the screen, with both things that move while somebody waits put on it. */
    const moving = async (motion: 'reduce' | 'no-preference'): Promise<string[]> => {
      await page.emulateMedia({ reducedMotion: motion });
      await openShownScreen(page, shownWindow.urlOf(overview), overview);
      return page.evaluate(() => {
        document
          .querySelector('main')
          ?.insertAdjacentHTML(
            'beforeend',
            '<i class="turning"></i><i class="progress-track" data-unknown><i class="progress-fill"></i></i>',
          );
        const isLong = (times: string): boolean => times.split(',').some((time) => parseFloat(time) > 0.01);
        return [...document.querySelectorAll('*')].flatMap((element) => {
          const { animationName, transitionDuration } = getComputedStyle(element);
          // What appears a moment later does not move.
          const isAnimated = !/^(?:none|appear)$/.test(animationName);
          return isAnimated || isLong(transitionDuration) ? [`${element.tagName} ${animationName}`] : [];
        });
      });
    };
    expect(await moving('no-preference')).toEqual(expect.arrayContaining(['I turn', 'I wander']));
    expect(await moving('reduce')).toEqual([]);
  });
});
