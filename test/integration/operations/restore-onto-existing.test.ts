import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FRA, tokenFields, TwoRegions, ZRH } from '../../support/two-regions.ts';

let regions: TwoRegions;
beforeAll(async () => {
  regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
}, 60_000);
afterAll(async () => {
  await regions[Symbol.asyncDispose]();
});

it('rules R41, R42: restored onto itself, a key keeps the version that was made since the backup', async () => {
  const { call } = regions;
  const vault = await regions.makeVault();
  const key = await regions.makeKey(vault.id, 'Card data', { algorithm: 'AES', length: 32 });
  const file = regions.path('own-region');
  await call('vault.backup', { vaultId: vault.id, backupLocation: { destination: 'OFFLINE_FILE', file } });
  const rotated = await call('key-version.create', { keyId: key.id });
  const backupLocation = { destination: 'OFFLINE_FILE' as const, file };
  const plan = await call('backup.plan-restore', { backupLocation, region: FRA });
  expect(plan).toMatchObject({ isSourceRegion: true, keyVersionsToAdd: 0, keyVersionsPresent: 1 });
  expect(plan.items.filter((item) => item.action !== 'KEEP')).toEqual([]);
  const restored = await call('vault.restore', { backupLocation, region: FRA, planHash: plan.planHash });
  expect(restored.vault.id).toBe(vault.id);
  expect((await call('key.get', { keyId: key.id })).currentKeyVersion).toBe(rotated.id);
  expect((await call('key-version.list', { keyId: key.id })).data).toHaveLength(2);
});

it('rules R42, R43: a newer backup brings its new version to an earlier restore, and the plan says so', async () => {
  const { call } = regions;
  const vault = await regions.makeVault('Second Vault');
  const key = await regions.makeKey(vault.id, 'Orders', { algorithm: 'AES', length: 32 });
  const restoreFrom = async (name: string) => {
    const location = { destination: 'OFFLINE_FILE' as const, file: regions.path(name) };
    await call('vault.backup', { vaultId: vault.id, backupLocation: location });
    const plan = await call('backup.plan-restore', { backupLocation: location, region: ZRH });
    const restored = await call('vault.restore', {
      backupLocation: location,
      region: ZRH,
      planHash: plan.planHash,
    });
    return { plan, location, vaultId: restored.vault.id };
  };
  const first = await restoreFrom('older');
  await writeFile(regions.path('order'), 'ten');
  const rotated = await call('key-version.create', { keyId: key.id });
  await call('crypto.encrypt', {
    keyId: key.id,
    in: regions.path('order'),
    out: regions.path('order.encrypted'),
  });
  const second = await restoreFrom('newer');
  expect(second.vaultId).toBe(first.vaultId);
  const item = second.plan.items.find((each) => each.entityType === 'key');
  expect(item).toMatchObject({ action: 'UPDATE', keyVersionsToAdd: 1, keyVersionsPresent: 1 });
  const [restoredKey] = (await call('key.list', { vaultId: second.vaultId })).data;
  expect(restoredKey?.currentKeyVersion).toBe(item?.newCurrentKeyVersion);
  const current = await call('key-version.get', { keyVersionId: restoredKey?.currentKeyVersion ?? '' });
  expect(current.restoredFromKeyVersionId).toBe(rotated.id);
  await call('crypto.decrypt', {
    keyId: restoredKey?.id,
    in: regions.path('order.encrypted'),
    out: regions.path('order.plain'),
  });

  // The older one again: its plan warns of the newer, and nothing goes back.
  const again = await call('backup.plan-restore', { backupLocation: first.location, region: ZRH });
  expect(again.warnings.join(' ')).toContain('A newer backup of this is known');
  await call('vault.restore', { backupLocation: first.location, region: ZRH, planHash: again.planHash });
  expect((await call('key.list', { vaultId: second.vaultId })).data[0]?.currentKeyVersion).toBe(
    restoredKey?.currentKeyVersion,
  );
});

it('rule R1: one token does not count as two', async () => {
  await expect(
    regions.call('region.attach', { region: 'eu-madrid-1', regionKey: 'MAD', ...tokenFields(regions.zrh) }),
  ).rejects.toMatchObject({ code: 'Conflict', reason: 'TokenBound' });
});
