import { Keyboard } from '../support/keyboard.ts';
import type { StrongroomWindow } from '../support/launch-window.ts';
import { JourneyPage } from './journey-page.ts';

/** Enrolment, from the choice of the machine's part to the check values. */
export class EnrolmentPage extends JourneyPage {
  readonly #keyboard: Keyboard;

  constructor(window: StrongroomWindow) {
    super(window.page);
    this.#keyboard = new Keyboard(window.page);
  }

  async open(): Promise<void> {
    await this.page.evaluate("window.location.hash = '#/enrolment'");
    await this.page.getByRole('heading', { level: 1, name: 'Enrol a token' }).waitFor();
    await this.group('What is this machine’s part?').waitFor();
  }

  async takePart(title: RegExp): Promise<void> {
    await this.choose('What is this machine’s part?', title);
    await this.press('Continue');
  }

  /** Radio cards are chosen as a keyboard does: their inputs have no place to click at. */
  async choose(group: string, name: RegExp): Promise<void> {
    await this.#keyboard.choose(this.group(group), name);
  }

  async chooseToken(label: string): Promise<void> {
    await this.choose('Token software (PKCS#11 module)', /SoftHSM/);
    await this.choose('Token', new RegExp(`^${label} `));
  }

  async fill(label: string, text: string): Promise<void> {
    await this.field(label).fill(text);
  }

  async press(button: string): Promise<void> {
    await this.button(button).click();
  }

  /** The twelve words that are to be read out. */
  async wordsShown(of: 'the request' | 'the grant'): Promise<string> {
    const list = this.page.getByRole('list', { name: `The twelve words of ${of}` });
    await list.waitFor();
    const words = await list.getByRole('listitem').allInnerTexts();
    return words.map((word) => word.trim()).join(' ');
  }

  /** Rows of the check values, as they are read. */
  async checkValues(): Promise<string[]> {
    const table = this.page.getByRole('table', { name: 'Check values of the realm keys' });
    await table.waitFor();
    return table.locator('tbody').getByRole('row').allInnerTexts();
  }
}
