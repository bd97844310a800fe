/**
 * Writes a picture of each screen in both themes, and the page that shows them, to docs/screenshots.
 * A plain Chromium shows the window's page on a practice realm; the host of the window adds nothing to be seen but its frame.
 * With names of screens it makes these anew: `npm run screenshots -- overview access`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { withPalette } from '../support/palette-png.ts';
import { launchBrowser } from '../support/renderer-preview.ts';
import { LOOKED_AT } from '../support/shown-realm.ts';
import { openShownScreen, shownScreens } from './support/shown-screens.ts';
import type { ShownScreen } from './support/shown-screens.ts';
import { ShownWindow } from './support/shown-window.ts';

const THEMES = ['light', 'dark'] as const;
const folder = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));
const wanted = new Set(process.argv.slice(2));

await using shownWindow = await ShownWindow.open();
const all = shownScreens(shownWindow.realm.ids);
await mkdir(folder, { recursive: true });
const browser = await launchBrowser();
try {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    timezoneId: 'Europe/Zurich',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.clock.setFixedTime(LOOKED_AT);
  for (const theme of THEMES) {
    shownWindow.setTheme(theme);
    for (const shown of all) {
      if (wanted.size > 0 && !wanted.has(shown.screen)) continue;
      await writePicture(page, shown, theme);
    }
  }
} finally {
  await browser.close();
}
await writeFile(join(folder, 'README.md'), pageOfAll(all));

async function writePicture(page: Page, shown: ShownScreen, theme: string): Promise<void> {
  await openShownScreen(page, shownWindow.urlOf(shown), shown);
  // The focus is where a keyboard begins; a picture is to show none.
  await page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    document.querySelector('main')?.scrollTo(0, 0);
  });
  const name = `${shown.screen}-${theme}.png`;
  const picture = withPalette(await page.screenshot({ animations: 'disabled', caret: 'hide' }));
  await writeFile(join(folder, name), picture);
  process.stdout.write(`${name}: ${Math.ceil(picture.length / 1024)} KiB\n`);
}

function pageOfAll(screens: readonly ShownScreen[]): string {
  return [
    '# Screens of the window',
    '',
    'Made by `npm run screenshots` from a practice realm of two SoftHSM tokens, at 1280 x 800. A plain Chromium shows the',
    'window’s page here; what the operating system puts around it is left out.',
    '',
    ...screens.flatMap(({ screen, sentence }) => [
      `## ${screen}`,
      '',
      sentence,
      '',
      ...THEMES.map((theme) => `![${screen}, ${theme}](${screen}-${theme}.png)`),
      '',
    ]),
  ].join('\n');
}
