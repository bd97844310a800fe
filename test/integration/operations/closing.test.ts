import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Strongroom } from '../../../main/strongroom.ts';
import { OFFICER, passphrases, QUICK_ARGON2 } from '../../support/operators.ts';
import { FRA, openHome, tokenFields, TwoRegions } from '../../support/two-regions.ts';

let regions: TwoRegions;
let vaultId: string;
beforeAll(async () => {
  regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
  vaultId = (await regions.makeVault()).id;
}, 60_000);
afterAll(async () => {
  await regions[Symbol.asyncDispose]();
});

it('rule R73: a call that is no work request is waited for, and nothing is written after the end', async () => {
  const making = Array.from({ length: 4 }, (_, index) =>
    regions.makeKey(vaultId, `Key ${index}`, { algorithm: 'AES', length: 32 }),
  );
  const settled = Promise.allSettled(making);
  await regions.reopen();
  const made: string[] = [];
  for (const outcome of await settled) {
    // Either it was made, or the token had been closed before: never an error of a catalog that is gone.
    if (outcome.status === 'fulfilled') made.push(outcome.value.id);
    else
      expect(outcome.reason).toMatchObject({
        reason: expect.stringMatching(/^TokensClosed$|^ModuleStopped$/) as string,
      });
  }
  const { data } = await regions.call('key.list', { vaultId });
  expect(data.map(({ id }) => id).sort()).toEqual(made.sort());
  expect(data.every(({ lifecycleState }) => lifecycleState === 'ENABLED')).toBe(true);
});

it('rule R74: a call after the end says so, and closing twice is closing once', async () => {
  const home = join(regions.folder, 'another');
  const strongroom = await openHome(home, [regions.fra, regions.zrh]);
  await Promise.all([strongroom.close(), strongroom.close()]);
  await expect(strongroom.call('token.list', { ...tokenFields(regions.fra) })).rejects.toMatchObject({
    code: 'IncorrectState',
    reason: 'StrongroomEnded',
  });
  await strongroom.close();
  await (await openHome(home, [regions.fra, regions.zrh])).close();
});

it('rule R71: what a person is asked for is taken back at the end, which does not wait for them', async () => {
  const backupLocation = { destination: 'OFFLINE_FILE' as const, file: regions.path('backup') };
  await regions.call('vault.backup', { vaultId, backupLocation });
  await regions.strongroom.close();
  const asked = Promise.withResolvers<undefined>();
  const strongroom = await Strongroom.open({
    home: regions.path('home'),
    program: 'test',
    passphrases,
    argon2: QUICK_ARGON2,
    environment: regions.fra.environment,
    pins: () => ({
      kind: 'asked',
      ask: () => {
        asked.resolve(undefined);
        return new Promise(() => undefined);
      },
    }),
  });
  await strongroom.signIn(OFFICER);
  const restoring = strongroom.call('vault.restore', { backupLocation, region: FRA });
  const refusal = expect(restoring).rejects.toMatchObject({ reason: 'StrongroomEnded' });
  await asked.promise;
  await strongroom.close();
  await refusal;
  await regions.reopen();
  const [newest] = (await regions.call('work-request.list', { limit: 1 })).data;
  expect(newest).toMatchObject({ operationType: 'RESTORE_VAULT', status: 'CANCELED' });
});
