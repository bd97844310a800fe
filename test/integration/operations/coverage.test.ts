import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResponseOf } from '../../../shared/contract/contract.ts';
import { commandLineOn } from '../../support/command-line-on-home.ts';
import type { CommandLineResult } from '../../support/command-line-on-home.ts';
import { FRA, TwoRegions, ZRH } from '../../support/two-regions.ts';

describe('rule R52: coverage of a home with two regions', () => {
  let regions: TwoRegions;
  let vault: ResponseOf<'vault.create'>;
  let key: ResponseOf<'key.create'>;

  beforeAll(async () => {
    regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
    vault = await regions.makeVault();
    key = await regions.makeKey(vault.id, 'cards', { algorithm: 'AES', length: 32 });
  }, 60_000);

  afterAll(async () => {
    await regions[Symbol.asyncDispose]();
  });

  function commandLine(...words: string[]): Promise<CommandLineResult> {
    return commandLineOn(regions.strongroom, words, regions.folder);
  }

  async function statuses(): Promise<string[]> {
    return (await regions.call('backup.coverage', {})).data.map((row) => row.status);
  }

  it('never backed up: exit code 1, on stdout all the same', async () => {
    expect(await statuses()).toEqual(['NEVER_BACKED_UP', 'NEVER_BACKED_UP']);
    const shown = await commandLine('backup', 'coverage', '--output', 'json');
    expect(shown.exitCode).toBe(1);
    expect(JSON.parse(shown.stdout)).toMatchObject({
      isCovered: false,
      summary: { neverBackedUp: 1, uncoveredVaultCount: 1 },
    });
  });

  it('a backup that is verified, and copied byte for byte to another region, meets the home’s target: exit code 0', async () => {
    const { copy } = await regions.call('vault.backup', {
      vaultId: vault.id,
      backupLocation: { destination: 'BUCKET', bucketName: 'fra' },
    });
    expect(await statuses()).toEqual(['TOO_FEW_COPIES', 'TOO_FEW_COPIES']);
    if (copy.place.kind !== 'bucket') throw new Error('not in a bucket');
    await regions.call('object.copy', {
      bucketName: 'fra',
      region: FRA,
      sourceObjectName: copy.place.objectName,
      destinationRegion: ZRH,
      destinationBucket: 'zrh',
    });
    const answer = await regions.call('backup.coverage', {});
    expect(answer.isCovered).toBe(true);
    expect(answer.data.map((row) => row.status)).toEqual(['COVERED', 'COVERED']);
    expect(answer.data[1]?.copiesByPlace.map(({ region, count }) => [region, count])).toEqual([
      [FRA, 1],
      [ZRH, 1],
    ]);
    const shown = await commandLine('backup', 'coverage', '--output', 'table');
    expect(shown.exitCode).toBe(0);
    expect(shown.stdout).toMatch(/COVERED +KEY +cards/);
    expect(shown.stdout).toContain(`${FRA} 1, ${ZRH} 1`);
    expect(shown.stdout).toMatch(/^Covered +yes/m);
  });

  it('a rotation makes a version that no backup has, and names it', async () => {
    const rotated = await regions.call('key-version.create', { keyId: key.id });
    const answer = await regions.call('backup.coverage', { vaultId: vault.id });
    expect(answer.isCovered).toBe(false);
    expect(answer.data[1]).toMatchObject({
      status: 'NEVER_BACKED_UP',
      keyVersionCount: 2,
      coveredKeyVersionCount: 1,
      uncoveredKeyVersionIds: [rotated.id],
    });
    expect((await commandLine('backup', 'coverage', '--output', 'table')).stdout).toContain(rotated.id);
  });

  it('one key is asked about by itself, and a version for the backups that have it', async () => {
    await regions.makeKey(vault.id, 'another', { algorithm: 'AES', length: 16 });
    const { data, summary } = await regions.call('backup.coverage', { keyId: key.id });
    expect(data.map(({ id }) => id)).toEqual([vault.id, key.id]);
    expect(summary).toMatchObject({ keyCount: 1, keyVersionCount: 2, covered: 1, neverBackedUp: 1 });
    const versions = (await regions.call('key-version.list', { keyId: key.id })).data;
    const counts = await Promise.all(
      versions.map(async ({ id }) => (await regions.call('backup.list', { keyVersionId: id })).data.length),
    );
    expect(counts).toEqual([1, 0]);
  });

  it('targets are set for the home and for a vault, and taken back', async () => {
    const home = { maximumAgeHours: 168, minimumCopies: 2, minimumRegions: 2 };
    expect(await regions.call('vault.set-backup-target', { vaultId: vault.id, minimumCopies: 3 })).toEqual({
      vaultId: vault.id,
      target: { ...home, minimumCopies: 3 },
      isOfVault: true,
    });
    expect(await regions.call('vault.set-backup-target', { maximumAgeHours: 24 })).toEqual({
      target: { ...home, maximumAgeHours: 24 },
      isOfVault: false,
    });
    const { data } = await regions.call('backup.coverage', {});
    expect(data[0]?.target).toEqual({ ...home, minimumCopies: 3, isOfVault: true });
    const reset = await commandLine('vault', 'set-backup-target', '--vault-id', vault.id, '--output', 'json');
    expect(JSON.parse(reset.stdout)).toEqual({
      vaultId: vault.id,
      target: { ...home, maximumAgeHours: 24 },
      isOfVault: false,
    });
    await expect(regions.call('vault.set-backup-target', {})).rejects.toMatchObject({
      code: 'MissingParameter',
    });
    await expect(regions.call('vault.set-backup-target', { maximumAgeHours: 0 })).rejects.toMatchObject({
      code: 'InvalidParameter',
    });
  });
});
