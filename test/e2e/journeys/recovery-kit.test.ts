import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OFFICER, PASSPHRASE } from '../../support/operators.ts';
import { practiceToken, practiceTokenFolder } from '../../support/practice-tokens.ts';
import type { PracticeToken } from '../../support/practice-tokens.ts';
import { FRA, openHome, tokenFields } from '../../support/two-regions.ts';
import { RecoveryKitPage } from '../pages/recovery-kit-page.ts';
import { StrongroomWindow } from '../support/launch-window.ts';

/** The ceremony of a recovery kit from an empty list to a rehearsed kit, then closing the ceremony on the token. */
describe('the recovery kit', { timeout: 90_000 }, () => {
  let folder: string;
  let fra: PracticeToken;
  let window: StrongroomWindow;
  let page: RecoveryKitPage;
  const kitFolder = (): string => join(folder, 'kit');
  const share = (index: number): string => join(kitFolder(), `share-${index}-of-3.txt`);

  beforeAll(async () => {
    folder = practiceTokenFolder();
    fra = await practiceToken('SoftHSM', { label: 'fra' });
    const home = join(folder, 'home');
    const preparing = await openHome(home, [fra]);
    await preparing.call('realm.create', {
      name: 'Example Bank',
      tenancyName: 'Example Bank',
      region: FRA,
      ...tokenFields(fra),
      administrator: OFFICER,
    });
    await preparing.close();
    window = await StrongroomWindow.launch({ home, environment: fra.environment });
    page = new RecoveryKitPage(window);
    await page.page.getByLabel('Operator').fill(OFFICER);
    await page.page.getByRole('button', { name: 'Sign in' }).click();
    await window.enterSecret(PASSPHRASE);
  }, 120_000);

  afterAll(async () => {
    await window.close();
    await fra.remove();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  it('rule R5: is made in shares, and does not count before they were read back', async () => {
    await page.open();
    await page.press('Make a recovery kit');
    await page.page.getByRole('img', { name: /Any 2 of them with the kit file/ }).waitFor();
    await page.press('Continue');
    await page.fill('Folder for the kit', kitFolder());
    await page.press('Continue');
    await page.press('Make the kit');
    await window.enterSecret(fra.pin);
    await page.result('The kit was made. It counts once every share was read back.');
    expect(await page.page.getByRole('main').innerText()).toContain(share(3));
    const { data } = await window.call('recovery-kit.list', {});
    expect(data[0]).toMatchObject({ threshold: 2, shareCount: 3 });
    expect(data[0]?.timeConfirmed).toBeUndefined();
  });

  it('rule R5: each custodian reads back, from a file or by typing; a slip is named and put right', async () => {
    await page.press('Have the shares read back');
    await page.step('Read the shares back');
    expect(await page.field('Kit file').inputValue()).toBe(join(kitFolder(), 'recovery-kit.json'));
    await page.addShareFile(share(1));
    await page.addShareFile(share(2));
    await page.press('Confirm the kit');
    expect(await page.error()).toContain('SharesMissing');

    await page.press('Type a share in');
    const text = await readFile(share(3), 'utf8');
    const slip = text.replace(/^(B: ....) (....)/m, '$1 ZZZZ');
    expect(await page.typeShare(slip)).toBe('The share is wrong in row B. Compare it with your paper.');
    expect(await page.typeShare(text)).toBeUndefined();
    expect(await page.shares()).toHaveLength(3);
    const secretRow = /^B: (.+)$/m.exec(text)?.[1] ?? '';
    expect(await page.page.content()).not.toContain(secretRow);

    await page.press('Confirm the kit');
    await page.result('The kit is confirmed: every share was read back and fits.');
    const { data } = await window.call('recovery-kit.list', {});
    expect(data[0]?.timeConfirmed).toBeDefined();
  });

  it('rule R5: is rehearsed on a scratch token that is gone again', async () => {
    await page.press('Rehearse a recovery');
    await page.addShareFile(share(1));
    await page.addShareFile(share(3));
    await page.press('Continue');
    await page.press('Continue');
    await page.press('Rehearse the recovery');
    await page.result('The realm keys were rebuilt and are the right ones.');
    const realm = await window.call('realm.get', {});
    const inGroups = realm.rbkCheckValue.match(/.{4}/g)?.join(' ') ?? '';
    await page.page.getByRole('cell', { name: inGroups }).waitFor();
    await page.press('Go to the recovery kits');
    await page.page.getByText('Confirmed', { exact: true }).waitFor();
  });

  it('rule R3: the ceremony closes only after the region was typed, for good', async () => {
    await page.page.getByRole('link', { name: 'Regions' }).click();
    await page.press('Close the ceremony');
    const dialog = page.page.getByRole('alertdialog');
    const confirm = dialog.getByRole('button', { name: 'Close it for good' });
    expect(await dialog.innerText()).toContain('cannot be undone');
    expect(await confirm.isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill(FRA);
    await confirm.click();
    await page.page.getByText('The ceremony on fra is closed.').waitFor();
    await page.page.getByText('Closed: the realm keys never leave this token').waitFor();
    expect(await page.button('Close the ceremony').count()).toBe(0);
    const region = await window.call('region.get', { region: FRA });
    expect(region.isCeremonyClosed).toBe(true);
  });
});
