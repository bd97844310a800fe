import type { StrongroomWindow } from '../support/launch-window.ts';
import { JourneyPage } from './journey-page.ts';

/** The recovery kits and the parts of their ceremony. */
export class RecoveryKitPage extends JourneyPage {
  readonly #window: StrongroomWindow;

  constructor(window: StrongroomWindow) {
    super(window.page);
    this.#window = window;
  }

  async open(): Promise<void> {
    await this.page
      .getByRole('navigation', { name: 'Main' })
      .getByRole('link', { name: 'Recovery kit' })
      .click();
    await this.page.getByRole('heading', { level: 1, name: 'Recovery kits' }).waitFor();
  }

  async fill(label: string, text: string): Promise<void> {
    await this.field(label).fill(text);
  }

  async press(button: string): Promise<void> {
    await this.button(button).click();
  }

  /** The shares that are in the list, as they are shown. */
  async shares(): Promise<string[]> {
    const list = this.page.getByRole('list', { name: /shares? read$/ });
    return (await list.getByRole('listitem').allInnerTexts()).map((text) => text.trim());
  }

  async addShareFile(path: string): Promise<void> {
    const before = await this.shares().catch(() => []);
    await this.#window.answerNextDialog(path);
    await this.press('Add a share from a file');
    await this.page.getByRole('list', { name: new RegExp(`^${before.length + 1} `) }).waitFor();
  }

  /** A custodian types a share in; what main says is wrong with it, or undefined once it was taken. */
  async typeShare(text: string): Promise<string | undefined> {
    const prompt = await this.#window.prompt();
    const closed = prompt.waitForEvent('close');
    await prompt.getByRole('textbox', { name: 'Share' }).fill(text);
    await prompt.getByRole('button', { name: 'Hand the share in' }).click();
    await closed;
    const listed = this.page.getByRole('list', { name: /shares? read$/ }).getByText('Typed in');
    const again = this.#window.prompt();
    again.catch(() => undefined);
    return Promise.race([
      listed.waitFor().then(() => undefined),
      again.then(async (next) => next.getByRole('alert').innerText()),
    ]);
  }
}
