import react from '@vitejs/plugin-react';
import { existsSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import type { Strongroom } from '../../main/strongroom.ts';
import type { Theme } from '../../shared/contract/window-contract.ts';
import { axeViolations } from './axe.ts';
import { servePreview } from './preview-server.ts';
import { twoRegionsWithSample } from './preview-sample.ts';
import { PreviewWindow } from './preview-window.ts';
import { practiceToken, practiceTokenFolder } from './practice-tokens.ts';
import { openHome } from './two-regions.ts';

/** The page of the window in a plain browser, on a real Strongroom. For looking at screens, and for tests of them. */
export interface RendererPreview extends AsyncDisposable {
  readonly url: string;
  readonly window: PreviewWindow;
  readonly strongroom: Strongroom;
  /** Holds the home, the tokens and the buckets. */
  readonly folder: string;
}

export interface PreviewOptions {
  readonly theme?: Theme;
  /** A home without a realm, and two tokens that nobody uses yet: first run. */
  readonly isFresh?: boolean;
  /** A folder of `buildPage`; default: it is built now. */
  readonly page?: string;
}

/**
 * Builds a page into a folder of its own.
 * @param source folder of its index.html, from the top of the project.
 * @returns the folder.
 */
export async function buildPage(source = 'renderer'): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-page-'));
  const root = fileURLToPath(new URL(`../../${source}`, import.meta.url));
  // The test runner's own value would make another page than the one that ships.
  process.env['NODE_ENV'] = 'production';
  await build({
    configFile: false,
    logLevel: 'warn',
    root,
    base: './',
    plugins: [react()],
    build: {
      outDir: folder,
      emptyOutDir: true,
      minify: false,
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      rolldownOptions: { input: join(root, 'index.html') },
    },
  });
  return folder;
}

export async function startPreview(options: PreviewOptions = {}): Promise<RendererPreview> {
  const [page, home] = await Promise.all([
    options.page ?? buildPage(),
    options.isFresh === true ? freshHome() : sampleHome(),
  ]);
  const window = new PreviewWindow({
    strongroom: () => home.strongroom,
    folder: home.folder,
    settings: { theme: options.theme ?? 'light', idleLockMinutes: 10 },
    isPractice: options.isFresh !== true,
  });
  const server = await servePreview(page, window);
  return {
    url: server.url,
    window,
    strongroom: home.strongroom,
    folder: home.folder,
    async [Symbol.asyncDispose]() {
      await server.close();
      await home.end();
      if (options.page === undefined) await rm(page, { recursive: true, force: true });
    },
  };
}

interface PreviewHome {
  readonly strongroom: Strongroom;
  readonly folder: string;
  end(): Promise<void>;
}

async function sampleHome(): Promise<PreviewHome> {
  const regions = await twoRegionsWithSample();
  return {
    strongroom: regions.strongroom,
    folder: regions.folder,
    end: () => regions[Symbol.asyncDispose](),
  };
}

async function freshHome(): Promise<PreviewHome> {
  const folder = practiceTokenFolder();
  const fra = await practiceToken('SoftHSM', { label: 'fra' });
  const zrh = await practiceToken('SoftHSM', { label: 'zrh', beside: fra });
  const strongroom = await openHome(join(folder, 'home'), [fra, zrh]);
  return {
    strongroom,
    folder,
    end: async () => {
      await strongroom.close();
      await fra.remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The machine's own Chromium: none is downloaded. */
export async function launchBrowser(): Promise<Browser> {
  const named = process.env['STRONGROOM_CHROMIUM'];
  const known = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  const executablePath = named ?? known.find((path) => existsSync(path));
  if (executablePath === undefined)
    throw new Error('no Chromium is here, and STRONGROOM_CHROMIUM names none');
  return chromium.launch({
    executablePath,
    // Chromium's sandbox refuses to run as root.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
}

/** Waits until the page shows a screen and nothing of it is being loaded. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.locator('.loading').first().waitFor({ state: 'detached', timeout: 10_000 });
}

const USAGE = `node test/support/renderer-preview.ts [--screenshot SCREEN FILE.png]... [options]
  --screenshot SCREEN   a screen's navigation name, with params as in the hash: vault?vaultId=...
  --theme light|dark    --size 1280x800    --zoom 2 (text)    --axe (check each screen)
  --vault | --key       adds the sample's first vaultId or keyId to the screen's params
  --fresh               a home without a realm    --signed-out
  --script FILE         a module whose \`drive(page)\` is awaited before each screenshot
  --serve               stay, and print the address`;

if (import.meta.filename === process.argv[1]) await main();

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      screenshot: { type: 'boolean', default: false },
      theme: { type: 'string', default: 'light' },
      size: { type: 'string', default: '1280x800' },
      zoom: { type: 'string', default: '1' },
      axe: { type: 'boolean', default: false },
      vault: { type: 'boolean', default: false },
      key: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
      'signed-out': { type: 'boolean', default: false },
      script: { type: 'string' },
      serve: { type: 'boolean', default: false },
    },
  });
  if (positionals.length === 0 && !values.serve) {
    process.stdout.write(`${USAGE}\n`);
    return;
  }
  await using preview = await startPreview({ theme: values.theme as Theme, isFresh: values.fresh });
  const params = new URLSearchParams();
  if (values.vault || values.key) {
    const vaults = await preview.strongroom.call('vault.list', {});
    const vaultId = vaults.data.find(({ displayName }) => displayName === 'Payments Vault')?.id ?? '';
    params.set('vaultId', vaultId);
    if (values.key) {
      params.set('keyId', (await preview.strongroom.call('key.list', { vaultId })).data[0]?.id ?? '');
    }
  }
  if (values['signed-out']) preview.strongroom.signOut();
  const browser = await launchBrowser();
  try {
    const [width = 1280, height = 800] = values.size.split('x').map(Number);
    const context = await browser.newContext({ viewport: { width, height } });
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') {
        process.stdout.write(`console: ${message.text()}\n`);
      }
    });
    page.on('pageerror', (error) => process.stdout.write(`page error: ${error.stack ?? error.message}\n`));
    for (let index = 0; index < positionals.length; index += 2) {
      const screen = positionals[index] ?? '';
      const file = positionals[index + 1];
      const query = params.toString();
      await page.goto('about:blank');
      await page.goto(`${preview.url}#/${screen}${query === '' ? '' : `?${query}`}`);
      if (values.zoom !== '1') {
        await page.evaluate(`document.documentElement.style.fontSize = '${Number(values.zoom) * 100}%'`);
      }
      await settled(page).catch((thrown: unknown) => process.stdout.write(`${screen}: ${String(thrown)}\n`));
      if (values.script !== undefined) {
        const { drive } = (await import(join(process.cwd(), values.script))) as {
          drive: (page: Page) => Promise<void>;
        };
        await drive(page);
      }
      if (file !== undefined) await page.screenshot({ path: file });
      if (values.axe) await reportAxe(page, screen);
    }
    if (values.serve) {
      process.stdout.write(`${preview.url}\n`);
      await new Promise((resolve) => process.once('SIGINT', resolve));
    }
  } finally {
    await browser.close();
  }
}

async function reportAxe(page: Page, screen: string): Promise<void> {
  const violations = await axeViolations(page);
  process.stdout.write(`${screen}: ${violations.length} axe violations\n`);
  for (const violation of violations) process.stdout.write(`  ${violation}\n`);
}
