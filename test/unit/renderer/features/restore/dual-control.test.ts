import { describe, expect, it } from 'vitest';
import type { Approval } from '../../../../../shared/domain/approval.ts';
import type { Compartment } from '../../../../../shared/domain/vault.ts';
import { approvalsOfPlan } from '../../../../../renderer/features/restore/approval-state.ts';
import { isUnderDualControl } from '../../../../../renderer/features/restore/dual-control.ts';

const timeCreated = '2026-11-24T00:00:00Z';
const root: Compartment = { id: 'root', name: 'Tenancy', timeCreated };
const payments: Compartment = { id: 'payments', compartmentId: 'root', name: 'Payments', timeCreated };
const cards: Compartment = { id: 'cards', compartmentId: 'payments', name: 'Cards', timeCreated };
const planIn = (id: string) => ({
  items: [{ entityType: 'compartment' as const, action: 'KEEP' as const, displayName: '', sourceId: id, id }],
});

function approval(change: Partial<Approval>): Approval {
  return {
    id: 'approval',
    operation: 'vault.restore',
    planHash: 'a'.repeat(64),
    summary: '',
    compartmentId: 'payments',
    requestedBy: 'officer',
    timeRequested: timeCreated,
    timeExpires: timeCreated,
    state: 'REQUESTED',
    ...change,
  };
}

describe('dual control of a restore', () => {
  it('rule R63: holds in the compartment and below it', () => {
    const all = [root, { ...payments, isApprovalRequired: true }, cards];
    expect(isUnderDualControl(planIn('cards'), all)).toBe(true);
    expect(isUnderDualControl(planIn('payments'), all)).toBe(true);
    expect(isUnderDualControl(planIn('root'), all)).toBe(false);
    expect(isUnderDualControl(planIn('new'), [{ ...root, isApprovalRequired: true }])).toBe(true);
    expect(isUnderDualControl(planIn('cards'), [])).toBe(false);
  });

  it('rule R63: is given only when every compartment’s newest approval of this very plan is', () => {
    const hash = 'a'.repeat(64);
    const granted = approval({ state: 'GRANTED' });
    expect(approvalsOfPlan([], hash).isGranted).toBe(false);
    expect(approvalsOfPlan([granted], hash).isGranted).toBe(true);
    expect(approvalsOfPlan([granted], 'b'.repeat(64)).isGranted).toBe(false);
    expect(approvalsOfPlan([granted, approval({ compartmentId: 'cards' })], hash).isGranted).toBe(false);
    const again = approval({ id: 'later', timeRequested: '2026-11-24T01:00:00Z' });
    expect(approvalsOfPlan([again, granted], hash)).toMatchObject({ approvals: [again], isGranted: false });
    const denied = approval({ state: 'DENIED', timeRequested: '2026-11-24T02:00:00Z' });
    expect(approvalsOfPlan([denied, granted], hash).lost).toEqual([denied]);
  });
});
