import { afterAll, beforeAll, expect, it } from 'vitest';
import { TwoRegions } from '../../support/two-regions.ts';

let regions: TwoRegions;
let vaultId: string;
beforeAll(async () => {
  regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
  vaultId = (await regions.makeVault()).id;
}, 60_000);
afterAll(async () => {
  await regions[Symbol.asyncDispose]();
});

const AES = { algorithm: 'AES', length: 32 } as const;

it('rule R60: a request that is made twice with one retry token is carried out once', async () => {
  const request = { vaultId, displayName: 'Once', keyShape: AES, retryToken: 'make-the-key' };
  const first = await regions.call('key.create', request);
  expect(await regions.call('key.create', request)).toEqual(first);
  const named = (await regions.call('key.list', { vaultId })).data.filter(
    (key) => key.displayName === 'Once',
  );
  expect(named.map((key) => key.id)).toEqual([first.id]);
});

it('rule R60: a backup that is asked for twice with one retry token is one backup and one work request', async () => {
  const request = {
    vaultId,
    backupLocation: { destination: 'BUCKET' as const, bucketName: 'fra' },
    retryToken: 'nightly',
  };
  const first = await regions.call('vault.backup', request);
  const again = await regions.call('vault.backup', request);
  expect(again.workRequestId).toBe(first.workRequestId);
  expect(again).toEqual(first);
  expect((await regions.call('backup.list', { vaultId })).data).toHaveLength(1);
});

it('rule R60: a retry token that was used for another request is refused, and nothing is done', async () => {
  const request = { vaultId, displayName: 'First', keyShape: AES, retryToken: 'taken' };
  await regions.call('key.create', request);
  await expect(regions.call('key.create', { ...request, displayName: 'Second' })).rejects.toMatchObject({
    code: 'InvalidatedRetryToken',
    status: 409,
    reason: 'RetryTokenUsed',
  });
  const names = (await regions.call('key.list', { vaultId })).data.map((key) => key.displayName);
  expect(names).toContain('First');
  expect(names).not.toContain('Second');
});

it('rule R60: a request that failed may be made again with the same retry token', async () => {
  const request = {
    vaultId,
    backupLocation: { destination: 'BUCKET' as const, bucketName: 'later' },
    retryToken: 'again',
  };
  await expect(regions.call('vault.backup', request)).rejects.toMatchObject({ reason: 'BucketNotFound' });
  await regions.call('bucket.create', {
    name: 'later',
    location: regions.path('bucket-later'),
    region: 'eu-frankfurt-1',
  });
  expect((await regions.call('vault.backup', request)).backup.vaultId).toBe(vaultId);
});

it('rule R60: the answer outlives the program', async () => {
  const request = { vaultId, displayName: 'Survivor', keyShape: AES, retryToken: 'restart' };
  const first = await regions.call('key.create', request);
  await regions.reopen();
  expect(await regions.call('key.create', request)).toEqual(first);
});

it('rule R60: after 24 hours the same word is another request', async () => {
  const request = { vaultId, displayName: 'Daily', keyShape: AES, retryToken: 'daily' };
  const first = await regions.call('key.create', request);
  regions.clock.daysAhead = 1;
  const second = await regions.call('key.create', request);
  expect(second.id).not.toBe(first.id);
});
