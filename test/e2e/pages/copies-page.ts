import type { Page } from 'playwright-core';
import { Keyboard } from '../support/keyboard.ts';
import { DialogPage } from './dialog-page.ts';
import { JourneyPage } from './journey-page.ts';
import { TablePage } from './table-page.ts';

/** Copying, buckets, export, import and the rebuilt catalog, by keyboard alone. */
export class CopiesPage extends JourneyPage {
  readonly #keyboard: Keyboard;

  constructor(page: Page) {
    super(page);
    this.#keyboard = new Keyboard(page);
  }

  table(name: string | RegExp): TablePage {
    return new TablePage(this.page, name);
  }

  dialog(title: string | RegExp): DialogPage {
    return new DialogPage(this.page, title);
  }

  /** Shows a screen by its place in the location, as a link does. */
  async open(hash: string, heading: string): Promise<void> {
    await this.page.evaluate(`window.location.hash = '#/settings'`);
    await this.page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    await this.page.evaluate(`window.location.hash = '#/${hash}'`);
    await this.page.getByRole('heading', { level: 1, name: heading }).waitFor();
  }

  async press(button: string): Promise<void> {
    await this.#keyboard.press(this.button(button));
  }

  async choose(group: string, name: RegExp): Promise<void> {
    await this.#keyboard.choose(this.group(group), name);
  }

  async type(label: string, text: string): Promise<void> {
    await this.#keyboard.type(this.field(label), text);
  }

  async check(name: string): Promise<void> {
    await this.#keyboard.goTo(this.page.getByRole('main').getByRole('checkbox', { name }));
    await this.page.keyboard.press('Space');
  }

  /** Ticks rows of a table, as the row that has the focus does with Space. */
  async tick(table: string, row: RegExp): Promise<void> {
    await this.table(table).row(row).focus();
    await this.page.keyboard.press('Space');
  }

  /** Chooses in a list that opens. */
  async select(label: string, option: RegExp): Promise<void> {
    const button = this.page
      .getByRole('main')
      .getByRole('button', { name: new RegExp(`${RegExp.escape(label)}$`) });
    await this.#keyboard.select(button, option);
  }

  /** Chooses in the menu of a row. */
  async menu(label: RegExp, choice: string): Promise<void> {
    await this.#keyboard.open(
      this.page.getByRole('main').getByRole('button', { name: label }),
      this.page.getByRole('menuitem', { name: choice, exact: true }),
    );
  }

  async text(): Promise<string> {
    return (await this.page.getByRole('main').innerText()).replaceAll(/\s+/g, ' ');
  }
}
