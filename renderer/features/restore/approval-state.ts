import type { Approval } from '../../../shared/domain/approval.ts';

export interface ApprovalsOfPlan {
  /** The newest one of each compartment. */
  readonly approvals: readonly Approval[];
  /** Every one of them is given, and there is one at least. */
  readonly isGranted: boolean;
  /** Those that were refused, or were not given in time. */
  readonly lost: readonly Approval[];
}

/** What became of the requests for approval of one plan (rule R63). */
export function approvalsOfPlan(all: readonly Approval[], planHash: string): ApprovalsOfPlan {
  const newest = new Map<string, Approval>();
  for (const approval of all) {
    if (approval.planHash !== planHash) continue;
    const known = newest.get(approval.compartmentId);
    if (known === undefined || known.timeRequested < approval.timeRequested)
      newest.set(approval.compartmentId, approval);
  }
  const approvals = [...newest.values()];
  return {
    approvals,
    isGranted: approvals.length > 0 && approvals.every(({ state }) => state === 'GRANTED'),
    lost: approvals.filter(({ state }) => state === 'DENIED' || state === 'EXPIRED'),
  };
}
