import { randomBytes } from 'node:crypto';
import type { OperationName } from '../../shared/contract/contract.ts';
import type { ApprovalState } from '../../shared/domain/approval.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { formatOcid, ocidCharacters } from '../../shared/domain/identifiers.ts';
import type { Operator } from '../../shared/domain/operator.ts';
import type { ApprovalRecord } from '../catalog/approval-store.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import type { OperationContext, OperationHandler } from './operation-context.ts';

/** How long an approval is good for, counted from when it was asked for. */
const GOOD_FOR_MILLISECONDS = 24 * 60 * 60 * 1000;

/** What is about to be done, for a second operator to approve (rule R63). */
export interface ApprovableAct {
  readonly operation: OperationName;
  /** Of the restore plan, or of the operation with its whole request. */
  readonly planHash: string;
  readonly summary: string;
  /** Compartments that it touches; approval is needed if one of them or of their parents wants it. */
  readonly compartmentIds: readonly string[];
}

interface ApprovalWanted extends ApprovableAct {
  readonly compartmentId: string;
  readonly requestedBy: string;
}

/**
 * The one gate of dual control (rule R63): an approval for every controlled compartment that the act touches, for each has
 * its own people to ask. They are spent from here on, so that two calls at once cannot share one, nor can a call after a
 * crash; what failed gives them back.
 * @returns the approvals that let the act go ahead; none if none is needed.
 * @throws StrongroomError NotAllowed, reason `ApprovalNeeded`; then the requests for approval are written down. Not to be
 * called inside a transaction, which would take them back.
 */
export function takeApprovals(
  catalog: Catalog,
  now: () => Date,
  operator: Operator | undefined,
  act: ApprovableAct,
): readonly ApprovalRecord[] {
  // Without an operator there is nobody to approve: only the making of the first operator comes here so.
  if (operator === undefined) return [];
  const controlled = [...new Set(act.compartmentIds)].filter((id) => isUnderDualControl(catalog, id));
  const time = now();
  const approvals = catalog.transaction(() => {
    catalog.approvals.expire(time.toISOString());
    const open = controlled.map((compartmentId) => {
      const wanted = { ...act, compartmentId, requestedBy: operator.name };
      return catalog.approvals.openOf(wanted, time.toISOString()) ?? ask(catalog, time, wanted);
    });
    if (open.every(({ state }) => state === 'GRANTED')) {
      for (const { id } of open) catalog.approvals.update(id, { state: 'USED' });
    }
    return open;
  });
  const missing = approvals.filter(({ state }) => state !== 'GRANTED');
  if (missing.length === 0) return approvals;
  const names = missing.map(({ compartmentId }) => catalog.compartments.require(compartmentId).name);
  throw new StrongroomError(
    'NotAllowed',
    `Dual control: in ${names.length === 1 ? 'compartment' : 'compartments'} ${names.join(', ')} this needs a second operator's approval of plan ${act.planHash}. Nothing was changed.`,
    `Ask another operator to read and approve it (approval get, approval grant --approval-id ${missing.map(({ id }) => id).join(', then ')}), then run the same command again.`,
    { reason: 'ApprovalNeeded' },
  );
}

/** What they were taken for failed and changed nothing; the caller's transaction. */
export function giveBackApprovals(catalog: Catalog, approvals: readonly ApprovalRecord[]): void {
  for (const { id } of approvals) catalog.approvals.update(id, { state: 'GRANTED' });
}

export function isUnderDualControl(catalog: Catalog, compartmentId: string): boolean {
  return catalog.compartments.lineOf(compartmentId).some((one) => one.isApprovalRequired === true);
}

function ask(
  catalog: Catalog,
  time: Date,
  { operation, planHash, summary, compartmentId, requestedBy }: ApprovalWanted,
): ApprovalRecord {
  const asked: ApprovalRecord = {
    id: formatOcid({ type: 'approval', uniqueId: ocidCharacters(randomBytes(38), 60) }),
    operation,
    planHash,
    summary,
    compartmentId,
    requestedBy,
    timeRequested: time.toISOString(),
    timeExpires: new Date(time.getTime() + GOOD_FOR_MILLISECONDS).toISOString(),
    state: 'REQUESTED',
  };
  catalog.approvals.insert(asked);
  return asked;
}

export const listApprovals: OperationHandler<'approval.list'> = (context, request) => {
  context.catalog.approvals.expire(context.now().toISOString());
  return Promise.resolve(context.catalog.approvals.list(request));
};

export const getApproval: OperationHandler<'approval.get'> = (context, { approvalId }) => {
  context.catalog.approvals.expire(context.now().toISOString());
  return Promise.resolve(context.catalog.approvals.require(approvalId));
};

export const grantApproval: OperationHandler<'approval.grant'> = (context, { approvalId }) => {
  const approval = context.catalog.approvals.require(approvalId);
  if (context.operator?.name === approval.requestedBy) {
    throw new StrongroomError(
      'NotAllowed',
      'Nobody approves what they asked for themselves: dual control needs a second operator.',
      'Ask another operator to approve it.',
      { reason: 'OwnApproval' },
    );
  }
  return Promise.resolve(decide(context, approval, ['REQUESTED'], 'GRANTED'));
};

export const denyApproval: OperationHandler<'approval.deny'> = (context, { approvalId }) =>
  Promise.resolve(
    decide(
      context,
      context.catalog.approvals.require(approvalId),
      // One that was granted can still be taken back until it is used.
      ['REQUESTED', 'GRANTED'],
      'DENIED',
    ),
  );

function decide(
  { catalog, now, operator }: OperationContext,
  approval: ApprovalRecord,
  from: readonly ApprovalState[],
  state: ApprovalState,
): ApprovalRecord {
  const time = now().toISOString();
  return catalog.transaction(() => {
    catalog.approvals.expire(time);
    const found = catalog.approvals.require(approval.id).state;
    if (!from.includes(found)) {
      throw new StrongroomError(
        'IncorrectState',
        `The approval is ${found}; this needs it ${from.join(' or ')}.`,
        found === 'EXPIRED' ? 'Have it asked for again.' : 'Look at it (approval get).',
        { reason: 'ApprovalState' },
      );
    }
    if (operator === undefined) throw new Error('an approval is decided by nobody');
    catalog.approvals.update(approval.id, { state, decidedBy: operator.name, timeDecided: time });
    return catalog.approvals.require(approval.id);
  });
}
