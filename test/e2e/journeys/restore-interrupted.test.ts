import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OFFICER, PASSPHRASE } from '../../support/operators.ts';
import { TwoRegions, ZRH } from '../../support/two-regions.ts';
import { RestorePage } from '../pages/restore-page.ts';
import type { StrongroomWindow } from '../support/launch-window.ts';
import { ZurichBehindShim } from '../support/region-behind-shim.ts';
import { openWindowOn } from '../support/window-on-regions.ts';

/** So many, each written in 20 ms, that a reload falls into the midst of it. */
const VERSIONS = 300;
/** How often all of them are proven before that: verified, planned by both operators and again, and by both restores. */
const PROVEN = 6;
const SECOND = 'second.officer';

/** Journey 6 where somebody else has to approve it, and where the window is loaded again while it runs. */
describe('a restore that waits, and one that is reloaded', { timeout: 120_000 }, () => {
  let regions: TwoRegions;
  let window: StrongroomWindow;
  let page: RestorePage;

  beforeAll(async () => {
    regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
    const { call } = regions;
    const vault = await regions.makeVault();
    const cards = await regions.makeKey(vault.id, 'Card data', { algorithm: 'AES', length: 32 });
    for (let version = 1; version < VERSIONS; version += 1) {
      await call('key-version.create', { keyId: cards.id });
    }
    await call('vault.backup', {
      vaultId: vault.id,
      backupLocation: { destination: 'BUCKET', bucketName: 'fra' },
    });
    await call('operator.create', { operatorName: SECOND });
    await call('group.add-member', { groupName: 'Administrators', operatorName: SECOND });
    await call('compartment.update', { compartmentId: vault.compartmentId, isApprovalRequired: true });
    const shim = await ZurichBehindShim.make(regions);
    await shim.setFault({ call: 'C_UnwrapKey', kind: 'slow', at: PROVEN * VERSIONS });
    window = await openWindowOn(regions);
    page = new RestorePage(window.page);
  }, 120_000);

  afterAll(async () => {
    await window.close();
    await regions[Symbol.asyncDispose]();
  }, 60_000);

  async function signIn(name: string): Promise<void> {
    await window.page.getByLabel('Operator').fill(name);
    await window.page.getByRole('button', { name: 'Sign in' }).click();
    await window.enterSecret(PASSPHRASE);
    await window.page.getByRole('button', { name: 'Sign out', exact: true }).waitFor();
  }

  it('rule R63: the plan is shown with its hash and waits; nothing is written', async () => {
    await page.open();
    await page.chooseFromCatalog(/Payments Vault/, /Bucket fra/);
    await page.verifyAndPlan(/ZRH/, () => window.enterSecret(regions.zrh.pin));
    await page.confirm();
    expect(await page.text()).toContain('A second operator has to approve this');
    await page.press('Restore now');
    await page.step('Approval');
    await page.page.getByText('Asked by').waitFor();
    const [asked] = (await window.call('approval.list', {})).data;
    expect((await page.text()).replaceAll(' ', '')).toContain(asked?.planHash);
    expect(asked?.state).toBe('REQUESTED');
    expect(await page.button('Continue').isDisabled()).toBe(true);
    expect((await window.call('vault.list', { region: ZRH })).data).toEqual([]);
  });

  it('rule R63: the other operator approves that plan, and the journey goes on where it was left', async () => {
    await page.press('Sign out, so that they can sign in');
    await signIn(SECOND);
    await page.step('Approval');
    expect(await page.button('Continue').isDisabled()).toBe(true);
    await page.page.getByText(`${OFFICER} asks for your approval`).waitFor();
    await page.press('Approve this plan');
    await page.page.getByRole('button', { name: 'Approve it' }).press('Enter');
    await page.page.getByText('You or another operator approved it').waitFor();
    const [given] = (await window.call('approval.list', {})).data;
    expect([given?.state, given?.decidedBy]).toEqual(['GRANTED', SECOND]);
    expect(await page.button('Continue').isDisabled()).toBe(true);
    // They look at something else before they go: the journey is the first one's to go on with.
    await page.page.evaluate(`window.location.hash = '#/overview'`);
    await page.page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    await window.page.getByRole('button', { name: 'Sign out' }).click();
    await signIn(OFFICER);
    await page.page.getByRole('link', { name: 'Restore' }).press('Enter');
    await page.step('Approval');
    await page.page.getByText('The plan is approved').waitFor();
    await page.press('Continue');
    await page.step('Confirm');
  });

  it('rules R60, R72: the window is loaded again in the midst of it; the work goes on and the view comes back', async () => {
    await page.press('Restore now');
    const activity = window.page.locator('.progress-activity');
    await expect.poll(() => activity.innerText(), { timeout: 30_000 }).toContain('Restoring key version');
    await window.page.reload();
    await page.step('Restore');
    await page.page.getByRole('progressbar', { name: 'Restoring' }).waitFor();
    const [running] = (await window.call('work-request.list', { operationType: 'RESTORE_VAULT' })).data;
    expect(running?.status).toBe('IN_PROGRESS');
    await page.page
      .getByRole('heading', { level: 3, name: 'The vault Payments Vault was restored into eu-zurich-1.' })
      .waitFor({ timeout: 60_000 });
    expect(await page.idMap.count()).toBe(2);
    const ended = await window.call('work-request.get', { workRequestId: running?.id ?? '' });
    expect(ended.status).toBe('SUCCEEDED');
    const [vault] = (await window.call('vault.list', { region: ZRH })).data;
    expect(vault?.lifecycleState).toBe('ACTIVE');
    expect((await window.call('vault.usage', { vaultId: vault?.id ?? '' })).keyVersionCount).toBe(VERSIONS);
  });

  it('rule R60: loaded again after its end, the window still has the report', async () => {
    await window.page.reload();
    await page.result('The vault Payments Vault was restored into eu-zurich-1.');
    await page.press('Restore something else');
    await page.step('Backup');
  });
});
