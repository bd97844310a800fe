import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TwoRegions } from '../../support/two-regions.ts';
import { makeDeletionsDue } from '../../support/many-rows.ts';
import { VaultsPage } from '../pages/vaults-page.ts';
import type { StrongroomWindow } from '../support/launch-window.ts';
import { openWindowOn } from '../support/window-on-regions.ts';

/** Journey 3 by keyboard alone: a vault and its keys from their making to their end. */
describe('vaults and keys', () => {
  let regions: TwoRegions;
  let window: StrongroomWindow;
  let page: VaultsPage;
  let vaultId: string;
  let keyId: string;

  beforeAll(async () => {
    regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
    window = await openWindowOn(regions);
    page = new VaultsPage(window.page);
  }, 90_000);

  afterAll(async () => {
    await window.close();
    await regions[Symbol.asyncDispose]();
  }, 60_000);

  const theVault = () => window.call('vault.get', { vaultId });
  const theKey = () => window.call('key.get', { keyId });

  it('rule R10: a vault in a new compartment, a key in the token, and a software key that says it has no backup', async () => {
    await page.openVaults();
    await page.walkTo('Create a vault');
    const creating = page.dialog('Create a vault');
    await creating.type('Name', 'Payments Vault');
    await creating.select('Region', /FRA/);
    await creating.select('Compartment', /A new compartment/);
    await creating.type('Name of the new compartment', 'Payments');
    await creating.press('Create the vault');
    await page.heading('Payments Vault');
    vaultId = (await window.call('vault.list', {})).data[0]?.id ?? '';
    const names = (await window.call('compartment.list', {})).data.map(({ name }) => name);
    expect(names.toSorted()).toEqual(['Payments', 'Tenancy']);

    await page.walkTo('Create a key');
    const key = page.dialog('Create a key in Payments Vault');
    await key.type('Name', 'Card data');
    await key.press('Create the key');
    await window.enterSecret(regions.fra.pin);
    await key.closed();
    await page.press('Create a key');
    await key.type('Name', 'Session cache');
    await key.choose('Protection', /In software/);
    await key.press('Create the key');
    await key.closed();
    await page.keysOf('Payments Vault').row('Session cache').waitFor();
    await expect
      .poll(async () => (await page.keysOf('Payments Vault').cells('Session cache')).join(' '))
      .toContain('Software Cannot be backed up');
    expect((await page.keysOf('Payments Vault').cells('Card data')).join(' ')).toContain('Never backed up');

    await page.keysOf('Payments Vault').open('Session cache');
    await page.heading('Session cache');
    await page.told('This key is in software: it has no backup, and never will.');
    expect(await page.button('Back up the key').isDisabled()).toBe(true);
    await page.press('Payments Vault');
    await page.heading('Payments Vault');
  }, 120_000);

  it('rule R12: a rotation makes a version that no backup has', async () => {
    await page.keysOf('Payments Vault').open('Card data');
    await page.heading('Card data');
    keyId =
      (await window.call('key.list', { vaultId })).data.find(({ displayName }) => displayName === 'Card data')
        ?.id ?? '';
    await page.press('Rotate');
    await page.dialog('Rotate the key Card data').press('Make a new version');
    await page.told('Card data has a new current version.');
    const versions = page.versionsOf('Card data');
    await expect.poll(() => versions.count()).toBe(2);
    await expect.poll(async () => (await versions.cells(/^Current version/)).join(' ')).toContain('None');
    await versions.open(/^Current version/);
    const facts = page.dialog('Current version of Card data');
    await facts.dialog.getByText('No backup has it.').waitFor();
    expect(await facts.button('Schedule the deletion').isDisabled()).toBe(true);
    await window.page.keyboard.press('Escape');
    await facts.closed();
  }, 60_000);

  it('rule R60: what somebody else changed meanwhile is said, shown, and decided about again', async () => {
    await page.menu('Change the key', 'Rename');
    const renaming = page.dialog('Rename the key Card data');
    await renaming.type('Name', 'Card numbers');
    await window.call('key.update', { keyId, freeformTags: { owner: 'somebody else' } });
    await renaming.press('Rename');
    await page.told('Somebody changed it since it was shown here. Nothing was done.');
    expect((await theKey()).displayName).toBe('Card data');
    await renaming.press('Load what is there now');
    await renaming.closed();
    await page.menu('Change the key', 'Rename');
    await renaming.type('Name', 'Card numbers');
    await window.page.keyboard.press('Enter');
    await page.heading('Card numbers');

    await page.menu('Change the key', 'Edit the tags');
    const tags = page.dialog('Tags of Card numbers');
    await tags.press('Add a tag');
    await tags.type('Namespace of tag 2', 'cost');
    await tags.type('Name of tag 2', 'centre');
    await tags.type('Value of tag 2', '4711');
    await tags.press('Save the tags');
    await tags.closed();
    expect(await theKey()).toMatchObject({
      displayName: 'Card numbers',
      freeformTags: { owner: 'somebody else' },
      definedTags: { cost: { centre: '4711' } },
    });
  }, 60_000);

  it('rules R11, R14: used on a file, disabled and enabled', async () => {
    const plain = join(regions.folder, 'plain.txt');
    await writeFile(plain, 'four lines of text\n'.repeat(4));
    await page.menu('Use on a file', 'Encrypt a file');
    const encrypting = page.dialog('Encrypt a file with Card numbers');
    await encrypting.type('File', plain);
    await encrypting.type('New file for the result', `${plain}.enc`);
    await encrypting.press('Encrypt');
    await page.dialog('The file was encrypted.').press('Close');
    await page.menu('Use on a file', 'Decrypt a file');
    const decrypting = page.dialog('Decrypt a file with Card numbers');
    await decrypting.type('Encrypted file', `${plain}.enc`);
    // Nothing is overwritten: said in the dialog, put right there.
    await decrypting.type('New file for the result', plain);
    await decrypting.press('Decrypt');
    await decrypting.dialog.getByRole('alert').waitFor();
    await decrypting.type('New file for the result', `${plain}.again`);
    await decrypting.press('Decrypt');
    await page.dialog('The file was decrypted.').press('Close');
    expect(await readFile(`${plain}.again`, 'utf8')).toBe(await readFile(plain, 'utf8'));

    await page.menu('Change the key', 'Disable');
    await page.dialog('Disable the key Card numbers').press('Disable');
    await page.told('Card numbers is disabled.');
    expect(await page.button('Rotate').isDisabled()).toBe(true);
    await page.menu('Change the key', 'Enable');
    await page.dialog('Enable the key Card numbers').press('Enable');
    await page.told('Card numbers is enabled.');
    expect((await theKey()).lifecycleState).toBe('ENABLED');
  }, 60_000);

  it('rule R15: a secret from a file, whose content only ever goes into a file', async () => {
    const content = join(regions.folder, 'password.txt');
    await writeFile(content, 'hunter2');
    await page.press('Payments Vault');
    await page.tab(/^Secrets/);
    await page.press('Create a secret');
    const creating = page.dialog('Create a secret');
    await creating.type('Name', 'db-password');
    await creating.type('File with the content', content);
    await creating.dialog.getByRole('row', { name: 'Card numbers' }).focus();
    await window.page.keyboard.press('Enter');
    await creating.press('Create the secret');
    await creating.closed();
    await page.press('Save to a file');
    const saving = page.dialog('Save the secret db-password to a file');
    await saving.type('New file', join(regions.folder, 'saved.txt'));
    await saving.press('Decrypt into the file');
    await saving.closed();
    expect(await readFile(join(regions.folder, 'saved.txt'), 'utf8')).toBe('hunter2');
    expect((await stat(join(regions.folder, 'saved.txt'))).mode & 0o077).toBe(0);
    expect(await window.page.content()).not.toContain('hunter2');
  }, 60_000);

  it('rule R74: a vault is renamed, once its name is one that can be', async () => {
    await page.menu('Change the vault', 'Rename');
    const renaming = page.dialog('Rename the vault Payments Vault');
    await renaming.type('Name', '\u0007');
    await renaming.dialog.locator('[aria-invalid=true]').waitFor();
    expect(await renaming.button('Rename').isDisabled()).toBe(true);
    await renaming.type('Name', 'Card Vault');
    await renaming.press('Rename');
    await page.heading('Card Vault');
    expect((await theVault()).displayName).toBe('Card Vault');
    await page.menu('Change the vault', 'Rename');
    await page.dialog('Rename the vault Card Vault').type('Name', 'Payments Vault');
    await window.page.keyboard.press('Enter');
    await page.heading('Payments Vault');
  }, 60_000);

  it('rule R52: a target of its own', async () => {
    await page.menu('Change the vault', 'Set the backup target');
    const target = page.dialog('Backup target of Payments Vault');
    await target.choose('Which target', /A target of its own/);
    await target.type('At most this old', '24');
    await target.press('Set the target');
    await target.closed();
    const [row] = (await window.call('backup.coverage', { vaultId })).data;
    expect(row?.target).toMatchObject({ maximumAgeHours: 24, isOfVault: true });
    await page.tab(/^Facts/);
    await page.told(/At most 1 day old/);
  }, 60_000);

  it('rule R13: a deletion says what no backup has, wants it confirmed and the name typed, and is cancelled', async () => {
    await page.menu('Change the vault', 'Schedule the deletion');
    const scheduling = page.dialog('Schedule the deletion of the vault Payments Vault');
    await scheduling.dialog.getByText('No verified backup has the vault itself').waitFor();
    await scheduling.dialog.getByText(/2 key versions in no verified backup: Card numbers/).waitFor();
    await scheduling.dialog.getByText(/1 key version that no backup can have: Session cache/).waitFor();
    await scheduling.dialog.getByText(/1 secret of the vault/).waitFor();
    const confirm = scheduling.button('Schedule the deletion');
    await scheduling.type('Type Payments Vault to confirm', 'Payments Vault');
    expect(await confirm.isDisabled()).toBe(true);
    await scheduling.check('What no verified backup has may be lost for good');
    await scheduling.type('Type Payments Vault to confirm', 'payments vault');
    expect(await confirm.isDisabled()).toBe(true);
    await scheduling.type('Type Payments Vault to confirm', 'Payments Vault');
    await scheduling.press('Schedule the deletion');
    await scheduling.closed();
    await page.told('The vault and its keys are scheduled for deletion, and cannot be used.');
    expect((await theVault()).lifecycleState).toBe('PENDING_DELETION');
    await page.press('Cancel the deletion');
    await page.dialog('Cancel the deletion of the vault Payments Vault').press('Cancel the deletion');
    await expect.poll(async () => (await theVault()).lifecycleState).toBe('ACTIVE');
    expect((await theKey()).lifecycleState).toBe('ENABLED');
  }, 60_000);

  it('rule R13: the deletion of a key is scheduled and cancelled', async () => {
    await page.tab(/^Keys/);
    await page.keysOf('Payments Vault').open('Card numbers');
    await page.menu('Change the key', 'Schedule the deletion');
    const scheduling = page.dialog('Schedule the deletion of the key Card numbers');
    await scheduling.dialog.getByText('2 key versions in no verified backup: Card numbers.').waitFor();
    await scheduling.dialog.getByText('1 secret that the key encrypts').waitFor();
    await scheduling.check('What no verified backup has may be lost for good');
    await scheduling.type('Type Card numbers to confirm', 'Card numbers');
    await scheduling.press('Schedule the deletion');
    await scheduling.closed();
    await page.told('The key is scheduled for deletion, and cannot be used.');
    expect((await theKey()).lifecycleState).toBe('PENDING_DELETION');
    for (const name of ['Rotate', 'Back up the key']) {
      expect(await page.button(name).isDisabled()).toBe(true);
    }
    await page.press('Cancel the deletion');
    await page.dialog('Cancel the deletion of the key Card numbers').press('Cancel the deletion');
    await expect.poll(async () => (await theKey()).lifecycleState).toBe('ENABLED');
  }, 60_000);

  it('rule R13: an older version is scheduled by itself', async () => {
    const versions = page.versionsOf('Card numbers');
    await versions.open(/^Version …/);
    await page.dialog('Version of Card numbers').press('Schedule the deletion');
    const scheduling = page.dialog('Schedule the deletion of a version of Card numbers');
    await scheduling.dialog.getByText('The version: no backup has it.').waitFor();
    await scheduling.check('What no verified backup has may be lost for good');
    await scheduling.type('Days until it may be destroyed', '7');
    await scheduling.type('Type Card numbers to confirm', 'Card numbers');
    await scheduling.press('Schedule the deletion');
    await scheduling.closed();
    await expect
      .poll(async () => (await versions.cells(/^Version …/)).join(' '))
      .toContain('Deletion scheduled');
    const [version] = (await window.call('deletion.list', {})).data;
    const days = (Date.parse(version?.timeOfDeletion ?? '') - Date.now()) / (24 * 60 * 60 * 1000);
    expect(days).toBeGreaterThan(7);
    expect(days).toBeLessThan(7.1);
  }, 60_000);

  it('rule R13: what is due is destroyed only when somebody says so', async () => {
    await page.openVaults('deletions');
    const destroy = page.button('Destroy what is due (0)');
    await destroy.waitFor();
    expect(await destroy.isDisabled()).toBe(true);

    makeDeletionsDue(regions.path('home'));
    await page.openVaults('deletions');
    expect((await page.deletions.cells('Key version Card numbers')).join(' ')).toContain('Due');
    await page.press('Destroy what is due (1)');
    const executing = page.dialog('Destroy for good what is due');
    expect(await executing.button('Destroy them for good').isDisabled()).toBe(true);
    await executing.type('Type destroy to confirm', 'destroy');
    await executing.press('Destroy them for good');
    await page.told('What was due is destroyed.');
    await page.told(/0 vaults, 0 keys and 1 key version are deleted/);
    const versions = (await window.call('key-version.list', { keyId })).data;
    expect(versions.map(({ lifecycleState }) => lifecycleState).toSorted()).toEqual(['DELETED', 'ENABLED']);
  }, 120_000);
});
