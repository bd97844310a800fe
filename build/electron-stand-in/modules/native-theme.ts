import { EventEmitter } from 'node:events';
import type { DevToolsSession } from '../browser/connection.ts';

type ThemeSource = 'system' | 'light' | 'dark';

/** Electron's `nativeTheme`. What the desktop prefers is not known here: 'system' is what Chromium makes of it. */
class NativeTheme extends EventEmitter {
  #source: ThemeSource = 'system';
  readonly #pages = new Set<DevToolsSession>();

  get themeSource(): ThemeSource {
    return this.#source;
  }

  set themeSource(source: ThemeSource) {
    this.#source = source;
    for (const page of this.#pages) void this.#apply(page);
    this.emit('updated');
  }

  get shouldUseDarkColors(): boolean {
    return this.#source === 'dark';
  }

  /** Keeps a page's prefers-color-scheme as main's code wants it. */
  async follow(page: DevToolsSession): Promise<void> {
    this.#pages.add(page);
    if (this.#source !== 'system') await this.#apply(page);
  }

  unfollow(page: DevToolsSession): void {
    this.#pages.delete(page);
  }

  async #apply(page: DevToolsSession): Promise<void> {
    const value = this.#source === 'system' ? '' : this.#source;
    await page.trySend('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] });
  }
}

export const nativeTheme = new NativeTheme();
