import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDeletionsDue } from '../../support/many-rows.ts';
import { FRA, openHome, TwoRegions, ZRH } from '../../support/two-regions.ts';
import { RestorePage } from '../pages/restore-page.ts';
import type { StrongroomWindow } from '../support/launch-window.ts';
import { ZurichBehindShim } from '../support/region-behind-shim.ts';
import { openWindowOn } from '../support/window-on-regions.ts';

/** Versions of the key that is rotated, and of the other one. */
const VERSIONS = 24;

/** Journey 6 by keyboard alone, into another region and onto what is there, with all that goes wrong on the way. */
describe('restore', { timeout: 90_000 }, () => {
  let regions: TwoRegions;
  let window: StrongroomWindow;
  let page: RestorePage;
  let cutFile: string;
  let struck: string;

  beforeAll(async () => {
    regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
    const { call } = regions;
    const vault = await regions.makeVault();
    const cards = await regions.makeKey(vault.id, 'Card data', { algorithm: 'AES', length: 32 });
    for (let version = 1; version < VERSIONS - 1; version += 1) {
      await call('key-version.create', { keyId: cards.id });
    }
    await regions.makeKey(vault.id, 'Settlement', { algorithm: 'ECDSA', length: 32 });
    await writeFile(regions.path('letter'), 'from before the disaster');
    await call('crypto.encrypt', {
      keyId: cards.id,
      in: regions.path('letter'),
      out: regions.path('letter.sealed'),
    });
    await call('group.create', { groupName: 'Tellers' });
    await call('policy.create', {
      policyName: 'tellers',
      statements: [`Allow group Tellers to use keys in tenancy where target.key.id = '${cards.id}'`],
    });
    const { copy } = await call('vault.backup', {
      vaultId: vault.id,
      backupLocation: { destination: 'BUCKET', bucketName: 'fra' },
    });
    if (copy.place.kind !== 'bucket') throw new Error('the backup is not in its bucket');
    const sealed = await readFile(regions.path(`bucket-fra/${copy.place.objectName}`));
    await writeFile(regions.path('vault.sealed'), sealed);
    cutFile = regions.path('cut.sealed');
    await writeFile(cutFile, sealed.subarray(0, -700));
    struck = regions.path('token-was-pulled');
    const shim = await ZurichBehindShim.make(regions);
    // In one process of the token: all versions are proven by verifying, by planning, and by the restore before it
    // writes. This is in the midst of what it writes.
    const at = 3 * VERSIONS + Math.floor(VERSIONS / 2);
    await shim.setFault({ call: 'C_UnwrapKey', kind: 'removed', at, once: struck });
    window = await openWindowOn(regions);
    page = new RestorePage(window.page);
  }, 120_000);

  afterAll(async () => {
    await window.close();
    await regions[Symbol.asyncDispose]();
  }, 60_000);

  const vaultsIn = async (region: string) => (await window.call('vault.list', { region })).data;
  const keysOf = async (vaultId: string) => (await window.call('key.list', { vaultId })).data;

  /** OCID of the key in Zurich. */
  const restoredCards = async (): Promise<string> => {
    const [vault] = await vaultsIn(ZRH);
    const cards = (await keysOf(vault?.id ?? '')).find(({ displayName }) => displayName === 'Card data');
    return cards?.id ?? 'not restored';
  };

  it('rule R44: a cut backup file is refused with the check that failed, and another backup is chosen', async () => {
    await page.open();
    await page.choose('Where the backup is', /A file/);
    await window.answerNextDialog(cutFile);
    await page.press('Choose a file');
    await expect.poll(() => page.field('Sealed backup').inputValue()).toBe(cutFile);
    await page.press('Continue');
    expect(await page.error()).toMatch(/SealedBackup/);
    expect(await page.button('Continue').isDisabled()).toBe(true);
    await page.press('Back');
    await page.step('Backup');
  });

  it('rule R71: a wrong PIN is told and tried once only; the right one goes on from there', async () => {
    await page.chooseFromCatalog(/Payments Vault/, /Bucket fra/);
    await page.page.getByText('Nothing is proven yet').waitFor();
    await page.choose('Restore into', /ZRH/);
    await page.press('Continue');
    await page.press('Verify now');
    await window.enterSecret('0000-wrong');
    expect(await page.error()).toContain('PinIncorrect');
    expect(await page.currentStep()).toBe('Verify');
    await page.press('Verify now');
    await window.enterSecret(regions.zrh.pin);
    await page.button('Make the plan').waitFor();
    expect(await page.text()).toContain(`${VERSIONS} of ${VERSIONS} key versions`);
  });

  it('rules R41, R43, R45: the plan shows additions, new OCIDs, head-room and policies before anything is written', async () => {
    await page.makePlan();
    expect((await page.plan.cells(/vault Payments Vault/)).join(' ')).toContain('Add');
    expect((await page.plan.cells(/key Card data/)).join(' ')).toContain(`${VERSIONS - 1} to add`);
    await page.showTab(/OCIDs/);
    expect(await page.idMap.count()).toBe(3);
    await page.showTab(/Limits/);
    await page.page
      .getByRole('img', { name: /Virtual private vaults of the region: 0 used now, 1 after/ })
      .waitFor();
    await page.showTab(/Policies/);
    expect(await page.text()).toContain('Stands beside the old one');
    expect(await vaultsIn(ZRH)).toEqual([]);
  });

  it('rules R46, R72: a token that is pulled fails the restore, leaves nothing, and the restore is tried again', async () => {
    await page.confirm();
    await page.press('Restore now');
    await page.result(
      'The restore did not succeed. Nothing of it is usable, and what was here is as it was.',
    );
    expect(existsSync(struck)).toBe(true);
    const [failed] = (await window.call('work-request.list', { operationType: 'RESTORE_VAULT' })).data;
    expect(failed?.status).toBe('FAILED');
    const { data: log } = await window.call('work-request.logs', { workRequestId: failed?.id ?? '' });
    // All was verified, and key versions were being written.
    expect(log.map(({ message }) => message).join(' ')).toContain('restoring into eu-zurich-1 by plan');
    expect(await page.error()).toMatch(/token/i);
    expect(await vaultsIn(ZRH)).toEqual([]);
    await page.press('Try again');
    await window.enterSecret(regions.zrh.pin);
    await page.result('The vault Payments Vault was restored into eu-zurich-1.');
  });

  it('rule R41: the report has the OCIDs and writes the policies that name them', async () => {
    expect(await page.text()).toContain(`${VERSIONS} key versions written to the token and read back`);
    expect(await page.idMap.count()).toBe(3);
    await page.press('Apply 1 change to the policies');
    await page.page.getByRole('button', { name: 'Apply the changes' }).press('Enter');
    await page.page.getByText('No policy statement waits to be changed').waitFor();
    const { data } = await window.call('policy.list', {});
    const tellers = data.find(({ name }) => name === 'tellers');
    expect(tellers?.statements).toHaveLength(2);
    expect(tellers?.statements[1]).toContain(await restoredCards());
  });

  it('rule R12: what was encrypted before decrypts with the restored key, which the report leads to', async () => {
    await page.press('Verify by use: open a key');
    await page.page.getByRole('heading', { level: 1, name: /Card data|Settlement/ }).waitFor();
    await window.call('crypto.decrypt', {
      keyId: await restoredCards(),
      in: regions.path('letter.sealed'),
      out: regions.path('letter.opened'),
    });
    expect(await readFile(regions.path('letter.opened'), 'utf8')).toBe('from before the disaster');
  });

  it('rules R42, R48: a restore onto a vault wants its name typed, and its own yes for what was destroyed', async () => {
    await window.close();
    regions.strongroom = await openHome(regions.path('home'), [regions.fra, regions.zrh]);
    const [here] = (await regions.call('vault.list', { region: FRA })).data;
    const { data } = await regions.call('key.list', { vaultId: here?.id ?? '' });
    const settlement = data.find(({ displayName }) => displayName === 'Settlement');
    await regions.call('key.schedule-deletion', { keyId: settlement?.id ?? '' });
    await regions.strongroom.close();
    makeDeletionsDue(regions.path('home'));
    regions.strongroom = await openHome(regions.path('home'), [regions.fra, regions.zrh]);
    await regions.call('deletion.execute', {});
    window = await openWindowOn(regions);
    page = new RestorePage(window.page);

    await page.open();
    await page.chooseFile(regions.path('vault.sealed'));
    await page.verifyAndPlan(/FRA/, () => window.enterSecret(regions.fra.pin));
    expect((await page.plan.cells(/key Settlement/)).join(' ')).toContain('Bring back');
    expect(await page.text()).toContain('This would bring back what was destroyed here on purpose');
    await page.confirm();
    expect(await page.button('Restore now').isDisabled()).toBe(true);
    await page.type('Type Payments Vault to restore onto it', 'Payments Vault');
    expect(await page.text()).toContain('Say whether what was destroyed may come back.');
    expect(await page.button('Restore now').isDisabled()).toBe(true);
    await page.check('Bring back what was destroyed here on purpose');
    await page.press('Restore now');
    await page.result('The vault Payments Vault was restored into eu-frankfurt-1.');
    const keys = await keysOf(here?.id ?? '');
    expect(keys.find(({ id }) => id === settlement?.id)?.lifecycleState).toBe('ENABLED');
  });
});
