import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CertificateAuthority } from '../../support/certificate-authority.ts';
import { NginxServer } from '../../support/nginx-server.ts';
import { TwoRegions } from '../../support/two-regions.ts';
import { BackupPage } from '../pages/backup-page.ts';
import { VaultsPage } from '../pages/vaults-page.ts';
import type { StrongroomWindow } from '../support/launch-window.ts';
import { openWindowOn } from '../support/window-on-regions.ts';

const sha256 = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

/** Journey 4 by keyboard alone: a vault to a bucket, a key to a file, and what can go wrong on the way. */
describe('back up', () => {
  let regions: TwoRegions;
  let window: StrongroomWindow;
  let page: BackupPage;
  let vaultId: string;
  let cardsId: string;

  beforeAll(async () => {
    regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
    const vault = await regions.makeVault();
    vaultId = vault.id;
    const cards = await regions.makeKey(vaultId, 'Card data', { algorithm: 'AES', length: 32 });
    cardsId = cards.id;
    await regions.call('key-version.create', { keyId: cardsId });
    await regions.call('key-version.schedule-deletion', {
      keyVersionId: cards.currentKeyVersion,
      isOverrideCoverage: true,
    });
    const old = await regions.makeKey(vaultId, 'Old data', { algorithm: 'AES', length: 16 });
    await regions.call('key.schedule-deletion', { keyId: old.id, isOverrideCoverage: true });
    const keyShape = { algorithm: 'AES', length: 24 } as const;
    await regions.call('key.create', {
      vaultId,
      displayName: 'Session cache',
      keyShape,
      protectionMode: 'SOFTWARE',
    });
    await writeFile(regions.path('secret'), 'hunter2');
    await regions.call('secret.create', {
      vaultId,
      keyId: cardsId,
      name: 'db-password',
      contentFile: regions.path('secret'),
    });
    await regions.call('vault.create', {
      compartmentId: vault.compartmentId,
      displayName: 'Scratch',
      vaultType: 'DEFAULT',
      region: vault.region,
    });
    window = await openWindowOn(regions);
    page = new BackupPage(window.page);
  }, 90_000);

  afterAll(async () => {
    await window.close();
    await regions[Symbol.asyncDispose]();
  }, 60_000);

  it('rules R21, R22: says what goes in and what stays out, and why, before anything is made', async () => {
    await page.open();
    await page.table('Vaults').open('Scratch');
    expect(await page.error()).toContain('only virtual private vaults can be backed up');
    expect(await page.button('Continue').isDisabled()).toBe(true);
    await page.press('Choose another vault');
    await page.table('Vaults').open('Payments Vault');
    const { contents } = page;
    await expect.poll(() => contents.count()).toBe(4);
    expect((await contents.cells('Card data')).join(' ')).toContain('AES-256 Goes in');
    expect((await contents.cells('Old data')).join(' ')).toContain('Stays out It is scheduled for deletion');
    expect((await contents.cells('Session cache')).join(' ')).toContain(
      'Stays out Software keys have no backup',
    );
    expect((await contents.cells(/^Card data, version/)).join(' ')).toContain('Its deletion is scheduled');
    await page.page.getByText(/1 secret of the vault will not be in it/).waitFor();
    await page.press('Continue');
    await page.step('Destination');
    expect(await page.button('Continue').isDisabled()).toBe(true);
  }, 60_000);

  it('rules R23, R24, R71: a bucket made on the way, a wrong PIN, and the backup with what it left out', async () => {
    await page.press('Create a bucket');
    const bucket = page.dialog(/^Create a bucket/);
    await bucket.type('Name', 'offsite');
    await bucket.type('Folder', regions.path('offsite'));
    await bucket.press('Create the bucket');
    await bucket.closed();
    await page.press('Continue');
    await page.step('Review');
    expect(await page.reviewed('Goes in')).toBe('1 key');
    expect(await page.reviewed('Stays out')).toContain('Session cache Software keys have no backup');
    expect(await page.reviewed('Secrets')).toContain('1 secret');
    expect(await page.reviewed('Destination')).toBe('Bucket offsite');
    expect(await readdir(regions.path('offsite'))).not.toContainEqual(
      expect.stringContaining('vault-backup'),
    );
    await page.press('Back up now');
    await window.enterSecret('not the PIN');
    expect(await page.error()).toContain('PIN');
    await page.press('Back to the review');
    expect(await page.reviewed('Destination')).toBe('Bucket offsite');
    await page.press('Back up now');
    await window.enterSecret(regions.fra.pin);
    await page.result('The vault Payments Vault was backed up, and the backup verified.');
    const [backup] = (await window.call('backup.list', { vaultId })).data;
    const main = page.page.getByRole('main');
    const words = await main.innerText();
    expect(words).toContain('Sealed and verified: 1 key with 1 version');
    expect(words).toContain('Bucket offsite in eu-frankfurt-1');
    for (const name of ['Old data', 'Session cache', '1 secret']) expect(words).toContain(name);
    const [object = ''] = (await readdir(regions.path('offsite'))).filter((name) =>
      name.startsWith('vault-backup'),
    );
    expect(await sha256(join(regions.path('offsite'), object))).toBe(backup?.sha256);
    expect(await main.locator(`[title="${backup?.sha256 ?? ''}"]`).count()).toBe(1);
  }, 60_000);

  it('rule R52: each version of a key tells which backups have it', async () => {
    const shown = new VaultsPage(window.page);
    await window.page.evaluate(`window.location.hash = '#/key?vaultId=${vaultId}&keyId=${cardsId}'`);
    const versions = shown.versionsOf('Card data');
    await expect
      .poll(async () => (await versions.cells(/^Current version/)).join(' '))
      .toMatch(/Current Enabled .* 1, newest just now/);
    await expect
      .poll(async () => (await versions.cells(/^Version …/)).join(' '))
      .toMatch(/Deletion scheduled .* None/);
    await versions.open(/^Current version/);
    const facts = shown.dialog('Current version of Card data');
    await facts.dialog.getByRole('row', { name: /Vault backup/ }).press('Enter');
    await shown.dialog('Backup').dialog.getByText('The vault Payments Vault').waitFor();
    await window.page.goBack();
  }, 60_000);

  it('rule R60: the result is found again after the window was loaded again, and leads to the copy', async () => {
    await page.page.reload();
    await page.result('The vault Payments Vault was backed up, and the backup verified.');
    const [backup] = (await window.call('backup.list', { vaultId })).data;
    await page.press('Copy to another region');
    await expect.poll(() => new URL(page.page.url()).hash).toBe(`#/copy?backupId=${backup?.id ?? ''}`);
  }, 60_000);

  it('rule R23: one key to a file; a file that is there is not replaced, and another is chosen without retyping', async () => {
    const taken = regions.path('taken.backup');
    await writeFile(taken, 'something else');
    await page.open({ vaultId });
    await page.choose('What of it', /One key/);
    await page.table('Keys of the vault').open('Card data');
    await expect.poll(() => page.contents.count()).toBe(2);
    await page.press('Continue');
    await page.choose('Where it goes', /A file/);
    await page.type('New file', taken);
    await page.press('Continue');
    await page.press('Back up now');
    expect(await page.error()).toContain('taken.backup');
    expect(await readFile(taken, 'utf8')).toBe('something else');
    await page.press('Choose another destination');
    await window.answerNextDialog(regions.path('cards.backup'));
    await page.press('Choose a file');
    await expect.poll(() => page.field('New file').inputValue()).toBe(regions.path('cards.backup'));
    await page.press('Continue');
    await page.press('Back up now');
    await page.result('A key of Payments Vault was backed up, and the backup verified.');
    const [backup] = (await window.call('backup.list', { keyId: cardsId })).data;
    expect(await sha256(regions.path('cards.backup'))).toBe(backup?.sha256);
  }, 60_000);

  it('rule R23: to a pre-authenticated URL, whose secret is nowhere to be seen; what it lacks is added and tried again', async () => {
    await mkdir(regions.path('served'));
    const authority = new CertificateAuthority(regions.folder);
    await using server = await NginxServer.start(regions.path('served'), authority.issue());
    const uri = server.uri('payments.backup');
    await page.open({ vaultId });
    await page.press('Continue');
    await page.choose('Where it goes', /pre-authenticated URL/);
    await page.type('URL', uri.replace('https:', 'http:'));
    await page.page.getByText('The URL must be an https:// URL.').waitFor();
    expect(await page.button('Continue').isDisabled()).toBe(true);
    await page.type('URL', uri);
    await page.press('Continue');
    expect(await page.reviewed('Destination')).toBe(`Pre-authenticated URL at localhost:${server.port}`);
    await page.press('Back up now');
    expect(await page.error()).toMatch(/certificate/i);
    await page.press('Choose another destination');
    expect(await page.field('URL').inputValue()).toBe(uri);
    await page.type('Certificate authority of the server', authority.certificate);
    await page.press('Continue');
    await page.press('Back up now');
    await page.result('The vault Payments Vault was backed up, and the backup verified.');
    const [backup] = (await window.call('backup.list', { vaultId })).data;
    expect(await sha256(server.path('payments.backup'))).toBe(backup?.sha256);
    expect(await page.page.content()).not.toContain(uri);
    expect(page.page.url()).not.toContain('payments.backup');
  }, 60_000);

  it('rule R60: a vault that somebody changed since it was shown is shown again first', async () => {
    await page.open({ vaultId });
    await page.press('Continue');
    await page.choose('Where it goes', /A file/);
    await page.type('New file', regions.path('stale.backup'));
    await page.press('Continue');
    await page.step('Review');
    await window.call('vault.update', { vaultId, displayName: 'Payments Vault 2' });
    await page.press('Back up now');
    await page.page.getByText('Somebody changed it since it was shown here. Nothing was done.').waitFor();
    await page.press('Load it again and look');
    await page.step('What');
    await page.page.getByText('Payments Vault 2, eu-frankfurt-1').waitFor();
    await page.press('Continue');
    await expect.poll(() => page.field('New file').inputValue()).toBe(regions.path('stale.backup'));
    await page.press('Continue');
    await page.press('Back up now');
    await page.result('The vault Payments Vault 2 was backed up, and the backup verified.');
  }, 60_000);
});
