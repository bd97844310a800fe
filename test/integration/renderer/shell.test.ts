import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations } from '../../support/axe.ts';
import { OFFICER } from '../../support/operators.ts';
import { launchBrowser, settled, startPreview } from '../../support/renderer-preview.ts';
import type { RendererPreview } from '../../support/renderer-preview.ts';

let preview: RendererPreview;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  [preview, browser] = await Promise.all([startPreview(), launchBrowser()]);
  page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
}, 120_000);

afterAll(async () => {
  await browser.close();
  await preview[Symbol.asyncDispose]();
});

async function open(hash: string): Promise<void> {
  await page.goto('about:blank');
  await page.goto(`${preview.url}${hash}`);
  await settled(page);
}

describe('the shell', () => {
  it('has landmarks, one h1, and a way past the navigation', async () => {
    await open('#/settings');
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
    await page.getByRole('banner').getByText('PRACTICE').waitFor();
    expect(await page.locator('h1').count()).toBe(1);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    expect(new URL(page.url()).hash).toBe('#/settings');
  });

  it('moves by keyboard, comes back by history, and keeps its place over a reload', async () => {
    await open('#/settings');
    await page.getByRole('link', { name: 'Regions' }).press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Regions' }).waitFor();
    expect(await page.getByRole('link', { name: 'Regions' }).getAttribute('aria-current')).toBe('page');
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Regions' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
  });

  it.each(['light', 'dark'] as const)(
    'axe finds nothing in the %s theme, signed in and locked',
    async (theme) => {
      preview.window.settings = { ...preview.window.settings, theme };
      await open('#/settings');
      expect(await page.evaluate('document.documentElement.dataset.theme')).toBe(theme);
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole('banner').getByRole('button', { name: 'Lock' }).press('Enter');
      await page.getByRole('heading', { name: 'Strongroom is locked' }).waitFor();
      expect(await axeViolations(page)).toEqual([]);
      expect(await page.getByLabel('Operator').inputValue()).toBe(OFFICER);
      await page.getByRole('button', { name: 'Unlock' }).press('Enter');
      await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    },
  );

  it('says why an operator could not sign in, and stays', async () => {
    preview.strongroom.signOut();
    await open('#/settings');
    await page.getByLabel('Operator').fill('nobody');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Operator').fill(OFFICER);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
  });

  it('shows work while it runs, and no longer when it ended', async () => {
    await open('#/settings');
    const { data } = await preview.strongroom.call('vault.list', {});
    await page.evaluate(`
      window.seen = [];
      new MutationObserver(() => {
        const work = document.querySelector('.header-work');
        if (work !== null) window.seen.push(work.textContent);
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    `);
    const backupLocation = { destination: 'BUCKET', bucketName: 'fra' };
    await page.evaluate(
      `window.strongroom.call('vault.backup', ${JSON.stringify({ vaultId: data[0]?.id, backupLocation })})`,
    );
    await expect.poll(() => page.locator('.header-work').count()).toBe(0);
    const seen: string[] = await page.evaluate('window.seen');
    expect(seen.some((text) => /^Backup vault\d+%$/.test(text))).toBe(true);
  });

  it('fits a window whose text is twice as large', async () => {
    await open('#/settings');
    await page.evaluate("document.documentElement.style.fontSize = '200%'");
    const isScrolling = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
    expect(await page.evaluate(isScrolling)).toBe(false);
    await page.getByRole('link', { name: 'Vaults' }).waitFor();
  });

  it('needs no more than the content security policy allows', () => {
    expect(complaints).toEqual([]);
  });
});
