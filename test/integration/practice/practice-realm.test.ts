import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPracticeRealm, practiceHomeOf } from '../../../main/practice/practice-realm.ts';
import type { PassphraseSources, Strongroom } from '../../../main/strongroom.ts';
import { QUICK_ARGON2 } from '../../support/operators.ts';
import { practiceTokenFolder } from '../../support/practice-tokens.ts';

let parent = '';
let folder = '';
const asked: string[] = [];
const passphrases: PassphraseSources = async ({ operatorName }) => {
  asked.push(operatorName);
  return 'correct horse battery staple';
};

const open = (at = folder): Promise<Strongroom> =>
  openPracticeRealm(at, passphrases, { program: 'test', argon2: QUICK_ARGON2 });

beforeAll(async () => {
  parent = practiceTokenFolder();
  folder = join(parent, 'practice');
  // Cut off before it was ready, as by a power failure.
  mkdirSync(join(folder, 'tokens'), { recursive: true });
  writeFileSync(join(folder, 'practice-realm.txt'), '');
  await using strongroom = await open();
  expect(strongroom.operator?.name).toBe('officer');
}, 60_000);

afterAll(() => {
  rmSync(parent, { recursive: true, force: true });
});

describe('a practice realm', () => {
  it('has two regions, vaults, keys of several shapes, rotated versions, and backups in both regions', async () => {
    await using strongroom = await open();
    const regions = await strongroom.call('region.list', {});
    expect(regions.data.map(({ regionId }) => regionId).sort()).toEqual(['eu-frankfurt-1', 'eu-zurich-1']);
    const vaults = await strongroom.call('vault.list', {});
    expect(vaults.data.map(({ displayName }) => displayName).sort()).toEqual([
      'Archive Vault',
      'Payments Vault',
      'People Vault',
      'Zurich Signing Vault',
    ]);
    const payments = vaults.data.find(({ displayName }) => displayName === 'Payments Vault')!;
    const keys = await strongroom.call('key.list', { vaultId: payments.id });
    expect(keys.data.map((key) => [key.displayName, key.lifecycleState]).sort()).toEqual([
      ['Card data', 'ENABLED'],
      ['Partner exchange', 'DISABLED'],
      ['Settlement files', 'ENABLED'],
    ]);
    const backups = await strongroom.call('backup.list', {});
    expect(backups.data).toHaveLength(2);
    for (const bucketName of ['backups-fra', 'backups-zrh']) {
      expect((await strongroom.call('object.list', { bucketName })).data).toHaveLength(2);
    }
  });

  it('has something to do: not everything is covered', async () => {
    await using strongroom = await open();
    expect((await strongroom.call('backup.coverage', {})).isCovered).toBe(false);
  });

  it('is opened again as it was left, and not made anew', async () => {
    {
      await using strongroom = await open();
      await strongroom.call('compartment.create', { displayName: 'My own' });
    }
    await using strongroom = await open();
    const compartments = await strongroom.call('compartment.list', {});
    expect(compartments.data.map(({ name }) => name)).toContain('My own');
  });

  it("asks nobody for its officer's passphrase, and for those of further operators it does", async () => {
    await using strongroom = await open();
    expect(asked).toEqual([]);
    await strongroom.call('operator.create', { operatorName: 'trainee' });
    await strongroom.signIn('trainee');
    expect(asked).toEqual(['trainee', 'trainee']);
  });

  it('is for its owner alone', () => {
    for (const name of ['', 'home', 'officer.passphrase', 'practice-fra.pin', 'softhsm2.conf', 'tokens']) {
      expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
    }
    expect(existsSync(join(practiceHomeOf(folder), 'catalog.sqlite'))).toBe(true);
  });

  it('is not made where something else is', async () => {
    const other = join(parent, 'documents');
    mkdirSync(other);
    writeFileSync(join(other, 'thesis.txt'), 'years of work');
    await expect(open(other)).rejects.toMatchObject({ code: 'Conflict', reason: 'PracticeFolderInUse' });
    expect(readdirSync(other)).toEqual(['thesis.txt']);
  });
});
