import { rm } from 'node:fs/promises';
import { buildPage, startPreview } from '../../support/renderer-preview.ts';
import type { RendererPreview } from '../../support/renderer-preview.ts';
import { servePreview } from '../../support/preview-server.ts';
import type { PreviewServer } from '../../support/preview-server.ts';
import { openShownRealm } from '../../support/shown-realm.ts';
import type { ShownRealm } from '../../support/shown-realm.ts';
import type { ShownScreen } from './shown-screens.ts';

/** The page of the window in a plain browser, on a realm that is in use and on a home without one. */
export class ShownWindow implements AsyncDisposable {
  readonly realm: ShownRealm;
  readonly #used: PreviewServer;
  readonly #fresh: RendererPreview;
  readonly #page: string;

  private constructor(realm: ShownRealm, used: PreviewServer, fresh: RendererPreview, page: string) {
    this.realm = realm;
    this.#used = used;
    this.#fresh = fresh;
    this.#page = page;
  }

  static async open(): Promise<ShownWindow> {
    const [page, realm] = await Promise.all([buildPage(), openShownRealm()]);
    const fresh = await startPreview({ page, isFresh: true });
    return new ShownWindow(realm, await servePreview(page, realm.host), fresh, page);
  }

  /** Where a screen is shown. */
  urlOf({ isFresh }: ShownScreen): string {
    return isFresh === true ? this.#fresh.url : this.#used.url;
  }

  setTheme(theme: 'light' | 'dark'): void {
    for (const window of [this.realm.window, this.#fresh.window]) {
      window.settings = { ...window.settings, theme };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#used.close();
    await this.#fresh[Symbol.asyncDispose]();
    await this.realm[Symbol.asyncDispose]();
    await rm(this.#page, { recursive: true, force: true });
  }
}
