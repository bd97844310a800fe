import { mkdtempSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { _electron } from 'playwright-core';
import type { ElectronApplication, Locator, Page } from 'playwright-core';
import { electronHost } from '../../../build/set-up/electron.mjs';
import type { CallAnswer, CallName, CallRequest, StrongroomBridge } from '../../../shared/contract/bridge.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** How long the window has to appear: the machine may be busy. */
const LAUNCH_MILLISECONDS = 30_000;
const CLOSE_MILLISECONDS = 15_000;

/** The window's page, as code that runs in it sees it. */
interface PageWindow {
  readonly strongroom: StrongroomBridge;
}

export interface LaunchOptions {
  /** The home's folder; default: a new one, which goes when the window is closed. */
  readonly home?: string;
  /** Opens a ready practice realm, beside the home. */
  readonly isPractice?: boolean;
  /** A sealed backup to open, as if it had been double-clicked. */
  readonly file?: string;
  /** Variables for the program beyond this process's own, such as those of practice tokens. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * The window, running on the real program: Electron where ELECTRON_OVERRIDE_DIST_PATH names it or npm has fetched it, else
 * the stand-in. `await using` closes it. What is built is what runs: `npm run build` first.
 */
export class StrongroomWindow implements AsyncDisposable {
  readonly app: ElectronApplication;
  /** The main window's page. */
  readonly page: Page;
  /** The home's folder, as it was asked for (a practice realm lies beside it). */
  readonly home: string;
  readonly #folder: string | undefined;

  private constructor(app: ElectronApplication, page: Page, home: string, folder: string | undefined) {
    this.app = app;
    this.page = page;
    this.home = home;
    this.#folder = folder;
  }

  static async launch(options: LaunchOptions = {}): Promise<StrongroomWindow> {
    const folder =
      options.home === undefined
        ? mkdtempSync(join(realpathSync(tmpdir()), 'strongroom-window-'))
        : undefined;
    const home = options.home ?? join(folder ?? '', 'home');
    const host = electronHost();
    // Playwright looks there itself; a path that it is given, it starts without its own loader.
    process.env['ELECTRON_OVERRIDE_DIST_PATH'] = host.folder;
    const app = await _electron.launch({
      cwd: root,
      args: [
        root,
        ...(options.isPractice === true ? ['--practice'] : []),
        ...(options.file === undefined ? [] : [options.file]),
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
      env: {
        ...definedOf(process.env),
        ...(host.isStandIn ? { STRONGROOM_STAND_IN_HEADLESS: '1' } : {}),
        ...options.environment,
        STRONGROOM_HOME: home,
      },
      // The program's own theme holds, as it does for users.
      colorScheme: null,
      timeout: LAUNCH_MILLISECONDS,
    });
    try {
      const page = await app.firstWindow({ timeout: LAUNCH_MILLISECONDS });
      await page.waitForURL(/\/index\.html/, { timeout: LAUNCH_MILLISECONDS });
      return new StrongroomWindow(app, page, home, folder);
    } catch (failure) {
      app.process().kill('SIGKILL');
      if (folder !== undefined) await rm(folder, { recursive: true, force: true, maxRetries: 20 });
      throw failure;
    }
  }

  /** Makes a call as the page would. @throws the error document, as JSON in the error's message. */
  async call<Name extends CallName>(name: Name, request: CallRequest<Name>): Promise<CallAnswer<Name>> {
    const reply = await this.page.evaluate(
      async ([asked, given]) => {
        const { strongroom } = window as unknown as PageWindow;
        try {
          return { answer: await strongroom.call(asked, given) };
        } catch (error) {
          return { error };
        }
      },
      [name, request] as unknown as readonly [CallName, never],
    );
    if ('error' in reply) throw new Error(JSON.stringify(reply.error));
    return reply.answer as CallAnswer<Name>;
  }

  /** The small window that asks for a PIN or a passphrase, once it is there. */
  async prompt(): Promise<Page> {
    const end = performance.now() + LAUNCH_MILLISECONDS;
    while (performance.now() < end) {
      const page = this.app.windows().find((each) => !each.isClosed() && each.url().endsWith('/prompt.html'));
      // One that was answered a moment ago may still be on the list.
      const isThere = await page
        ?.locator('form')
        .waitFor()
        .then(
          () => true,
          () => false,
        );
      if (page !== undefined && isThere === true && !page.isClosed()) return page;
      await setTimeout(50);
    }
    throw new Error('nothing was asked for');
  }

  /** Types a PIN or a passphrase into the prompt, a new one twice, and waits until the prompt is gone. */
  async enterSecret(secret: string): Promise<void> {
    const page = await this.prompt();
    const closed = page.isClosed() ? Promise.resolve() : page.waitForEvent('close');
    for (const field of await page.locator('input[type=password]').all()) await field.fill(secret);
    await clickAndGo(page.locator('button[type=submit]'));
    await closed;
  }

  /** Closes the prompt without an answer. */
  async cancelPrompt(): Promise<void> {
    const page = await this.prompt();
    const closed = page.waitForEvent('close');
    await clickAndGo(page.getByRole('button', { name: 'Cancel' }));
    await closed;
  }

  /** What the next dialog of the operating system answers: tests have nobody to click in it. */
  async answerNextDialog(path: string | undefined): Promise<void> {
    await this.app.evaluate(({ dialog }, chosen) => {
      const former = { ...dialog };
      const restore = (): void => void Object.assign(dialog, former);
      Object.assign(dialog, {
        showOpenDialog: async () => {
          restore();
          return { canceled: chosen === undefined, filePaths: chosen === undefined ? [] : [chosen] };
        },
        showSaveDialog: async () => {
          restore();
          return { canceled: chosen === undefined, filePath: chosen ?? '' };
        },
      });
    }, path);
  }

  /** Quits the program as a user does; one that does not end is killed, and that is an error. */
  async close(): Promise<void> {
    const child = this.app.process();
    const isEnded = await Promise.race([
      this.app.close().then(() => true),
      setTimeout(CLOSE_MILLISECONDS, false, { ref: false }),
    ]);
    if (!isEnded) child.kill('SIGKILL');
    if (this.#folder !== undefined) {
      await rm(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    }
    if (!isEnded) throw new Error(`the program did not end within ${CLOSE_MILLISECONDS / 1000} seconds`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Clicks what closes its window, which may be gone before Playwright has heard of its click. */
async function clickAndGo(button: Locator): Promise<void> {
  await button.click().catch((failure: unknown) => {
    if (!button.page().isClosed()) throw failure;
  });
}

function definedOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
