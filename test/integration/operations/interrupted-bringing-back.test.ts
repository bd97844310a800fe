import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { killDuring } from '../../support/kill-during.ts';
import { FRA, TwoRegions } from '../../support/two-regions.ts';

const VERSIONS = 5;
let regions: TwoRegions;
let vaultId: string;
let keyId: string;
let planHash: string;
const call: TwoRegions['call'] = (name, request, options) => regions.call(name, request, options);
const backupLocation = () => ({ destination: 'OFFLINE_FILE' as const, file: regions.path('before') });
const restore = () => ({
  backupLocation: backupLocation(),
  region: FRA,
  isBringBackDestroyed: true,
  planHash,
});

beforeAll(async () => {
  regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
  vaultId = (await regions.makeVault()).id;
  keyId = (await regions.makeKey(vaultId, 'Cards', { algorithm: 'AES', length: 32 })).id;
  for (let version = 1; version < VERSIONS; version += 1) await call('key-version.create', { keyId });
  await writeFile(regions.path('plain'), 'four thousand');
  await call('crypto.encrypt', { keyId, in: regions.path('plain'), out: regions.path('cipher') });
  await call('vault.backup', { vaultId, backupLocation: backupLocation() });
  const timeOfDeletion = new Date(Date.now() + 7.01 * 86_400_000).toISOString();
  await call('key.schedule-deletion', { keyId, timeOfDeletion });
  regions.clock.daysAhead = 8;
  await call('deletion.execute', {});
  // The killed program has the machine's own clock.
  regions.clock.daysAhead = 0;
  ({ planHash } = await call('backup.plan-restore', { backupLocation: backupLocation(), region: FRA }));
}, 60_000);
afterAll(async () => {
  await regions[Symbol.asyncDispose]();
});

/** The key as it was when it had been destroyed: nothing of it usable, its time of deletion told. */
async function expectDestroyed(): Promise<void> {
  const key = await call('key.get', { keyId });
  expect(key).toMatchObject({ lifecycleState: 'DELETED' });
  expect(key.timeOfDeletion).toBeDefined();
  const versions = (await call('key-version.list', { keyId })).data;
  expect(versions.map((version) => version.lifecycleState)).toEqual(Array(VERSIONS).fill('DELETED'));
  await expect(
    call('crypto.decrypt', { in: regions.path('cipher'), out: regions.path('never') }),
  ).rejects.toMatchObject({ code: 'IncorrectState' });
}

it('rules R48, R60: cancelled in the middle, bringing back leaves the key destroyed, and the token without it', async () => {
  let isAsked = false;
  await expect(
    call('vault.restore', restore(), {
      onProgress: ({ activity, workRequestId }) => {
        if (isAsked || !activity.startsWith('Restoring key version 1 ')) return;
        isAsked = true;
        void call('work-request.cancel', { workRequestId });
      },
    }),
  ).rejects.toMatchObject({ reason: 'WorkRequestCanceled' });
  await expectDestroyed();
  await regions.reopen();
  const plan = await call('backup.plan-restore', { backupLocation: backupLocation(), region: FRA });
  // The same plan as before: nothing of the cancelled restore is left on the token, or passes for what was there.
  expect(plan).toMatchObject({ planHash, keyVersionsToBringBack: VERSIONS, keyVersionsPresent: 0 });
});

it('rules R48, R73: killed in the middle, it leaves the key destroyed; resumed by the same plan, it is all back', async () => {
  await killDuring(regions, 'vault.restore', restore(), {
    activity: 'Restoring key version',
    event: 2,
  });
  expect(regions.strongroom.recovery).toMatchObject([{ operationType: 'RESTORE_VAULT', outcome: 'FAILED' }]);
  await expectDestroyed();
  const workRequestId = regions.strongroom.recovery[0]?.workRequestId ?? '';
  const resumed = await call('work-request.resume', { workRequestId });
  expect(resumed).toMatchObject({ status: 'SUCCEEDED', resumedFrom: workRequestId });

  const key = await call('key.get', { keyId });
  expect(key.lifecycleState).toBe('ENABLED');
  expect(key.timeOfDeletion).toBeUndefined();
  const versions = (await call('key-version.list', { keyId })).data;
  expect(versions.map((version) => version.lifecycleState)).toEqual(Array(VERSIONS).fill('ENABLED'));
  // It outlives the next login, which destroys what interrupted work has left.
  await regions.reopen();
  await call('crypto.decrypt', { in: regions.path('cipher'), out: regions.path('plain again') });
  expect(await readFile(regions.path('plain again'), 'utf8')).toBe('four thousand');
});
