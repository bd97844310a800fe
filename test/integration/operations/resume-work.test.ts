import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Progress } from '../../../shared/domain/work-request.ts';
import { FRA, TwoRegions, ZRH } from '../../support/two-regions.ts';

const KEYS = 6;
let regions: TwoRegions;
let vaultId: string;
const file = (): string => regions.path('to-resume');

beforeAll(async () => {
  regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
  vaultId = (await regions.makeVault()).id;
  for (let key = 0; key < KEYS; key += 1) {
    await regions.makeKey(vaultId, `Key ${key}`, { algorithm: 'AES', length: 32 });
  }
}, 60_000);
afterAll(async () => {
  await regions[Symbol.asyncDispose]();
});

/** Calls `cancel` for a running work request as soon as it says what `when` waits for. */
function cancelWhen(when: (activity: string) => boolean): {
  readonly onProgress: (progress: Progress) => void;
  readonly cancelled: Promise<string>;
} {
  const { promise: cancelled, resolve } = Promise.withResolvers<string>();
  let isAsked = false;
  return {
    cancelled,
    onProgress: ({ activity, workRequestId }) => {
      if (isAsked || !when(activity)) return;
      isAsked = true;
      void regions.call('work-request.cancel', { workRequestId }).then(() => {
        resolve(workRequestId);
      });
    },
  };
}

it('rule R60: a backup that is cancelled leaves nothing, and is resumed by a work request of its own', async () => {
  const cancel = cancelWhen((activity) => activity.startsWith('Sealing'));
  const backupLocation = { destination: 'OFFLINE_FILE' as const, file: file() };
  await expect(
    regions.call('vault.backup', { vaultId, backupLocation }, { onProgress: cancel.onProgress }),
  ).rejects.toMatchObject({ reason: 'WorkRequestCanceled' });
  const workRequestId = await cancel.cancelled;
  expect(await regions.call('work-request.get', { workRequestId })).toMatchObject({ status: 'CANCELED' });
  expect((await regions.call('vault.get', { vaultId })).lifecycleState).toBe('ACTIVE');
  expect((await regions.call('backup.list', { vaultId })).data).toEqual([]);

  const resumed = await regions.call('work-request.resume', { workRequestId });
  expect(resumed).toMatchObject({ status: 'SUCCEEDED', resumedFrom: workRequestId, percentComplete: 100 });
  expect((await regions.call('backup.list', { vaultId })).data).toHaveLength(1);
});

it('rule R60: a cancelled restore is resumed with the key versions that are on the token already', async () => {
  const cancel = cancelWhen((activity) => activity.startsWith(`Restoring key version 1 `));
  const backupLocation = { destination: 'OFFLINE_FILE' as const, file: file() };
  await expect(
    regions.call('vault.restore', { backupLocation, region: ZRH }, { onProgress: cancel.onProgress }),
  ).rejects.toMatchObject({ reason: 'WorkRequestCanceled' });
  const workRequestId = await cancel.cancelled;
  expect((await regions.call('vault.list', { region: ZRH })).data).toEqual([]);

  const written: string[] = [];
  const resumed = await regions.call(
    'work-request.resume',
    { workRequestId },
    {
      onProgress: ({ activity }) => {
        if (activity.startsWith('Restoring key version')) written.push(activity);
      },
    },
  );
  expect(resumed.status).toBe('SUCCEEDED');
  // What had reached the token before the cancellation was heeded is not made again.
  expect(new Set(written).size).toBeLessThan(KEYS);
  const [vault] = (await regions.call('vault.list', { region: ZRH })).data;
  const keys = (await regions.call('key.list', { vaultId: vault?.id })).data;
  expect(keys.map((key) => key.lifecycleState)).toEqual(keys.map(() => 'ENABLED'));
  expect(keys).toHaveLength(KEYS);
  // They outlive the next login, which destroys what interrupted work has left.
  await regions.reopen();
  const plan = await regions.call('backup.plan-restore', { backupLocation, region: ZRH });
  expect(plan).toMatchObject({ keyVersionsToAdd: 0, keyVersionsPresent: KEYS });
});

it('rule R60: what succeeded, and what names a secret place, is not resumed', async () => {
  const { workRequestId } = await regions.call('vault.backup', {
    vaultId,
    backupLocation: { destination: 'BUCKET', bucketName: 'fra' },
  });
  await expect(regions.call('work-request.resume', { workRequestId })).rejects.toMatchObject({
    code: 'IncorrectState',
    reason: 'WorkRequestNotResumable',
  });
  await expect(regions.call('work-request.cancel', { workRequestId })).rejects.toMatchObject({
    code: 'IncorrectState',
    reason: 'WorkRequestNotRunning',
  });
});

it('rules R47, R60: closing the program cancels what runs and undoes it', async () => {
  let isBegun: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    isBegun = resolve;
  });
  const backing = regions.call(
    'vault.backup',
    { vaultId, backupLocation: { destination: 'OFFLINE_FILE', file: regions.path('closed') } },
    { onProgress: () => isBegun() },
  );
  const outcome = expect(backing).rejects.toMatchObject({ reason: 'WorkRequestCanceled' });
  await begun;
  await regions.reopen();
  await outcome;
  const [newest] = (await regions.call('work-request.list', { limit: 1 })).data;
  expect(newest).toMatchObject({ operationType: 'BACKUP_VAULT', status: 'CANCELED' });
  expect(await regions.call('vault.get', { vaultId })).toMatchObject({
    lifecycleState: 'ACTIVE',
    region: FRA,
  });
});
