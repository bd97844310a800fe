import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addManyRows } from '../../support/many-rows.ts';
import { TwoRegions } from '../../support/two-regions.ts';
import { VaultsPage } from '../pages/vaults-page.ts';
import type { TablePage } from '../pages/table-page.ts';
import { FrameMeter, scrollThrough } from '../support/frames.ts';
import type { StrongroomWindow } from '../support/launch-window.ts';
import { openWindowOn } from '../support/window-on-regions.ts';

const MANY = 10_000;
/** Milliseconds; generous: nobody notices a tenth of a second. */
const LONGEST_FRAME = 100;

/** The rows are in the catalog only: no token is asked for a list. */
describe('lists of ten thousand rows', () => {
  let regions: TwoRegions;
  let window: StrongroomWindow;
  let page: VaultsPage;
  let meter: FrameMeter;
  let vaultId: string;

  beforeAll(async () => {
    regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
    vaultId = (await regions.makeVault()).id;
    await regions.strongroom.close();
    addManyRows(regions.path('home'), { vaultId }, { keys: MANY, vaults: MANY });
    window = await openWindowOn(regions);
    page = new VaultsPage(window.page);
    meter = await FrameMeter.of(window.page);
  }, 120_000);

  afterAll(async () => {
    await window.close();
    await regions[Symbol.asyncDispose]();
  }, 60_000);

  /** Every frame of a scroll draws other rows: what a frame costs is what all cost, shared out. */
  async function expectQuickScrolling(of: string, table: TablePage): Promise<void> {
    const { frames, milliseconds } = await meter.costOf(() => scrollThrough(table.grid, 200));
    const each = milliseconds / frames;
    process.stdout.write(`scrolling ${of}: ${frames} frames of ${each.toFixed(1)} ms\n`);
    expect(frames).toBeGreaterThanOrEqual(200);
    expect(each).toBeLessThan(LONGEST_FRAME);
  }

  /** One press gives one frame that has work to do: all that it cost is held against one frame. */
  async function expectQuickPress(doing: string, press: () => Promise<unknown>): Promise<void> {
    const { milliseconds } = await meter.costOf(async () => {
      await press();
      await window.page.evaluate(
        'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
      );
    });
    process.stdout.write(`${doing}: ${milliseconds.toFixed(1)} ms\n`);
    expect(milliseconds).toBeLessThan(LONGEST_FRAME);
  }

  async function expectQuickSearchAndFilter(searchLabel: string, chip: RegExp): Promise<void> {
    const field = window.page.getByRole('searchbox', { name: searchLabel });
    await field.focus();
    for (const letter of '0123') {
      await expectQuickPress(`${searchLabel}: ${letter}`, () => window.page.keyboard.type(letter));
    }
    await field.fill('');
    const button = window.page.getByRole('button', { name: chip });
    for (const turn of ['on', 'off']) {
      await expectQuickPress(`${searchLabel}, filter ${turn}`, () => button.press('Space'));
    }
  }

  it('keys of a vault: all are there, few are in the document, and scrolling, searching and sorting stay quick', async () => {
    await window.page.evaluate(`window.location.hash = '#/vault?vaultId=${vaultId}'`);
    const keys = page.keysOf('Payments Vault');
    await expect.poll(() => keys.count(), { timeout: 60_000 }).toBe(MANY);
    // How each key is covered comes after the keys themselves.
    await keys.row('Key 00000').getByText('Never backed up').waitFor({ timeout: 60_000 });
    expect(await keys.grid.getByRole('row').count()).toBeLessThan(100);
    await expectQuickScrolling('10,000 keys', keys);
    await keys.row('Key 09999').waitFor();
    await expectQuickSearchAndFilter('Search keys', /^Disabled/);
    const sort = keys.grid.getByRole('columnheader', { name: 'Shape' }).getByRole('button');
    await expectQuickPress('sorting 10,000 keys', () => sort.press('Enter'));

    await window.page.getByRole('searchbox', { name: 'Search keys' }).fill('0123');
    expect(await keys.count()).toBe(11);
    await window.page.getByRole('searchbox', { name: 'Search keys' }).fill('');
    await keys.grid.getByRole('row').nth(1).focus();
    await window.page.keyboard.press('End');
    await expect
      .poll(() => window.page.evaluate("document.activeElement?.getAttribute('aria-rowindex')"))
      .toBe(String(MANY + 1));
  }, 180_000);

  it('vaults: the same', async () => {
    await page.openVaults();
    await expect.poll(() => page.vaults.count(), { timeout: 60_000 }).toBe(MANY + 1);
    await expectQuickScrolling('10,000 vaults', page.vaults);
    await expectQuickSearchAndFilter('Search vaults', /^Active/);
  }, 180_000);
});
