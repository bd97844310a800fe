import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FRA, TwoRegions, ZRH } from '../../support/two-regions.ts';
import { FirstRunPage } from '../pages/first-run-page.ts';
import { RestorePage } from '../pages/restore-page.ts';
import { StrongroomWindow } from '../support/launch-window.ts';

const PASSPHRASE = 'correct horse battery staple';

/** Journey 6 at three in the morning: an empty home, a token, a file that was double-clicked, and a keyboard. */
describe('restore on a fresh machine that has only a token and a file', { timeout: 90_000 }, () => {
  let regions: TwoRegions;
  let window: StrongroomWindow;
  let page: RestorePage;

  beforeAll(async () => {
    regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
    const { call } = regions;
    const vault = await regions.makeVault();
    const cards = await regions.makeKey(vault.id, 'Card data', { algorithm: 'AES', length: 32 });
    await call('key-version.create', { keyId: cards.id });
    await regions.makeKey(vault.id, 'Settlement', { algorithm: 'RSA', length: 256 });
    await writeFile(regions.path('letter'), 'from before the disaster');
    await call('crypto.encrypt', {
      keyId: cards.id,
      in: regions.path('letter'),
      out: regions.path('letter.sealed'),
    });
    await call('vault.backup', {
      vaultId: vault.id,
      backupLocation: { destination: 'OFFLINE_FILE', file: regions.path('vault.sealed') },
    });
    await regions.strongroom.close();
    window = await StrongroomWindow.launch({
      environment: regions.zrh.environment,
      file: regions.path('vault.sealed'),
    });
    page = new RestorePage(window.page);
  }, 90_000);

  afterAll(async () => {
    await window.close();
    await regions[Symbol.asyncDispose]();
  }, 60_000);

  it('rule R40: begins at the file that was opened, shows its header, and says that a token is needed', async () => {
    await page.step('Inspect');
    await page.page.getByText('This home has no token yet').waitFor();
    expect(await page.text()).toContain(`In region ${FRA}`);
    expect(await page.button('Continue').isDisabled()).toBe(true);
  });

  it('rule R40: the token is attached on the way, and the journey goes on with the same file', async () => {
    await page.press('Attach a token');
    const first = new FirstRunPage(window);
    await first.choose('How do you want to begin?', /Use a token that has the realm keys/);
    await first.press('Continue');
    await first.choose('Token software (PKCS#11 module)', /SoftHSM/);
    await first.choose('Token', /zrh/);
    await first.press('Try this token');
    await first.typeSecret(regions.zrh.pin);
    await first.step('What it can do');
    await first.press('Continue');
    await first.type('Region identifier', ZRH);
    await first.press('Continue');
    await first.type('Your name as operator', 'night.officer');
    await first.press('Continue');
    await first.press('Use this token');
    await first.typeSecret(PASSPHRASE, 2);
    await first.typeSecret(regions.zrh.pin);
    await first.press('Restore a backup');
    await page.step('Inspect');
    await page.page.getByRole('radio', { name: /ZRH/ }).waitFor();
    expect(await page.text()).toContain(regions.path('vault.sealed'));
  });

  it('rules R40, R44: verified and planned with no catalog at all, the compartment to be made with it', async () => {
    await page.verifyAndPlan(undefined, () => window.enterSecret(regions.zrh.pin));
    expect((await page.plan.cells(/compartment Payments/)).join(' ')).toContain('Add');
    expect((await page.plan.cells(/key Card data/)).join(' ')).toContain('2 to add');
    expect((await window.call('vault.list', {})).data).toEqual([]);
    await page.confirm();
    await page.press('Restore now');
    await page.result(`The vault Payments Vault was restored into ${ZRH}.`);
    expect(await page.idMap.count()).toBe(3);
  });

  it('rule R12: what was encrypted before decrypts', async () => {
    await window.call('crypto.decrypt', {
      in: regions.path('letter.sealed'),
      out: regions.path('letter.opened'),
    });
    expect(await readFile(regions.path('letter.opened'), 'utf8')).toBe('from before the disaster');
  });
});
