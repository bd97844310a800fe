import type { Locator, Page } from 'playwright-core';
import { Keyboard } from '../support/keyboard.ts';
import { DialogPage } from './dialog-page.ts';
import { TablePage } from './table-page.ts';

/** The lists of vaults and of scheduled deletions, one vault, and one key: what they have in common, by keyboard. */
export class VaultsPage {
  readonly page: Page;
  readonly keyboard: Keyboard;

  constructor(page: Page) {
    this.page = page;
    this.keyboard = new Keyboard(page);
  }

  get vaults(): TablePage {
    return new TablePage(this.page, 'Vaults');
  }

  get deletions(): TablePage {
    return new TablePage(this.page, 'Scheduled deletions');
  }

  keysOf(vault: string): TablePage {
    return new TablePage(this.page, `Keys of ${vault}`);
  }

  versionsOf(key: string): TablePage {
    return new TablePage(this.page, `Versions of ${key}`);
  }

  dialog(title: string | RegExp): DialogPage {
    return new DialogPage(this.page, title);
  }

  button(name: string): Locator {
    // An empty list offers again what the screen's head offers.
    return this.page.getByRole('main').getByRole('button', { name, exact: true }).first();
  }

  /** Presses a button by its key. */
  async press(name: string): Promise<void> {
    await this.button(name).press('Enter');
  }

  /** Presses a button that Tab gets to, stop by stop: it takes its time. */
  async walkTo(name: string): Promise<void> {
    await this.keyboard.press(this.button(name));
  }

  async openVaults(tab = 'vaults'): Promise<void> {
    await this.page.evaluate(`window.location.hash = '#/settings'`);
    await this.heading('Settings');
    await this.page.evaluate(`window.location.hash = '#/vaults?tab=${tab}'`);
    await this.heading('Vaults');
  }

  /** Waits for the screen of this title. */
  async heading(title: string): Promise<void> {
    await this.page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
  }

  /** Shows a tab, as arrows do. */
  async tab(name: RegExp): Promise<void> {
    const tabs = this.page.getByRole('tab');
    await this.page.getByRole('tab', { selected: true }).focus();
    const count = await tabs.count();
    for (let step = 0; step < count; step += 1) {
      if ((await this.page.getByRole('tab', { name, selected: true }).count()) > 0) return;
      await this.page.keyboard.press('ArrowRight');
    }
    throw new Error(`no tab ${String(name)}`);
  }

  /** Chooses in a menu. */
  async menu(label: string, choice: string): Promise<void> {
    await this.press(label);
    const item = this.page.getByRole('menuitem', { name: choice, exact: true });
    await item.waitFor();
    for (let step = 0; step < 10; step += 1) {
      if (await item.evaluate((element) => element === document.activeElement)) break;
      await this.page.keyboard.press('ArrowDown');
    }
    await this.page.keyboard.press('Enter');
  }

  /** Waits for a toast. */
  async told(words: string | RegExp): Promise<void> {
    await this.page.getByText(words).first().waitFor();
  }
}
