import { Keyboard } from '../support/keyboard.ts';
import type { StrongroomWindow } from '../support/launch-window.ts';
import { JourneyPage } from './journey-page.ts';

/** The first run, by the keyboard alone: also in the small windows that ask for secrets. */
export class FirstRunPage extends JourneyPage {
  readonly #window: StrongroomWindow;
  readonly #keyboard: Keyboard;

  constructor(window: StrongroomWindow) {
    super(window.page);
    this.#window = window;
    this.#keyboard = new Keyboard(window.page);
  }

  async choose(group: string, name: RegExp): Promise<void> {
    await this.#keyboard.choose(this.group(group), name);
  }

  async type(label: string, text: string): Promise<void> {
    await this.#keyboard.type(this.field(label), text);
  }

  async press(button: string): Promise<void> {
    await this.#keyboard.press(this.button(button));
  }

  /** Types a secret where the focus is when the prompt appears, a new one twice, and confirms with Enter. */
  async typeSecret(secret: string, times: 1 | 2 = 1): Promise<void> {
    const prompt = await this.#window.prompt();
    const closed = prompt.waitForEvent('close');
    await prompt.keyboard.insertText(secret);
    if (times === 2) {
      await prompt.keyboard.press('Tab');
      await prompt.keyboard.insertText(secret);
    }
    await prompt.keyboard.press('Enter').catch(() => undefined);
    await closed;
  }

  /** Leaves the prompt with Escape. */
  async refuseSecret(): Promise<void> {
    const prompt = await this.#window.prompt();
    const closed = prompt.waitForEvent('close');
    await prompt.keyboard.press('Escape').catch(() => undefined);
    await closed;
  }
}
