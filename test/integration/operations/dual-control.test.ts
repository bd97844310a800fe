import { afterAll, beforeAll, expect, it } from 'vitest';
import { OFFICER } from '../../support/operators.ts';
import { TwoRegions, ZRH } from '../../support/two-regions.ts';

let regions: TwoRegions;
let vault: { readonly id: string; readonly compartmentId: string };
const backupLocation = () => ({ destination: 'OFFLINE_FILE' as const, file: regions.path('payments') });

beforeAll(async () => {
  regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
  vault = await regions.makeVault();
  await regions.makeKey(vault.id, 'Card data', { algorithm: 'AES', length: 32 });
  await regions.call('vault.backup', { vaultId: vault.id, backupLocation: backupLocation() });
  await regions.call('operator.create', { operatorName: 'second' });
  await regions.call('group.add-member', { groupName: 'Administrators', operatorName: 'second' });
  await regions.call('compartment.update', {
    compartmentId: vault.compartmentId,
    isApprovalRequired: true,
  });
}, 60_000);
afterAll(async () => {
  await regions[Symbol.asyncDispose]();
});

async function as<Result>(operatorName: string, act: () => Promise<Result>): Promise<Result> {
  await regions.strongroom.signIn(operatorName);
  try {
    return await act();
  } finally {
    await regions.strongroom.signIn(OFFICER);
  }
}

const needed = { code: 'NotAllowed', status: 403, reason: 'ApprovalNeeded' };

async function newestApproval() {
  const [newest] = (await regions.call('approval.list', { limit: 1 })).data;
  if (newest === undefined) throw new Error('there is no approval');
  return newest;
}

it('rule R63: a restore waits for a second operator, who approves the hash of its plan', async () => {
  const plan = await regions.call('backup.plan-restore', { backupLocation: backupLocation(), region: ZRH });
  const restore = () =>
    regions.call('vault.restore', { backupLocation: backupLocation(), region: ZRH, planHash: plan.planHash });
  await expect(restore()).rejects.toMatchObject(needed);
  expect((await regions.call('vault.list', { region: ZRH })).data).toEqual([]);

  const asked = await newestApproval();
  expect(asked).toMatchObject({
    operation: 'vault.restore',
    planHash: plan.planHash,
    requestedBy: OFFICER,
    state: 'REQUESTED',
  });
  // Asking once more asks for the same approval, and asking does not grant it.
  await expect(restore()).rejects.toMatchObject(needed);
  expect((await newestApproval()).id).toBe(asked.id);
  await expect(regions.call('approval.grant', { approvalId: asked.id })).rejects.toMatchObject({
    code: 'NotAllowed',
    reason: 'OwnApproval',
  });

  await as('second', () => regions.call('approval.grant', { approvalId: asked.id }));
  expect((await restore()).keyCount).toBe(1);
  expect(await regions.call('approval.get', { approvalId: asked.id })).toMatchObject({
    state: 'USED',
    decidedBy: 'second',
  });
});

it('rule R63: an approval is good for its plan only, once, for the operator who asked', async () => {
  const schedule = (name: string) =>
    regions.call('vault.schedule-deletion', {
      vaultId: vault.id,
      isOverrideCoverage: true,
      timeOfDeletion: new Date(Date.now() + Number(name) * 86_400_000).toISOString(),
    });
  await expect(schedule('10')).rejects.toMatchObject(needed);
  const asked = await newestApproval();
  await as('second', () => regions.call('approval.grant', { approvalId: asked.id }));
  // Another time of deletion is another plan.
  await expect(schedule('11')).rejects.toMatchObject(needed);
  // The second operator cannot use the first one's.
  await as('second', () => expect(schedule('12')).rejects.toMatchObject(needed));
  expect((await regions.call('vault.get', { vaultId: vault.id })).lifecycleState).toBe('ACTIVE');
});

it('rule R63: what was granted can be taken back, and what is not used within a day is void', async () => {
  const enrol = (displayName: string) =>
    regions.call('compartment.update', { compartmentId: vault.compartmentId, displayName });
  await expect(enrol('Renamed')).rejects.toMatchObject(needed);
  const first = await newestApproval();
  await as('second', () => regions.call('approval.grant', { approvalId: first.id }));
  await as('second', () => regions.call('approval.deny', { approvalId: first.id }));
  await expect(enrol('Renamed')).rejects.toMatchObject(needed);

  const second = await newestApproval();
  expect(second.id).not.toBe(first.id);
  await as('second', () => regions.call('approval.grant', { approvalId: second.id }));
  regions.clock.daysAhead = 1;
  await expect(enrol('Renamed')).rejects.toMatchObject(needed);
  expect((await regions.call('approval.get', { approvalId: second.id })).state).toBe('EXPIRED');
  expect((await regions.call('compartment.get', { compartmentId: vault.compartmentId })).name).toBe(
    'Payments',
  );
});

it('rule R63: turning dual control off needs an approval itself; other compartments have none', async () => {
  await expect(
    regions.call('compartment.update', { compartmentId: vault.compartmentId, isApprovalRequired: false }),
  ).rejects.toMatchObject(needed);
  const other = await regions.call('compartment.create', { displayName: 'Free' });
  const child = await regions.call('compartment.create', {
    displayName: 'Below',
    parentId: vault.compartmentId,
  });
  await regions.call('compartment.update', { compartmentId: other.id, displayName: 'Freer' });
  // Dual control holds below its compartment too.
  await expect(
    regions.call('compartment.update', { compartmentId: child.id, displayName: 'Deeper' }),
  ).rejects.toMatchObject(needed);
});

it('rules R62, R63: under the tenancy’s dual control policies, enrolments and approvals themselves wait too', async () => {
  const { tenancyId } = await regions.call('realm.get', {});
  await regions.call('compartment.update', { compartmentId: tenancyId, isApprovalRequired: true });
  for (const act of [
    () =>
      regions.call('policy.create', {
        policyName: 'more',
        statements: ['Allow any-user to inspect vaults in tenancy'],
      }),
    () => regions.call('operator.create', { operatorName: 'third' }),
    () => regions.call('region.detach', { region: ZRH }),
    () => regions.call('compartment.update', { compartmentId: tenancyId, isApprovalRequired: false }),
  ]) {
    await expect(act()).rejects.toMatchObject(needed);
  }
  expect((await regions.call('policy.list', {})).data.map(({ name }) => name)).not.toContain('more');
});
