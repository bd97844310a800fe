import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Strongroom } from '../../../main/strongroom.ts';
import { OFFICER, PASSPHRASE } from '../../support/operators.ts';
import { practiceToken, practiceTokenFolder } from '../../support/practice-tokens.ts';
import type { PracticeToken } from '../../support/practice-tokens.ts';
import { FRA, openHome, tokenFields, ZRH } from '../../support/two-regions.ts';
import { EnrolmentPage } from '../pages/enrolment-page.ts';
import { StrongroomWindow } from '../support/launch-window.ts';

const TYO = 'ap-tokyo-1';
const SYD = 'ap-sydney-1';

const inGroups = (checkValue: string): string => checkValue.match(/.{4}/g)?.join(' ') ?? '';

/** Three further tokens join: one on this workstation, one that is elsewhere, and one that is granted from there. */
describe('enrolment', { timeout: 90_000 }, () => {
  let folder: string;
  let fra: PracticeToken;
  let zrh: PracticeToken;
  let syd: PracticeToken;
  let tyo: PracticeToken;
  let elsewhere: Strongroom;
  let window: StrongroomWindow;
  let page: EnrolmentPage;

  beforeAll(async () => {
    folder = practiceTokenFolder();
    fra = await practiceToken('SoftHSM', { label: 'fra' });
    zrh = await practiceToken('SoftHSM', { label: 'zrh', beside: fra });
    syd = await practiceToken('SoftHSM', { label: 'syd', beside: fra });
    tyo = await practiceToken('SoftHSM', { label: 'tyo' });
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
    elsewhere = await openHome(join(folder, 'elsewhere'), [tyo]);
    window = await StrongroomWindow.launch({ home, environment: fra.environment });
    page = new EnrolmentPage(window);
    await page.page.getByLabel('Operator').fill(OFFICER);
    await page.page.getByRole('button', { name: 'Sign in' }).click();
    await window.enterSecret(PASSPHRASE);
    await page.page.getByRole('button', { name: 'Sign out' }).waitFor();
  }, 120_000);

  afterAll(async () => {
    await window.close();
    await elsewhere.close();
    await tyo.remove();
    await fra.remove();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  it('rules R3, R4: both tokens on one workstation, in one flow', async () => {
    await page.open();
    await page.takePart(/Both tokens are here/);
    await page.choose('Token software (PKCS#11 module)', /SoftHSM/);
    const bound = page.group('Token').getByRole('radio', { name: /^fra / });
    await bound.waitFor({ state: 'attached' });
    expect(await bound.isDisabled()).toBe(true);
    await page.choose('Token', /^zrh /);
    await page.press('Try this token');
    await window.enterSecret(zrh.pin);
    await page.step('What it can do');
    await page.press('Continue');

    await page.fill('Region identifier', FRA);
    expect(await page.page.getByText('This home has that region already.').isVisible()).toBe(true);
    expect(await page.button('Continue').isDisabled()).toBe(true);
    await page.fill('Region identifier', ZRH);
    await page.press('Continue');
    await page.step('Review');
    await page.press('Make the request');
    await window.cancelPrompt();
    expect(await page.error()).toContain('PinEntryCancelled');
    await page.press('Make the request');
    await window.enterSecret(zrh.pin);

    expect((await page.wordsShown('the request')).split(' ')).toHaveLength(12);
    await page.press('Grant the realm keys');
    await window.enterSecret(fra.pin);
    expect((await page.wordsShown('the grant')).split(' ')).toHaveLength(12);
    await page.press('Take the realm keys in');
    await window.enterSecret(zrh.pin);
    await page.result('The realm keys are now on zrh too.');

    const realm = await window.call('realm.get', {});
    expect(realm.provenTokens.map(({ regionId, tokenLabel }) => [regionId, tokenLabel]).toSorted()).toEqual([
      [FRA, 'fra'],
      [ZRH, 'zrh'],
    ]);
    const [rbk = '', rak = ''] = await page.checkValues();
    for (const [row, value] of [
      [rbk, realm.rbkCheckValue],
      [rak, realm.rakCheckValue],
    ] as const) {
      expect(row.split(inGroups(value))).toHaveLength(3);
      expect(row).toContain('The same');
    }
  });

  it('rule R3: this machine grants to one elsewhere; wrong words write nothing and are put right', async () => {
    const requestFile = join(folder, 'tyo-request.json');
    const grantFile = join(folder, 'tyo-grant.json');
    const request = await elsewhere.call('region.enrol-request', {
      region: TYO,
      ...tokenFields(tyo),
      out: requestFile,
    });
    await page.open();
    await page.takePart(/This machine grants/);
    await page.fill('Request file', requestFile);
    await page.press('Continue');
    const heard = request.words.split(' ');
    await page.fill('The twelve words of the request', heard.toReversed().join(' '));
    await page.press('Continue');
    await window.answerNextDialog(grantFile);
    await page.press('Choose a file');
    await expect.poll(() => page.field('Where to write the grant file').inputValue()).toBe(grantFile);
    await page.press('Grant the realm keys');
    expect(await page.error()).toContain('WordsDiffer');
    await page.press('Go to: Hear the words');
    await page.fill('The twelve words of the request', heard.join(', ').toUpperCase());
    await page.press('Continue');
    await page.press('Grant the realm keys');

    const confirmWords = await page.wordsShown('the grant');
    const accepted = await elsewhere.call('region.enrol-accept', {
      region: TYO,
      grant: grantFile,
      confirmWords,
      administrator: OFFICER,
    });
    const [rbk = '', rak = ''] = await page.checkValues();
    expect(rbk).toContain(inGroups(accepted.realm.rbkCheckValue));
    expect(rak).toContain(inGroups(accepted.realm.rakCheckValue));
  });

  it('rule R3: this machine asks one elsewhere, and accepts after the window was loaded again', async () => {
    const requestFile = join(folder, 'syd-request.json');
    const grantFile = join(folder, 'syd-grant.json');
    await page.open();
    await page.takePart(/This machine asks/);
    await page.chooseToken('syd');
    await page.press('Try this token');
    await window.enterSecret(syd.pin);
    await page.step('What it can do');
    await page.press('Continue');
    await page.fill('Region identifier', SYD);
    await page.press('Continue');
    await page.fill('Where to write the request file', requestFile);
    await page.press('Make the request');
    await window.enterSecret(syd.pin);
    const confirmWords = await page.wordsShown('the request');
    const grant = await elsewhere.call('region.enrol-grant', {
      request: requestFile,
      confirmWords,
      out: grantFile,
    });

    await page.page.reload();
    await page.open();
    await page.takePart(/This machine accepts/);
    await page.fill('Region that was asked for', SYD);
    await page.fill('Grant file', grantFile);
    await page.fill('The twelve words of the grant', grant.words);
    await page.press('Take the realm keys in');
    await window.enterSecret(syd.pin);
    await page.result('The realm keys of Example Bank are on the token syd.');
    const [rbk = ''] = await page.checkValues();
    expect(rbk).toContain(inGroups(grant.rbkCheckValue));
  });
});
