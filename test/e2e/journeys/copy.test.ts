import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TwoRegions, ZRH } from '../../support/two-regions.ts';
import { CopiesPage } from '../pages/copies-page.ts';
import type { StrongroomWindow } from '../support/launch-window.ts';
import { openWindowOn } from '../support/window-on-regions.ts';

/** Journey 5 by keyboard alone: to another region, to a medium and back, what is lost by deleting, and the catalog anew. */
describe('copy, export, import', { timeout: 90_000 }, () => {
  let regions: TwoRegions;
  let window: StrongroomWindow;
  let page: CopiesPage;
  let backupId: string;
  let objectName: string;
  let sha256: string;
  let archiveName: string;
  const BACKUP = /The vault Payments Vault/;

  beforeAll(async () => {
    regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
    ({ backupId, objectName, sha256 } = await backedUp('Payments Vault'));
    ({ objectName: archiveName } = await backedUp('Archive Vault'));
    window = await openWindowOn(regions);
    page = new CopiesPage(window.page);
  }, 90_000);

  afterAll(async () => {
    await window.close();
    await regions[Symbol.asyncDispose]();
  }, 60_000);

  /** A vault with a key, and its backup in the bucket of Frankfurt. */
  async function backedUp(displayName: string) {
    const vault = await regions.makeVault(displayName);
    await regions.makeKey(vault.id, 'Card data', { algorithm: 'AES', length: 32 });
    const { backup, copy } = await regions.call('vault.backup', {
      vaultId: vault.id,
      backupLocation: { destination: 'BUCKET', bucketName: 'fra' },
    });
    if (copy.place.kind !== 'bucket') throw new Error('the backup is not in its bucket');
    return { backupId: backup.id, objectName: copy.place.objectName, sha256: backup.sha256 };
  }

  const actionsFor = (name: string): RegExp => new RegExp(`Actions for ${RegExp.escape(name)}`);
  const copies = async () => (await window.call('backup.get', { backupId })).copies;
  const sha256Of = async (path: string): Promise<string> =>
    createHash('sha256')
      .update(await readFile(path))
      .digest('hex');

  it('rule R30: to a bucket of another region, made on the way, and verified there', async () => {
    await page.open('copy', 'Copy to another region');
    await page.table('Backups to choose from').open(BACKUP);
    await page.page.getByText('has no copy of it.').waitFor();
    await page.press('Continue');
    await page.choose('Region', /ZRH/);
    await page.press('Create a bucket');
    const creating = page.dialog('Create a bucket in eu-zurich-1');
    await creating.type('Name', 'safe');
    await creating.type('Folder', regions.path('bucket-safe'));
    await creating.press('Create the bucket');
    await creating.closed();
    await page.press('Continue');
    await page.step('Review');
    expect(await copies()).toHaveLength(1);
    expect(await page.text()).toContain('bucket safe in eu-zurich-1');
    await page.press('Copy now');
    await page.result('The backup was copied to eu-zurich-1 and verified byte for byte.');
    await expect.poll(() => page.text()).toContain('ZRH has 1 verified copy.');
    const [there] = (await copies()).filter(({ region }) => region === ZRH);
    expect(there?.place).toEqual({ kind: 'bucket', bucketName: 'safe', objectName });
    expect(there?.verifiedDepth).toBe('keys');
    expect(await sha256Of(regions.path(`bucket-safe/${objectName}`))).toBe(sha256);
  });

  it('a copy goes when another stays; the last verified one only with an own yes and the vault’s name', async () => {
    await page.open('media?tab=buckets', 'Copies and media');
    await page.table('Buckets').open(/^safe/);
    await page.menu(actionsFor(objectName), 'Delete');
    const deleting = page.dialog('Delete the object');
    await deleting.dialog.getByText('1 other copy stays').waitFor();
    await deleting.press('Delete the object');
    await deleting.closed();
    await page.page.getByText('The bucket is empty').waitFor();

    await page.press('All buckets');
    await page.table('Buckets').open(/^fra/);
    await page.menu(actionsFor(archiveName), 'Delete');
    await deleting.dialog.getByText('This is the last verified copy of a backup of Archive Vault').waitFor();
    const last = deleting.button('Delete the last copy');
    expect(await last.isDisabled()).toBe(true);
    await deleting.type('Type Archive Vault to confirm', 'Archive Vault');
    expect(await last.isDisabled()).toBe(true);
    await deleting.check('Lose the backup of Archive Vault for good');
    expect(await last.isDisabled()).toBe(false);
    const lost = await readFile(regions.path(`bucket-fra/${archiveName}`));
    await deleting.press('Delete the last copy');
    await deleting.closed();
    const left = await readdir(regions.path('bucket-fra'));
    expect([left.includes(archiveName), left.includes(objectName)]).toEqual([false, true]);
    // Somebody has it on a medium all the same: what a later test imports.
    await mkdir(regions.path('stick/strongroom'), { recursive: true });
    await writeFile(regions.path('stick/strongroom/archive.strongroom'), lost);
  });

  it('rule R31: to a folder on a medium, with a manifest', async () => {
    const medium = regions.path('stick');
    await page.open('media?tab=export', 'Copies and media');
    await page.tick('Backups to export', BACKUP);
    await page.press('Continue');
    await page.type('Folder on the medium', join(medium, 'strongroom'));
    await page.press('Continue');
    await page.step('Review');
    await page.press('Export now');
    await page.result('1 backup is on the medium.');
    const names = await readdir(join(medium, 'strongroom'));
    expect(names).toContain('strongroom-manifest.json');
    const [exported = ''] = names.filter((name) => name.startsWith('vault-backup-'));
    expect(await sha256Of(join(medium, 'strongroom', exported))).toBe(sha256);
    // What the next test imports: a cut file beside the sound one.
    const sealed = await readFile(join(medium, 'strongroom', exported));
    await writeFile(join(medium, 'strongroom', 'cut.sealed'), sealed.subarray(0, -300));
  });

  it('rules R31, R74: an import brings back what was lost, and says of each file what it is or why it was refused', async () => {
    await page.open('media?tab=import', 'Copies and media');
    await page.type('Folder', regions.path('stick/strongroom'));
    await page.press('Continue');
    await page.select('Token that verifies', /fra/);
    await page.check('Copy them into a bucket too');
    await page.select('Bucket', /^fra/);
    await page.press('Continue');
    await page.step('Review');
    await page.press('Import now');
    await window.enterSecret(regions.fra.pin);
    await page.result('0 backups imported, 2 backups known already, 1 file refused.');
    const files = page.table('What became of each file');
    expect((await files.cells('cut.sealed')).join(' ')).toMatch(/^Refused/);
    expect((await files.cells(/vault-backup/)).join(' ')).toMatch(/^Known already/);
    expect((await files.cells('archive.strongroom')).join(' ')).toMatch(/^Known already/);
    // Known, but without a copy until now.
    expect(await readdir(regions.path('bucket-fra'))).toContain(archiveName);
  });

  it('rule R31: the catalog is rebuilt from the places that have backups', async () => {
    await page.open('media?tab=rebuild', 'Copies and media');
    await page.type('Folder of a bucket or of a medium', regions.path('stick/strongroom'));
    await page.press('Add the folder');
    await page.press('Add 3 known buckets');
    await page.press('Continue');
    await page.step('Review');
    await page.press('Rebuild now');
    await window.enterSecret(regions.zrh.pin);
    await page.result('The catalog has what holds; 1 file was refused.');
    expect(await page.text()).toContain('3 buckets, 0 of them new to this home.');
  });
});
