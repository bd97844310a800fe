import type { Locator, Page } from 'playwright-core';

/** What every journey has: its steps, the step that is shown, the buttons at its foot, and errors in their place. */
export class JourneyPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  button(name: string): Locator {
    return this.page.getByRole('main').getByRole('button', { name, exact: true });
  }

  field(label: string): Locator {
    // A field that must be filled in says so in its name.
    const name = new RegExp(`^${RegExp.escape(label)}( \\(needed\\))?$`);
    return this.page.getByRole('main').getByRole('textbox', { name });
  }

  group(label: string): Locator {
    return this.page.getByRole('radiogroup', { name: label, exact: true });
  }

  /** Waits for the step of this name. */
  async step(name: string): Promise<void> {
    await this.page.getByRole('heading', { level: 2, name, exact: true }).waitFor();
  }

  /** The step that is shown. */
  async currentStep(): Promise<string> {
    return (await this.page.locator('[aria-current=step]').innerText()).replace(/^\d+\s*/, '').trim();
  }

  /** Waits for an error, and tells its words. */
  async error(): Promise<string> {
    const alert = this.page.getByRole('main').getByRole('alert');
    await alert.waitFor();
    return alert.innerText();
  }

  async result(title: string): Promise<void> {
    await this.page.getByRole('heading', { level: 3, name: title }).waitFor();
  }
}
