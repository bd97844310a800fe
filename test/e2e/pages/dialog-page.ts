import type { Locator, Page } from 'playwright-core';
import { Keyboard } from '../support/keyboard.ts';

/** A dialog by its title, worked by keyboard alone. */
export class DialogPage {
  readonly dialog: Locator;
  readonly #keyboard: Keyboard;

  constructor(page: Page, title: string | RegExp) {
    this.dialog = page
      .getByRole('dialog', { name: title })
      .or(page.getByRole('alertdialog', { name: title }));
    this.#keyboard = new Keyboard(page);
  }

  button(name: string): Locator {
    // The cross in its corner is called Close too.
    return this.dialog.getByRole('button', { name, exact: true }).last();
  }

  async press(name: string): Promise<void> {
    await this.#keyboard.press(this.button(name));
  }

  async type(label: string, text: string): Promise<void> {
    const name = new RegExp(`^${RegExp.escape(label)}( \\(needed\\))?$`);
    await this.#keyboard.type(this.dialog.getByRole('textbox', { name }), text);
  }

  async choose(group: string, name: RegExp): Promise<void> {
    await this.#keyboard.choose(this.dialog.getByRole('radiogroup', { name: group }), name);
  }

  /** Chooses in a list that opens. */
  async select(label: string, option: RegExp): Promise<void> {
    const name = new RegExp(`${RegExp.escape(label)}( \\(needed\\))?$`);
    await this.#keyboard.select(this.dialog.getByRole('button', { name }), option);
  }

  async check(name: string): Promise<void> {
    await this.#keyboard.goTo(this.dialog.getByRole('checkbox', { name }));
    await this.dialog.page().keyboard.press('Space');
  }

  async closed(): Promise<void> {
    await this.dialog.waitFor({ state: 'detached' });
  }
}
