import type { Locator, Page } from 'playwright-core';

/** More presses of Tab than any screen has places to stop. */
const MOST_STOPS = 120;
/** More than any list that opens is asked to go through. */
const MOST_CHOICES = 30;

/** Somebody who works without a pointer: Tab, arrows, Space, Enter, and typing. */
export class Keyboard {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Goes on with Tab until the element has the focus. @throws where Tab does not get there. */
  async goTo(target: Locator): Promise<void> {
    await target.waitFor({ state: 'attached' });
    for (let stop = 0; stop < MOST_STOPS; stop += 1) {
      if (await hasFocus(target)) return;
      await this.#page.keyboard.press('Tab');
    }
    throw new Error(`Tab does not get to ${target.toString()}`);
  }

  async press(button: Locator): Promise<void> {
    await this.goTo(button);
    await this.#page.keyboard.press('Enter');
  }

  /** Puts a text in the place of what a field has. */
  async type(field: Locator, text: string): Promise<void> {
    await this.goTo(field);
    await this.#page.keyboard.press('Control+A');
    await this.#page.keyboard.press('Delete');
    await this.#page.keyboard.insertText(text);
  }

  /** Chooses in what a button opens, a list or a menu: arrows to the choice, and Enter. */
  async open(button: Locator, choice: Locator): Promise<void> {
    await this.press(button);
    await choice.waitFor();
    for (let step = 0; step < MOST_CHOICES; step += 1) {
      if (await hasFocus(choice)) break;
      await this.#page.keyboard.press('ArrowDown');
    }
    await this.#page.keyboard.press('Enter');
    await choice.waitFor({ state: 'detached' });
  }

  /** Chooses in a group of radio buttons: Tab gets into the group, arrows to the one wanted. */
  async choose(group: Locator, name: RegExp): Promise<void> {
    const radios = group.getByRole('radio');
    await radios.first().waitFor({ state: 'attached' });
    const count = await radios.count();
    for (let stop = 0; stop < MOST_STOPS; stop += 1) {
      if (await hasFocus(group.locator('input:focus'))) break;
      await this.#page.keyboard.press('Tab');
    }
    const wanted = group.getByRole('radio', { name });
    for (let step = 0; step < count; step += 1) {
      if (await hasFocus(wanted)) {
        if (!(await wanted.isChecked())) await this.#page.keyboard.press('Space');
        return;
      }
      await this.#page.keyboard.press('ArrowDown');
    }
    throw new Error(`arrows do not get to the choice ${String(name)}`);
  }

  /** Chooses in a list that a button opens. */
  async select(button: Locator, option: RegExp): Promise<void> {
    await this.open(button, this.#page.getByRole('option', { name: option }));
  }
}

/** In one question to the page: a journey asks it hundreds of times. */
async function hasFocus(target: Locator): Promise<boolean> {
  return target.evaluateAll((elements) => elements.some((element) => element === document.activeElement));
}
