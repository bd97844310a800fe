import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserWindow } from 'electron';
import type { ElectronApplication, JSHandle, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, fixtureApp, launchFixture, standInProgram } from '../../support/electron-fixture.ts';

/** What the fixture's main code offers to these tests. */
interface FixtureMain {
  readonly noted: { readonly crashes: string[] };
  openWindow(options?: object, url?: string): Promise<number>;
}

let folder: string;
let app: ElectronApplication;
let page: Page;

beforeAll(async () => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'strongroom-test-'));
  app = await launchFixture({
    userData: join(folder, 'data'),
    leavesColours: true,
    environment: {
      STRONGROOM_STAND_IN_DIALOGS: JSON.stringify({
        showOpenDialog: [{ canceled: false, filePaths: ['/laid/out'] }],
      }),
    },
  });
  page = await app.firstWindow();
});

afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Opens a window in main and waits for its page. */
async function openWindow(options: object, url?: string): Promise<Page> {
  const opened = app.waitForEvent('window');
  await app.evaluate(
    (_electron, [given, address]) => (globalThis as unknown as FixtureMain).openWindow(given, address),
    [options, url] as const,
  );
  return opened;
}

describe('the program', () => {
  it('looks like Electron to main’s code', async () => {
    const seen = await app.evaluate(({ app: electronApp, webContents }) => ({
      argv: process.argv,
      type: process.type,
      versions: [process.versions.electron, process.versions.chrome].join(),
      isDefaultApp: process.defaultApp,
      name: electronApp.getName(),
      version: electronApp.getVersion(),
      folder: electronApp.getAppPath(),
      isPackaged: electronApp.isPackaged,
      userData: electronApp.getPath('userData'),
      pages: webContents.getAllWebContents().length,
    }));
    const userData = join(folder, 'data');
    expect(seen).toEqual({
      argv: [standInProgram, fixtureApp, `--user-data-dir=${userData}`],
      type: 'browser',
      versions: expect.stringMatching(/^\d+\.\d+\.\d+,\d+\./) as string,
      isDefaultApp: true,
      name: 'electron-fixture-app',
      version: '1.2.3',
      folder: fixtureApp,
      isPackaged: false,
      userData,
      pages: 1,
    });
  });

  it('has a menu, a theme, and dialogs that a test answers', async () => {
    const seen = await app.evaluate(async ({ Menu, dialog, shell, safeStorage }) => {
      const clicks: string[] = [];
      const menu = Menu.buildFromTemplate([
        { label: 'File', submenu: [{ id: 'open', label: 'Open', click: ({ label }) => clicks.push(label) }] },
      ]);
      Menu.setApplicationMenu(menu);
      Menu.getApplicationMenu()?.getMenuItemById('open')?.click();
      return {
        clicks,
        laidOut: await dialog.showOpenDialog({}),
        afterwards: await dialog.showOpenDialog({}),
        refused: await shell.openExternal('https://example.invalid/').catch(() => 'refused'),
        canEncrypt: await safeStorage.isAsyncEncryptionAvailable(),
      };
    });
    expect(seen).toEqual({
      clicks: ['Open'],
      laidOut: { canceled: false, filePaths: ['/laid/out'] },
      afterwards: { canceled: true, filePaths: [] },
      refused: 'refused',
      canEncrypt: false,
    });
  });

  it('lets pages prefer the theme that main wants', async () => {
    const isDark = `matchMedia('(prefers-color-scheme: dark)').matches`;
    for (const theme of ['dark', 'light'] as const) {
      await app.evaluate(({ nativeTheme }, wanted) => void (nativeTheme.themeSource = wanted), theme);
      await eventually(theme, async () => (await page.evaluate(isDark)) === (theme === 'dark'));
    }
  });
});

describe('windows', () => {
  it('has the size that main gave it, and shows it in a screenshot', async () => {
    expect(await page.evaluate(`[innerWidth, innerHeight]`)).toEqual([1280, 800]);
    const png = await page.screenshot();
    // Width and height stand in a PNG's first chunk.
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1280, 800]);
    await page.setViewportSize({ width: 640, height: 480 });
    expect(await page.evaluate(`[innerWidth, innerHeight]`)).toEqual([640, 480]);
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('finds the window of a page', async () => {
    const window = (await app.browserWindow(page)) as JSHandle<BrowserWindow>;
    expect(
      await window.evaluate((found) => [found.getTitle(), found.getContentSize(), found.isVisible()]),
    ).toEqual(['Fixture', [1280, 800], true]);
  });

  it('opens a second window whose messages are its own, and closes it alone', async () => {
    const second = await openWindow({ webPreferences: { additionalArguments: ['--second'] } });
    expect(await second.evaluate(`fixture.argumentsSeen()`)).toEqual(['--second']);
    expect(await page.evaluate(`fixture.argumentsSeen()`)).toEqual([]);
    expect(await second.evaluate(`[innerWidth, innerHeight]`)).toEqual([1000, 700]);
    const told = page.evaluate(
      `new Promise((resolve) => { const takeOff = fixture.onTold((value) => { takeOff(); resolve(value); }); })`,
    );
    await second.evaluate(`fixture.ask('for the second only')`);
    await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]!.webContents.send('told', 'from main'),
    );
    expect(await told).toBe('from main');
    await second.close();
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
    expect(await page.title()).toBe('Fixture');
  });

  it('closes a modal window with its parent', async () => {
    const parent = await openWindow({});
    const modal = app.waitForEvent('window');
    await app.evaluate(({ BrowserWindow }) =>
      (globalThis as unknown as FixtureMain).openWindow({
        parent: BrowserWindow.getAllWindows()[1],
        modal: true,
        width: 400,
        height: 300,
      }),
    );
    const closed = (await modal).waitForEvent('close');
    expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[2]!.isModal())).toBe(true);
    await parent.close();
    await closed;
    await eventually('one page', () => app.windows().length === 1);
  });

  it('keeps a window whose closing main prevents', async () => {
    const second = await openWindow({});
    const isOpen = await app.evaluate(({ BrowserWindow }) => {
      const window = BrowserWindow.getAllWindows()[1]!;
      window.once('close', (event) => event.preventDefault());
      window.close();
      return !window.isDestroyed();
    });
    expect(isOpen).toBe(true);
    await second.close();
  });

  it('rejects the loading of what is not there', async () => {
    const failure = openWindow({}, 'https://nowhere.invalid/').catch(String);
    expect(await failure).toMatch(/ERR_[A-Z_]+ \(-2\) loading 'https:\/\/nowhere\.invalid\/'/);
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[1]!.destroy());
    await eventually('one page', () => app.windows().length === 1);
  });

  it.each([{ contextIsolation: false }, { sandbox: false }, { nodeIntegration: true }])(
    'refuses to pretend that a page runs with %o',
    async (webPreferences) => {
      const failure = await app
        .evaluate(
          ({ BrowserWindow }, given) => new BrowserWindow({ webPreferences: given }).id,
          webPreferences,
        )
        .catch(String);
      expect(failure).toMatch(/only has windows with contextIsolation/);
      expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
    },
  );
});

describe('a page that is loaded anew', () => {
  it('loses its own calls, while main works on', async () => {
    await page.evaluate(`void fixture.invoke('wait', 300)`);
    await page.reload();
    expect(await page.evaluate(`fixture.invoke('echo', 'again').then(({ value }) => value)`)).toBe('again');
    await page.evaluate(`fixture.invoke('wait', 300)`);
  });

  it('comes back after its renderer has crashed', async () => {
    await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]!.webContents.forcefullyCrashRenderer(),
    );
    await eventually('a crash that main hears of', () =>
      app.evaluate(() => (globalThis as unknown as FixtureMain).noted.crashes.includes('crashed')),
    );
    await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]!.loadURL('app://bundle/index.html'),
    );
    const value = await app.evaluate(async ({ BrowserWindow }): Promise<unknown> =>
      BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript(
        `fixture.invoke('echo', 'after the crash').then(({ value }) => value)`,
      ),
    );
    expect(value).toBe('after the crash');
  });
});
