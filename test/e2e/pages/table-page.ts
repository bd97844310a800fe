import type { Locator, Page } from 'playwright-core';

/** A table as a screen reader finds it: a grid with a name, whose rows have names. */
export class TablePage {
  readonly grid: Locator;

  constructor(page: Page, name: string | RegExp) {
    this.grid = page.getByRole('grid', { name });
  }

  row(name: string | RegExp): Locator {
    return this.grid.getByRole('row', { name, exact: true });
  }

  /** What a row says, cell by cell. */
  async cells(name: string | RegExp): Promise<string[]> {
    const row = this.row(name);
    await row.waitFor();
    const texts = await row.getByRole('gridcell').allInnerTexts();
    return texts.map((text) => text.replace(/\s+/g, ' ').trim());
  }

  /** Opens a row by keyboard: the row has the focus, Enter does its action. */
  async open(name: string | RegExp): Promise<void> {
    await this.row(name).press('Enter');
  }

  /** How many rows there are, in view or not. */
  async count(): Promise<number> {
    return Number(await this.grid.getAttribute('aria-rowcount')) - 1;
  }
}
