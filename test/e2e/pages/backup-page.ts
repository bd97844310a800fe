import type { Page } from 'playwright-core';
import { Keyboard } from '../support/keyboard.ts';
import { DialogPage } from './dialog-page.ts';
import { JourneyPage } from './journey-page.ts';
import { TablePage } from './table-page.ts';

/** Backing up, by keyboard alone. */
export class BackupPage extends JourneyPage {
  readonly keyboard: Keyboard;

  constructor(page: Page) {
    super(page);
    this.keyboard = new Keyboard(page);
  }

  /** Opens the journey anew, whatever is shown. */
  async open(params: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.page.evaluate("window.location.hash = '#/settings'");
    await this.page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    const query = new URLSearchParams(params).toString();
    await this.page.evaluate(`window.location.hash = '#/backup?${query}'`);
    await this.step('What');
  }

  get contents(): TablePage {
    return new TablePage(this.page, 'What goes in and what stays out');
  }

  table(name: string): TablePage {
    return new TablePage(this.page, name);
  }

  dialog(title: string | RegExp): DialogPage {
    return new DialogPage(this.page, title);
  }

  async press(button: string): Promise<void> {
    await this.keyboard.press(this.button(button));
  }

  async choose(group: string, name: RegExp): Promise<void> {
    await this.keyboard.choose(this.group(group), name);
  }

  async type(label: string, text: string): Promise<void> {
    await this.keyboard.type(this.field(label), text);
  }

  async chooseBucket(name: RegExp): Promise<void> {
    await this.keyboard.select(this.page.getByRole('button', { name: /Bucket$/ }), name);
  }

  /** What the review says of a term. */
  async reviewed(term: string): Promise<string> {
    const item = this.page
      .getByRole('main')
      .locator('.description', { has: this.page.getByText(term, { exact: true }) });
    return (await item.locator('dd').innerText()).replace(/\s+/g, ' ');
  }
}
