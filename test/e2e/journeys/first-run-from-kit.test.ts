import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Realm } from '../../../shared/domain/realm.ts';
import { OFFICER, PASSPHRASE } from '../../support/operators.ts';
import { practiceToken, practiceTokenFolder } from '../../support/practice-tokens.ts';
import type { PracticeToken } from '../../support/practice-tokens.ts';
import { FRA, openHome, tokenFields } from '../../support/two-regions.ts';
import { FirstRunPage } from '../pages/first-run-page.ts';
import { RecoveryKitPage } from '../pages/recovery-kit-page.ts';
import { StrongroomWindow } from '../support/launch-window.ts';

/** Every token is lost. What is left: a new token, the kit file, and two of three custodians. */
describe('the first run from a recovery kit', { timeout: 90_000 }, () => {
  let folder: string;
  let replacement: PracticeToken;
  let lostRealm: Realm;
  let shareFiles: readonly string[];
  let window: StrongroomWindow;
  let page: FirstRunPage;
  let kitPage: RecoveryKitPage;

  beforeAll(async () => {
    folder = practiceTokenFolder();
    replacement = await practiceToken('SoftHSM', { label: 'replacement' });
    const lost = await practiceToken('SoftHSM', { label: 'lost' });
    const before = await openHome(join(folder, 'before'), [lost]);
    const { realm } = await before.call('realm.create', {
      name: 'Example Bank',
      tenancyName: 'Example Bank',
      region: FRA,
      ...tokenFields(lost),
      administrator: OFFICER,
    });
    lostRealm = realm;
    const kit = await before.call('recovery-kit.create', {
      threshold: 2,
      shares: 3,
      out: join(folder, 'kit'),
    });
    shareFiles = kit.shareFiles;
    await before.close();
    await lost.remove();
    window = await StrongroomWindow.launch({ environment: replacement.environment });
    page = new FirstRunPage(window);
    kitPage = new RecoveryKitPage(window);
  }, 120_000);

  afterAll(async () => {
    await window.close();
    await replacement.remove();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  it('rule R5: a share that is there twice is named at the end, and put right at its step', async () => {
    await page.choose('How do you want to begin?', /Restore from a recovery kit/);
    await page.press('Continue');
    await page.type('Kit file', join(folder, 'kit', 'recovery-kit.json'));
    await page.press('Type a share in');
    const text = await readFile(shareFiles[0] ?? '', 'utf8');
    expect(await kitPage.typeShare(text)).toBeUndefined();
    await kitPage.addShareFile(shareFiles[0] ?? '');
    await page.press('Continue');
    await page.choose('Token software (PKCS#11 module)', /SoftHSM/);
    await page.choose('Token', /^replacement /);
    await page.press('Try this token');
    await page.typeSecret(replacement.pin);
    await page.step('What it can do');
    await page.press('Continue');
    await page.type('Region identifier', FRA);
    await page.press('Continue');
    await page.type('Your name as operator', OFFICER);
    await page.press('Continue');
    await page.press('Rebuild the realm keys');
    expect(await page.error()).toContain('ShareRepeated');
    await page.press('Go to: Recovery kit');
    await page.press('Take share 2 out of the list');
    await kitPage.addShareFile(shareFiles[2] ?? '');
  });

  it('rules R5, R62: the realm keys are rebuilt in the new token, and nothing was typed anew', async () => {
    for (const step of ['Token', 'What it can do', 'Region', 'First operator', 'Review']) {
      await page.press('Continue');
      await page.step(step);
    }
    await page.press('Rebuild the realm keys');
    await page.typeSecret(PASSPHRASE, 2);
    await page.typeSecret(replacement.pin);
    await page.result('The realm keys of Example Bank were rebuilt in the new token.');
    const realm = await window.call('realm.get', {});
    expect(realm).toMatchObject({
      realmId: lostRealm.realmId,
      rbkCheckValue: lostRealm.rbkCheckValue,
      rakCheckValue: lostRealm.rakCheckValue,
    });
    expect(realm.provenTokens.map(({ tokenLabel }) => tokenLabel)).toEqual(['replacement']);
  });
});
