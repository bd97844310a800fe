import { copyFile, rm, writeFile } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CertificateAuthority } from '../../support/certificate-authority.ts';
import { faultServer, FAULT_SECRET } from '../../support/fault-server.ts';
import { TwoRegions, ZRH } from '../../support/two-regions.ts';
import { RestorePage } from '../pages/restore-page.ts';
import { StrongroomWindow } from '../support/launch-window.ts';
import { ZurichBehindShim } from '../support/region-behind-shim.ts';
import { openWindowOn, signIn } from '../support/window-on-regions.ts';

const VERSIONS = 24;

/** Journey 6 from every place that a backup can be at, and stopped where it is safe to stop. */
describe('restore from anywhere, and cancelled', { timeout: 90_000 }, () => {
  let regions: TwoRegions;
  let window: StrongroomWindow;
  let page: RestorePage;
  let backupId: string;
  let objectName: string;
  let file: string;
  let shim: ZurichBehindShim;
  /** The token waits at one of its calls while there is a file at this path. */
  let held: string;

  beforeAll(async () => {
    regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
    const { call } = regions;
    const vault = await regions.makeVault();
    const cards = await regions.makeKey(vault.id, 'Card data', { algorithm: 'AES', length: 32 });
    for (let version = 1; version < VERSIONS; version += 1) {
      await call('key-version.create', { keyId: cards.id });
    }
    const { backup, copy } = await call('vault.backup', {
      vaultId: vault.id,
      backupLocation: { destination: 'BUCKET', bucketName: 'fra' },
    });
    if (copy.place.kind !== 'bucket') throw new Error('the backup is not in its bucket');
    backupId = backup.id;
    objectName = copy.place.objectName;
    file = regions.path('a vault.strongroom');
    await copyFile(regions.path(`bucket-fra/${objectName}`), file);
    held = regions.path('held');
    shim = await ZurichBehindShim.make(regions);
    await holdAt(VERSIONS / 2);
    window = await openWindowOn(regions);
    page = new RestorePage(window.page);
  }, 120_000);

  afterAll(async () => {
    // A token that still waits would keep the program from ending.
    await rm(held, { force: true });
    await window.close();
    await regions[Symbol.asyncDispose]();
  }, 60_000);

  /** The step that shows the backup's header, found at that place. */
  async function inspected(place: string): Promise<void> {
    await page.step('Inspect');
    await page.page.getByText('Nothing is proven yet').waitFor();
    expect(await page.text()).toContain(`Found at ${place} `);
    expect(await page.text()).toContain(backupId.slice(-8));
  }

  async function holdAt(at: number): Promise<void> {
    await shim.setFault({ call: 'C_UnwrapKey', kind: 'hold', at, whileThere: held });
    await writeFile(held, '');
  }

  /** Lets the token go on after the work has heard that it is to end. */
  async function goOnOnceCancelled(operationType: 'VERIFY_BACKUP' | 'RESTORE_VAULT'): Promise<void> {
    await expect
      .poll(async () => (await window.call('work-request.list', { operationType })).data[0]?.status)
      .toMatch(/^CANCEL(?:ING|ED)$/);
    await rm(held);
  }

  async function logOfRestore(): Promise<string> {
    const { data } = await window.call('work-request.list', { operationType: 'RESTORE_VAULT' });
    const [running] = data;
    if (running === undefined) return '';
    const log = await window.call('work-request.logs', { workRequestId: running.id });
    return log.data.map(({ message }) => message).join(' ');
  }

  it('rule R40: an object of a bucket', async () => {
    await page.open();
    await page.chooseFromBucket(/^fra /, objectName);
    await inspected(`${objectName} in bucket fra (eu-frankfurt-1)`);
  });

  it('rules R40, R70: a pre-authenticated URL, which stands nowhere but in its field', async () => {
    const authority = new CertificateAuthority(regions.folder);
    const server = await faultServer(authority.issue(), (_request, response) => {
      createReadStream(file).pipe(response);
    });
    await page.open();
    await page.choose('Where the backup is', /A pre-authenticated URL/);
    await page.type('URL of the pre-authenticated request', server.uri('vault').replace('https', 'http'));
    await page.page.getByText('The URL must be an https:// URL.').waitFor();
    expect(await page.button('Continue').isDisabled()).toBe(true);
    await page.type('URL of the pre-authenticated request', server.uri('vault'));
    await page.press('Continue');
    expect(await page.error()).toMatch(/certificate/);
    await page.press('Back');
    await page.type('Certificate authority', authority.certificate);
    await page.press('Continue');
    await inspected(`an object behind a pre-authenticated URL of localhost:${server.port}`);
    expect(window.page.url()).not.toContain(FAULT_SECRET);
    expect(await page.text()).not.toContain(FAULT_SECRET);
  });

  it('rule R40: a file that is dropped onto the journey', async () => {
    await page.open();
    await page.drop(file);
    await expect.poll(() => page.field('Sealed backup').inputValue()).toBe(file);
    await page.press('Continue');
    await inspected(file);
  });

  it('rule R60: a verification is cancelled, and nothing is proven', async () => {
    await page.choose('Restore into', /ZRH/);
    await page.press('Continue');
    await page.press('Verify now');
    await window.enterSecret(regions.zrh.pin);
    await page.cancelWork();
    await goOnOnceCancelled('VERIFY_BACKUP');
    await page.page.getByText('The verification was cancelled').waitFor();
    expect(await page.button('Verify now').isEnabled()).toBe(true);
  });

  it('rule R40: a file that is double-clicked while the window is open; who is not signed in signs in first', async () => {
    await page.page.evaluate(`window.location.hash = '#/overview'`);
    await page.page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    // The next login is of a new process of the token, all of whose versions are verified twice before it writes.
    await holdAt(2 * VERSIONS + VERSIONS / 2);
    await window.page.getByRole('button', { name: 'Lock' }).press('Enter');
    await window.page.getByLabel('Operator').waitFor();
    // As desktops do it: a second start of the program, which hands the file's URL over and ends.
    const second = StrongroomWindow.launch({ home: regions.path('home'), file: pathToFileURL(file).href });
    await expect(second).rejects.toThrow();
    await signIn(window);
    await inspected(file);
  });

  it('rules R46, R60: a restore is cancelled in the midst of what it writes; nothing of it is left', async () => {
    await page.choose('Restore into', /ZRH/);
    await page.press('Continue');
    await page.choose('How deep', /Structure only/);
    await page.press('Verify now');
    await page.press('Make the plan');
    await window.enterSecret(regions.zrh.pin);
    await page.plan.grid.waitFor();
    expect(await page.text()).toContain('Verified in full');
    await page.confirm();
    await page.press('Restore now');
    await expect.poll(logOfRestore, { timeout: 30_000 }).toContain(`restoring into ${ZRH} by plan`);
    await page.cancelWork();
    await goOnOnceCancelled('RESTORE_VAULT');
    await page.result('The restore was cancelled; what it had begun is undone.');
    const [cancelled] = (await window.call('work-request.list', { operationType: 'RESTORE_VAULT' })).data;
    expect(cancelled?.status).toBe('CANCELED');
    expect((await window.call('vault.list', { region: ZRH })).data).toEqual([]);
    expect(await page.button('Try again').isEnabled()).toBe(true);
  });
});
