import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { OFFICER } from '../../support/operators.ts';
import { openHome, TwoRegions, ZRH } from '../../support/two-regions.ts';

let regions: TwoRegions;
let vault: { readonly id: string; readonly compartmentId: string };
let keyId: string;
const file = (): string => regions.path('payments');

beforeAll(async () => {
  regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
  vault = await regions.makeVault();
  keyId = (await regions.makeKey(vault.id, 'Card data', { algorithm: 'AES', length: 32 })).id;
  await regions.call('vault.backup', {
    vaultId: vault.id,
    backupLocation: { destination: 'OFFLINE_FILE', file: file() },
  });
  await regions.call('operator.create', { operatorName: 'backer' });
  await regions.call('group.create', { groupName: 'BackupOperators' });
  await regions.call('group.add-member', { groupName: 'BackupOperators', operatorName: 'backer' });
  // The reference's example of a backup operator.
  await regions.call('policy.create', {
    policyName: 'backups',
    compartmentId: vault.compartmentId,
    statements: [
      `Allow group BackupOperators to manage vaults in compartment Payments where any {request.permission='VAULT_INSPECT', request.permission='VAULT_READ', request.permission='VAULT_BACKUP'}`,
    ],
  });
}, 60_000);
afterAll(async () => {
  await regions[Symbol.asyncDispose]();
});

/** Does something as another operator. */
async function as<Result>(operatorName: string, act: () => Promise<Result>): Promise<Result> {
  await regions.strongroom.signIn(operatorName);
  try {
    return await act();
  } finally {
    await regions.strongroom.signIn(OFFICER);
  }
}

const backupLocation = () => ({ destination: 'OFFLINE_FILE' as const, file: file() });

it('rule R62: a policy gives a backup operator what it says', async () => {
  await as('backer', async () => {
    expect((await regions.call('vault.get', { vaultId: vault.id })).id).toBe(vault.id);
    const second = regions.path('by-backer');
    await regions.call('vault.backup', {
      vaultId: vault.id,
      backupLocation: { destination: 'OFFLINE_FILE', file: second },
    });
  });
});

it('rule R62: what it does not say is refused, naming permission and compartment, and changes nothing', async () => {
  await as('backer', async () => {
    const refusal = { code: 'NotAuthorized', status: 403, reason: 'NotAuthorizedByPolicy' };
    for (const act of [
      () => regions.call('key.disable', { keyId }),
      () => regions.call('crypto.encrypt', { keyId, in: file(), out: regions.path('never') }),
      () => regions.call('vault.schedule-deletion', { vaultId: vault.id }),
      () => regions.call('operator.create', { operatorName: 'friend' }),
      () =>
        regions.call('policy.create', {
          policyName: 'more',
          statements: ['Allow any-user to manage all-resources in tenancy'],
        }),
      () => regions.call('audit.list', {}),
    ]) {
      await expect(act()).rejects.toMatchObject(refusal);
    }
    await expect(regions.call('key.disable', { keyId })).rejects.toThrow(/KEY_UPDATE/);
  });
  expect((await regions.call('key.get', { keyId })).lifecycleState).toBe('ENABLED');
  expect((await regions.call('operator.list', {})).data.map(({ name }) => name)).not.toContain('friend');
});

it('rule R62: a restore is refused before the first write to whoever may not restore into the compartment', async () => {
  await regions.call('policy.create', {
    policyName: 'restore-elsewhere',
    statements: ['Allow group BackupOperators to manage vaults in compartment Elsewhere'],
  });
  await regions.call('compartment.create', { displayName: 'Elsewhere' });
  await as('backer', async () => {
    await expect(
      regions.call('vault.restore', { backupLocation: backupLocation(), region: ZRH }),
    ).rejects.toMatchObject({ code: 'NotAuthorized', reason: 'NotAuthorizedByPolicy' });
    await expect(
      regions.call('vault.restore', { backupLocation: backupLocation(), region: ZRH }),
    ).rejects.toThrow(/VAULT_RESTORE.*Payments/);
  });
  expect((await regions.call('vault.list', { region: ZRH })).data).toEqual([]);
});

it('rule R62: nobody calls without having signed in, and a wrong passphrase is nobody', async () => {
  regions.strongroom.signOut();
  await expect(regions.call('vault.list', {})).rejects.toMatchObject({
    code: 'NotAuthenticated',
    reason: 'SignInNeeded',
  });
  await expect(regions.strongroom.signIn('stranger')).rejects.toMatchObject({
    code: 'NotAuthenticated',
    reason: 'SignInFailed',
  });
  await expect(regions.call('vault.list', {})).rejects.toMatchObject({ reason: 'SignInNeeded' });
  await regions.strongroom.signIn(OFFICER);
  expect((await regions.call('vault.list', {})).data).not.toEqual([]);
});

it('rules R61, R62: refusals and sign-ins stand in the audit log', async () => {
  const { data } = await regions.call('audit.list', { limit: 1000 });
  const told = data.map((entry) => [entry.operationName, entry.operatorName, entry.outcome, entry.errorCode]);
  expect(told).toContainEqual(['key.disable', 'backer', 'REFUSED', 'NotAuthorized']);
  expect(told).toContainEqual(['audit.list', 'backer', 'REFUSED', 'NotAuthorized']);
  expect(told).toContainEqual(['operator.sign-in', undefined, 'REFUSED', 'NotAuthenticated']);
  expect(told).toContainEqual(['vault.backup', 'backer', 'SUCCEEDED', undefined]);
});

it('rule R62: a home without a realm takes no call but those that make its first operator', async () => {
  await using fresh = await openHome(join(regions.folder, 'fresh-home'), [regions.fra, regions.zrh]);
  for (const call of [
    () => fresh.call('vault.list', {}),
    () => fresh.call('operator.create', { operatorName: 'me' }),
    () => fresh.call('policy.list', {}),
  ]) {
    await expect(call()).rejects.toMatchObject({ code: 'NotAuthorizedOrNotFound' });
  }
  expect(fresh.hasOperators).toBe(false);
});
