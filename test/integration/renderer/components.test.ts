import { rm } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, RULES_OF_COLOURS } from '../../support/axe.ts';
import { servePreview } from '../../support/preview-server.ts';
import type { PreviewServer } from '../../support/preview-server.ts';
import { buildPage, launchBrowser } from '../../support/renderer-preview.ts';

let folder: string;
let server: PreviewServer;
let browser: Browser;
let page: Page;
const calls: { name: string; request: unknown }[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  folder = await buildPage('test/unit/renderer/gallery');
  server = await servePreview(folder, {
    call: async (name, request) => {
      calls.push({ name, request });
      return name === 'dialog.choose' ? { path: '/media/stick/vault.sealed' } : {};
    },
    onEvent: () => () => undefined,
  });
  browser = await launchBrowser();
  page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
}, 120_000);

afterAll(async () => {
  await browser.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function show(name: string, theme = 'light'): Promise<void> {
  await page.goto('about:blank');
  await page.goto(`${server.url}#${name}/${theme}`);
  await page.locator('h1').waitFor();
}

const focusedRow = (): Promise<string | null> =>
  page.evaluate("document.activeElement.getAttribute('aria-label')");

describe('components by keyboard alone', () => {
  it('a table of 10,000 rows has only those in view in the document, and keys reach all of them', async () => {
    await show('table');
    expect(await page.getByRole('grid', { name: 'Keys' }).getAttribute('aria-rowcount')).toBe('10001');
    expect(await page.locator('.table-body [role=row]').count()).toBeLessThan(80);
    await page.locator('.table-body [role=row]').first().focus();
    await page.keyboard.press('End');
    expect(await focusedRow()).toBe('key 9999');
    expect(await page.getByRole('row', { name: 'key 9999' }).isVisible()).toBe(true);
    await page.keyboard.press('ArrowUp');
    expect(await focusedRow()).toBe('key 9998');
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    expect(await page.locator('output').textContent()).toBe('opened: key 9998, chosen: 1');
  });

  it('a table is searched, filtered and sorted', async () => {
    await show('table');
    await page.getByRole('button', { name: 'Disabled' }).click();
    await page.getByRole('button', { name: 'Versions' }).click();
    await page.getByRole('button', { name: 'Versions' }).click();
    expect(await page.getByRole('columnheader', { name: 'Versions' }).getAttribute('aria-sort')).toBe(
      'descending',
    );
    await page.getByRole('searchbox', { name: 'Search keys' }).fill('999');
    await page.getByText('2 of 10,000 keys').waitFor();
    await page.getByRole('searchbox', { name: 'Search keys' }).fill('no such key');
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByText('10,000 keys', { exact: true }).waitFor();
  });

  it('a menu and a copy button in a row are not the row', async () => {
    await show('table');
    await page.getByRole('button', { name: 'Copy the OCID' }).first().click();
    await page.getByText('The OCID was copied.').first().waitFor();
    expect(calls.at(-1)?.name).toBe('clipboard.copy');
    await page.getByRole('button', { name: 'Actions of key 1', exact: true }).press('Enter');
    await page.getByRole('menuitem', { name: 'Rotate' }).press('Enter');
    expect(await page.locator('output').textContent()).toBe('opened: rotate key 1, chosen: 0');
  });

  it('a select is opened, chosen from and closed', async () => {
    await show('controls');
    await page.getByRole('button', { name: /Region/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: 'eu-zurich-1' }).waitFor();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByText('region: eu-zurich-1').waitFor();
  });

  it('a dangerous change is confirmed by the name and nothing else', async () => {
    await show('controls');
    await page.getByRole('button', { name: 'Schedule deletion' }).press('Enter');
    const dialog = page.getByRole('alertdialog');
    const confirm = dialog.getByRole('button', { name: 'Schedule deletion' });
    await page.keyboard.type('Payments');
    expect(await confirm.isDisabled()).toBe(true);
    await page.keyboard.type(' Vault');
    await confirm.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('happened: scheduled').waitFor();
  });

  it('a path is chosen in the dialog of the system', async () => {
    await show('controls');
    await page.getByRole('button', { name: 'Choose a file' }).press('Enter');
    await expect
      .poll(() => page.getByLabel('Sealed backup', { exact: true }).inputValue())
      .toBe('/media/stick/vault.sealed');
  });

  it('a journey holds what is missing, shows what was refused, and gives each step’s heading the focus', async () => {
    await show('journey');
    expect(await page.getByRole('button', { name: 'Continue' }).isDisabled()).toBe(true);
    await page.getByLabel('Vault').fill('Payments Vault');
    await page.getByRole('button', { name: 'Continue' }).press('Enter');
    await page.waitForFunction("document.activeElement.textContent === 'Review'");
    await page.getByRole('button', { name: 'Back up now' }).press('Enter');
    await page.getByRole('alert').getByText('NotAuthenticated · WrongPin').waitFor();
    expect(await page.getByRole('heading', { level: 2 }).textContent()).toBe('Review');
    await page.getByRole('button', { name: 'Back up now' }).press('Enter');
    await page.getByRole('progressbar', { name: 'Backing up Payments Vault' }).waitFor();
    await page.getByText('about 2 minutes left').waitFor();
    expect(await page.getByRole('button', { name: 'Back', exact: true }).count()).toBe(0);
  });
});

describe.each(['light', 'dark'])('components in the %s theme', (theme) => {
  it.each(['controls', 'table', 'journey', 'charts', 'words'])(
    '%s: axe finds nothing',
    async (name) => {
      await show(name, theme);
      expect(await axeViolations(page, theme === 'dark' ? RULES_OF_COLOURS : undefined)).toEqual([]);
    },
    120_000,
  );
});

it('no component needs more than the content security policy allows', () => {
  expect(complaints).toEqual([]);
});
