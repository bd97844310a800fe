import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TwoRegions, ZRH } from '../../support/two-regions.ts';
import { BackupPage } from '../pages/backup-page.ts';
import type { StrongroomWindow } from '../support/launch-window.ts';
import { ZurichBehindShim } from '../support/region-behind-shim.ts';
import { openWindowOn, signIn } from '../support/window-on-regions.ts';

/** So many, each wrapped in 20 ms, that there is time to look at the progress, to load the window again and to cancel. */
const VERSIONS = 300;

/** Journey 4 with a token that is slow, and with one that is pulled. */
describe('backups that do not go through at once', { timeout: 60_000 }, () => {
  let regions: TwoRegions;
  let shim: ZurichBehindShim;
  let window: StrongroomWindow;
  let page: BackupPage;
  let vaultId: string;

  beforeAll(async () => {
    regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
    const { compartmentId } = await regions.makeVault('Elsewhere');
    const vault = await regions.call('vault.create', {
      compartmentId,
      displayName: 'Payments Vault',
      region: ZRH,
    });
    vaultId = vault.id;
    const cards = await regions.makeKey(vaultId, 'Card data', { algorithm: 'AES', length: 32 });
    for (let version = 1; version < VERSIONS; version += 1) {
      await regions.call('key-version.create', { keyId: cards.id });
    }
    shim = await ZurichBehindShim.make(regions);
    await shim.setFault({ call: 'C_WrapKey', kind: 'slow' });
    window = await openWindowOn(regions);
    page = new BackupPage(window.page);
  }, 90_000);

  afterAll(async () => {
    await window.close();
    await regions[Symbol.asyncDispose]();
  }, 60_000);

  const progress = () => page.page.getByRole('progressbar', { name: 'Backing up Payments Vault' });
  const activity = () => page.page.locator('.progress-activity').innerText();
  const state = async () => (await window.call('vault.get', { vaultId })).lifecycleState;
  const backupsInBucket = async () =>
    (await readdir(regions.path('bucket-zrh'))).filter((name) => name.startsWith('vault-backup'));

  async function startBackup(): Promise<void> {
    await page.open({ vaultId });
    await page.press('Continue');
    await page.chooseBucket(/^zrh/);
    await page.press('Continue');
    await page.step('Review');
    await page.press('Back up now');
    await window.enterSecret(regions.zrh.pin);
  }

  it('rule R60: it tells what happens and how long still; loaded again in its midst, it is there again', async () => {
    await startBackup();
    await progress().waitFor();
    await expect.poll(activity, { timeout: 10_000 }).toMatch(/left$/);
    expect(await state()).toBe('BACKUP_IN_PROGRESS');
    await page.page.reload();
    await progress().waitFor();
  });

  it('rule R60: cancelled, it leaves nothing behind', async () => {
    await page.press('Cancel the work');
    await page.result('The backup was cancelled. Nothing was published.');
    expect(await state()).toBe('ACTIVE');
    expect((await window.call('backup.list', { vaultId })).data).toEqual([]);
    expect(await backupsInBucket()).toEqual([]);
    const [cancelled] = (await window.call('work-request.list', { operationType: 'BACKUP_VAULT' })).data;
    expect(cancelled?.status).toBe('CANCELED');
  });

  it('rule R72: a token that is pulled fails the backup, with words, and leaves nothing; then it is tried again', async () => {
    // Locked, the token's process ends: the next one meets the next fault.
    await shim.setFault({ call: 'C_WrapKey', kind: 'removed', at: VERSIONS / 2 });
    await window.page.getByRole('button', { name: 'Lock' }).press('Enter');
    await signIn(window);
    await startBackup();
    // It is back at once, and would clear up what it had begun.
    await window.cancelPrompt();
    expect(await page.error()).toContain('Put the token back');
    expect(await state()).toBe('ACTIVE');
    expect(await backupsInBucket()).toEqual([]);
    await page.press('Back to the review');
    expect(await page.reviewed('Destination')).toBe('Bucket zrh');
    await page.press('Back up now');
    await window.enterSecret(regions.zrh.pin);
    await page.result('The vault Payments Vault was backed up, and the backup verified.');
    expect(await backupsInBucket()).toHaveLength(1);
  });
});
