import { Chromium } from '../browser/chromium.ts';
import type { DevToolsSession } from '../browser/connection.ts';
import { profileIn, temporaryProfile } from '../browser/profile.ts';
import { BrowserWindows, type WindowsListener } from '../browser/windows.ts';

export interface HostBrowserOptions extends WindowsListener {
  /** The app's own choice of a data folder, if it made one: then the browser's files are kept in it. */
  readonly chosenUserData: string | undefined;
  readonly userData: string;
  readonly switches: ReadonlyMap<string, string>;
  readonly onBrowserGone: (exitCode: number | null) => void;
}

/** The one browser behind all windows of this process. */
class HostBrowser {
  #chromium: Chromium | undefined;
  #windows: BrowserWindows | undefined;

  /** The conversation with the browser as a whole. */
  get session(): DevToolsSession {
    return this.#running().connection.browser;
  }

  async start(options: HostBrowserOptions): Promise<void> {
    const { chosenUserData, userData, switches, onBrowserGone } = options;
    const profile = chosenUserData === undefined ? temporaryProfile() : profileIn(chosenUserData);
    const chromium = new Chromium({ profile, switches, portFileFolder: userData, onGone: onBrowserGone });
    this.#chromium = chromium;
    process.on('exit', () => {
      chromium.kill();
      profile.remove();
    });
    const { product } = await this.session.send('Browser.getVersion');
    Object.defineProperty(process.versions, 'chrome', { value: product.split('/').at(-1), enumerable: true });
    // Electron would ask where to save; nobody can be asked here.
    await this.session.send('Browser.setDownloadBehavior', { behavior: 'deny' });
    this.#windows = new BrowserWindows(chromium, options);
    await this.#windows.start();
  }

  async openWindow(...given: Parameters<BrowserWindows['open']>): Promise<void> {
    if (this.#windows === undefined) throw new Error('The browser does not run yet.');
    await this.#windows.open(...given);
  }

  async close(): Promise<void> {
    await this.#chromium?.close();
  }

  #running(): Chromium {
    if (this.#chromium === undefined) throw new Error('The browser does not run yet.');
    return this.#chromium;
  }
}

export const hostBrowser = new HostBrowser();
