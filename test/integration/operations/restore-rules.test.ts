import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { RequestInput } from '../../../shared/contract/contract.ts';
import { FRA, TwoRegions, ZRH } from '../../support/two-regions.ts';

const AES = { algorithm: 'AES', length: 32 } as const;
const RSA = { algorithm: 'RSA', length: 256 } as const;

let regions: TwoRegions;
let vaultId: string;
const call: TwoRegions['call'] = (name, request, options) => regions.call(name, request, options);

beforeAll(async () => {
  regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
}, 60_000);
beforeEach(async () => {
  vaultId = (await regions.makeVault()).id;
});
afterAll(async () => {
  await regions[Symbol.asyncDispose]();
});

/** A file of this vault's. */
const inFile = (name: string) => ({
  destination: 'OFFLINE_FILE' as const,
  file: regions.path(`${name}-${vaultId.slice(-12)}`),
});

async function backUp(name: string) {
  await call('vault.backup', { vaultId, backupLocation: inFile(name) });
  return inFile(name);
}

async function restore(
  backupLocation: ReturnType<typeof inFile>,
  region: string,
  more: Partial<RequestInput<'vault.restore'>> = {},
) {
  const plan = await call('backup.plan-restore', { backupLocation, region });
  return call('vault.restore', { backupLocation, region, planHash: plan.planHash, ...more });
}

/** Schedules, lets a week go by, and destroys. */
async function destroy(
  what: { keyId: string } | { vaultId: string } | { keyVersionId: string },
): Promise<void> {
  const timeOfDeletion = new Date(regions.clock.now().getTime() + 7.01 * 86_400_000).toISOString();
  const how = { timeOfDeletion, isOverrideCoverage: true };
  if ('keyId' in what) await call('key.schedule-deletion', { ...what, ...how });
  else if ('vaultId' in what) await call('vault.schedule-deletion', { ...what, ...how });
  else await call('key-version.schedule-deletion', { ...what, ...how });
  regions.clock.daysAhead += 8;
  await call('deletion.execute', {});
}

it('rule R48: a restore that would bring back a destroyed key says so, asks, and then brings it back to use', async () => {
  const key = await regions.makeKey(vaultId, 'Cards', AES);
  await writeFile(inFile('plain').file, 'four thousand');
  await call('crypto.encrypt', { keyId: key.id, in: inFile('plain').file, out: inFile('cipher').file });
  await call('key-version.create', { keyId: key.id });
  const backupLocation = await backUp('before');
  await destroy({ keyId: key.id });
  expect((await call('key.get', { keyId: key.id })).lifecycleState).toBe('DELETED');

  const plan = await call('backup.plan-restore', { backupLocation, region: FRA });
  expect(plan).toMatchObject({ keyVersionsToAdd: 2, keyVersionsToBringBack: 2, refused: [] });
  expect(plan.items).toContainEqual(
    expect.objectContaining({ id: key.id, action: 'UPDATE', isBroughtBack: true, lifecycleState: 'ENABLED' }),
  );
  expect(plan.warnings.join(' ')).toMatch(/destroyed here on purpose.*Cards/);
  await expect(restore(backupLocation, FRA)).rejects.toMatchObject({
    code: 'IncorrectState',
    reason: 'WouldBringBackDestroyed',
  });
  expect((await call('key.get', { keyId: key.id })).lifecycleState).toBe('DELETED');

  await restore(backupLocation, FRA, { isBringBackDestroyed: true });
  const back = await call('key.get', { keyId: key.id });
  expect(back).toMatchObject({ lifecycleState: 'ENABLED', currentKeyVersion: expect.any(String) as string });
  expect(back.timeOfDeletion).toBeUndefined();
  await call('crypto.decrypt', { in: inFile('cipher').file, out: inFile('again').file });
  expect(await readFile(inFile('again').file, 'utf8')).toBe('four thousand');
});

it('rule R48: a destroyed vault and a destroyed version come back only when asked to', async () => {
  const key = await regions.makeKey(vaultId, 'Cards', AES);
  const old = key.currentKeyVersion;
  await call('key-version.create', { keyId: key.id });
  const backupLocation = await backUp('before');
  await destroy({ keyVersionId: old });
  const plan = await call('backup.plan-restore', { backupLocation, region: FRA });
  expect(plan).toMatchObject({ keyVersionsToBringBack: 1, keyVersionsPresent: 1 });
  await expect(restore(backupLocation, FRA)).rejects.toMatchObject({ reason: 'WouldBringBackDestroyed' });
  await restore(backupLocation, FRA, { isBringBackDestroyed: true });
  expect((await call('key-version.get', { keyVersionId: old })).lifecycleState).toBe('ENABLED');

  await destroy({ vaultId });
  await expect(restore(backupLocation, FRA)).rejects.toMatchObject({ reason: 'WouldBringBackDestroyed' });
  const restored = await restore(backupLocation, FRA, { isBringBackDestroyed: true });
  expect(restored.vault).toMatchObject({ id: vaultId, lifecycleState: 'ACTIVE' });
  expect((await call('key.get', { keyId: key.id })).lifecycleState).toBe('ENABLED');
});

it('rule R45: limits stand in the plan and refuse the restore with the numbers, before anything is written', async () => {
  await regions.makeKey(vaultId, 'Cards', AES);
  await regions.makeKey(vaultId, 'Signing', RSA);
  const backupLocation = await backUp('before');
  const name = 'key-version-count-per-virtual-private-vault';
  await call('limit.set', { region: ZRH, name, value: 2 });
  const plan = await call('backup.plan-restore', { backupLocation, region: ZRH });
  // RSA and ECDSA versions count twice.
  expect(plan.limits).toContainEqual({ name, value: 2, used: 0, after: 3, isExceeded: true });
  await expect(restore(backupLocation, ZRH)).rejects.toMatchObject({ code: 'LimitExceeded', status: 400 });
  await expect(restore(backupLocation, ZRH)).rejects.toThrow(/is 2, 0 are used, 3 would be/);
  const before = (await call('vault.list', { region: ZRH })).data;
  expect(before.filter((vault) => vault.restoredFromVaultId === vaultId)).toEqual([]);
  await call('limit.set', { region: ZRH, name, value: 3 });
  expect((await restore(backupLocation, ZRH)).keyVersionCount).toBe(2);
  // What is there already takes no room again.
  expect((await restore(backupLocation, ZRH)).keyVersionCount).toBe(2);

  const value = before.length + 1;
  await call('limit.set', { region: ZRH, name: 'virtual-private-vault-count', value });
  const other = await call('vault.create', {
    compartmentId: (await call('vault.get', { vaultId })).compartmentId,
    displayName: 'Other',
    region: FRA,
  });
  await call('vault.backup', { vaultId: other.id, backupLocation: inFile('other') });
  await expect(restore(inFile('other'), ZRH)).rejects.toMatchObject({ code: 'LimitExceeded' });
  await call('limit.set', { region: ZRH, name: 'virtual-private-vault-count', value: 100 });
  await call('limit.set', { region: ZRH, name, value: 3000 });
});

it('rule R42: names and tags flow in from a newer backup only, and never over a later change of the restored vault', async () => {
  const key = await regions.makeKey(vaultId, 'Cards', AES);
  const older = await backUp('older');
  await call('vault.update', { vaultId, displayName: 'Renamed', freeformTags: { team: 'cards' } });
  await call('key.update', { keyId: key.id, displayName: 'Card data' });
  const newer = await backUp('newer');
  const there = (await restore(newer, ZRH)).vault.id;
  expect(await call('vault.get', { vaultId: there })).toMatchObject({
    displayName: 'Renamed',
    freeformTags: { team: 'cards' },
  });
  await restore(older, ZRH);
  expect((await call('vault.get', { vaultId: there })).displayName).toBe('Renamed');
  expect((await call('key.list', { vaultId: there })).data.map((one) => one.displayName)).toEqual([
    'Card data',
  ]);
  // Changed in Zurich after the backup was made: the backup is no longer the newer one.
  await call('vault.update', { vaultId: there, displayName: 'Zurich’s name' });
  await restore(newer, ZRH);
  expect((await call('vault.get', { vaultId: there })).displayName).toBe('Zurich’s name');
});

it('rule R42: onto a vault that went its own way, versions come in and nothing of its own is lost', async () => {
  const key = await regions.makeKey(vaultId, 'Cards', AES);
  const there = (await restore(await backUp('first'), ZRH)).vault.id;
  const [restoredKey] = (await call('key.list', { vaultId: there })).data;
  const keyId = restoredKey?.id ?? '';
  const own = await call('key-version.create', { keyId });
  await call('key.disable', { keyId });
  await call('key-version.create', { keyId: key.id });
  await restore(await backUp('second'), ZRH);
  // Both versions of Frankfurt and Zurich's own; Zurich's stays current, and disabled stays disabled.
  expect((await call('key-version.list', { keyId })).data).toHaveLength(3);
  expect(await call('key.get', { keyId })).toMatchObject({
    currentKeyVersion: own.id,
    lifecycleState: 'DISABLED',
  });
});

it('rule R41: the plan names each policy statement with an old OCID, and one command writes the new ones', async () => {
  await regions.makeKey(vaultId, 'Cards', AES);
  await call('group.create', { groupName: 'Readers' });
  const statement = `Allow group Readers to read vaults in tenancy where target.vault.id = '${vaultId}'`;
  await call('policy.create', { policyName: 'readers', statements: [statement] });
  const backupLocation = await backUp('before');
  const { policies } = await call('backup.plan-restore', { backupLocation, region: ZRH });
  const restored = await restore(backupLocation, ZRH);
  expect(policies).toEqual([
    expect.objectContaining({
      policyName: 'readers',
      statement,
      proposedStatement: expect.stringContaining(restored.vault.id) as string,
    }),
  ]);
  const [policy] = (await call('policy.apply-proposals', {})).policies;
  expect(policy?.statements).toEqual([statement, policies[0]?.proposedStatement]);
  // In the own region OCIDs stay, and nothing is proposed.
  expect((await call('backup.plan-restore', { backupLocation, region: FRA })).policies).toEqual([]);
});

it('rule R40: a vault that is in another compartment here is not restored onto', async () => {
  await regions.makeKey(vaultId, 'Cards', AES);
  const backupLocation = await backUp('before');
  const elsewhere = await call('compartment.create', { displayName: 'Elsewhere' });
  await regions.strongroom.close();
  // Nothing in Strongroom moves a vault: another home's catalog, or a hand on this one, could have it elsewhere.
  const database = new Database(join(regions.folder, 'home', 'catalog.sqlite'));
  database.prepare('UPDATE vaults SET compartment_id = ? WHERE id = ?').run(elsewhere.id, vaultId);
  database.close();
  await regions.reopen();
  const plan = await call('backup.plan-restore', { backupLocation, region: FRA });
  expect(plan.refused.join(' ')).toContain('another compartment');
  await expect(restore(backupLocation, FRA)).rejects.toMatchObject({ reason: 'PlanRefused' });
});

it('rule R47: onto what is scheduled for deletion nothing is restored', async () => {
  const key = await regions.makeKey(vaultId, 'Cards', AES);
  const backupLocation = await backUp('before');
  await call('key.schedule-deletion', { keyId: key.id });
  await expect(restore(backupLocation, FRA)).rejects.toMatchObject({ status: 409, reason: 'PlanRefused' });
  await call('vault.schedule-deletion', { vaultId });
  await expect(restore(backupLocation, FRA)).rejects.toMatchObject({ status: 409, reason: 'PlanRefused' });
});

it('rule R60: if-match guards a restore against a vault that changed since it was read', async () => {
  await regions.makeKey(vaultId, 'Cards', AES);
  const backupLocation = await backUp('before');
  const { etag } = await call('vault.get', { vaultId });
  await call('vault.update', { vaultId, displayName: 'Renamed' });
  await expect(restore(backupLocation, FRA, { ifMatch: etag })).rejects.toMatchObject({
    code: 'NoEtagMatch',
    status: 412,
  });
  const now = (await call('vault.get', { vaultId })).etag;
  expect((await restore(backupLocation, FRA, { ifMatch: now })).vault.id).toBe(vaultId);
});
