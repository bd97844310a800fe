import type { Locator, Page } from 'playwright-core';
import { Keyboard } from '../support/keyboard.ts';
import { JourneyPage } from './journey-page.ts';
import { TablePage } from './table-page.ts';

/** The restore journey, by keyboard alone. */
export class RestorePage extends JourneyPage {
  readonly #keyboard: Keyboard;

  constructor(page: Page) {
    super(page);
    this.#keyboard = new Keyboard(page);
  }

  get plan(): TablePage {
    return new TablePage(this.page, 'What happens');
  }

  get idMap(): TablePage {
    return new TablePage(this.page, 'Old and new OCIDs');
  }

  /** Begins anew, as by the sidebar. */
  async open(): Promise<void> {
    await this.page.evaluate(`window.location.hash = '#/settings'`);
    await this.page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    await this.page.evaluate(`window.location.hash = '#/restore'`);
    await this.step('Backup');
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

  /** Chooses the only backup of the catalog and its copy. */
  async chooseFromCatalog(backup: RegExp, copy: RegExp): Promise<void> {
    await this.choose('Where the backup is', /A backup that this home knows/);
    await new TablePage(this.page, 'Backups to choose from').open(backup);
    await this.choose('Copy to restore from', copy);
    await this.press('Continue');
    await this.step('Inspect');
  }

  async chooseFile(path: string): Promise<void> {
    await this.choose('Where the backup is', /A file/);
    await this.type('Sealed backup', path);
    await this.press('Continue');
    await this.step('Inspect');
  }

  async chooseFromBucket(bucket: RegExp, object: string): Promise<void> {
    await this.choose('Where the backup is', /An object of a bucket/);
    await this.#keyboard.select(this.page.getByRole('main').getByRole('button', { name: /Bucket$/ }), bucket);
    await new TablePage(this.page, 'Objects to choose from').open(object);
    await this.press('Continue');
    await this.step('Inspect');
  }

  /** Drops a file of this machine onto the journey: the one way that needs a pointer. */
  async drop(path: string): Promise<void> {
    await this.choose('Where the backup is', /A file/);
    const zone = await this.page.locator('.drop-zone').boundingBox();
    if (zone === null) throw new Error('there is no place to drop a file onto');
    const [x, y] = [zone.x + zone.width / 2, zone.y + zone.height / 2];
    const session = await this.page.context().newCDPSession(this.page);
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await session.send('Input.dispatchDragEvent', {
        type,
        x,
        y,
        data: { items: [], files: [path], dragOperationsMask: 1 },
      });
    }
    await session.detach();
  }

  /** From what was inspected to a plan. @param onPin enters the PIN, where it is asked for. */
  async verifyAndPlan(region?: RegExp, onPin?: () => Promise<void>): Promise<void> {
    if (region !== undefined) await this.choose('Restore into', region);
    await this.press('Continue');
    await this.step('Verify');
    await this.press('Verify now');
    await onPin?.();
    await this.makePlan();
  }

  /** Cancels what runs, as soon as it can be. */
  async cancelWork(): Promise<void> {
    await this.page
      .getByRole('main')
      .getByRole('button', { name: 'Cancel the work', disabled: false })
      .press('Enter');
  }

  async makePlan(): Promise<void> {
    await this.press('Make the plan');
    await this.step('Plan');
    await this.plan.grid.waitFor();
  }

  async confirm(): Promise<void> {
    await this.press('Continue');
    await this.step('Confirm');
  }

  /** What stands on the step that is shown. */
  async text(): Promise<string> {
    return (await this.page.getByRole('main').innerText()).replaceAll(/\s+/g, ' ');
  }

  tab(name: RegExp): Locator {
    return this.page.getByRole('tab', { name });
  }

  async showTab(name: RegExp): Promise<void> {
    await this.#keyboard.goTo(this.page.locator('[role=tab][tabindex="0"]'));
    for (let step = 0; step < 8; step += 1) {
      if ((await this.page.getByRole('tab', { name, selected: true }).count()) > 0) return;
      await this.page.keyboard.press('ArrowRight');
    }
    throw new Error(`no tab ${String(name)}`);
  }
}
