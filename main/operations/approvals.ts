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

/**
 * The one gate of dual control (rule R63).
 * @returns the approval that lets the act go ahead, to be marked as used when it is done; undefined if none is needed.
 * @throws StrongroomError NotAllowed, reason `ApprovalNeeded`; then the request for approval is written down.
 */
export function requireApproval(
  catalog: Catalog,
  now: () => Date,
  operator: Operator | undefined,
  act: ApprovableAct,
): ApprovalRecord | undefined {
  const controlled = act.compartmentIds.find((id) => isUnderDualControl(catalog, id));
  // Without an operator there is nobody to approve: only the making of the first operator comes here so.
  if (controlled === undefined || operator === undefined) return undefined;
  const time = now();
  catalog.approvals.expire(time.toISOString());
  const open = catalog.approvals.openOf(act.operation, act.planHash, operator.name, time.toISOString());
  if (open?.state === 'GRANTED') return open;
  const asked = open ?? ask(catalog, time, operator, act, controlled);
  const { name } = catalog.compartments.require(controlled);
  throw new StrongroomError(
    'NotAllowed',
    `Dual control: in compartment ${name} this needs a second operator's approval of plan ${act.planHash}. Nothing was changed.`,
    `Ask another operator to read and approve it (approval get, approval grant --approval-id ${asked.id}), then run the same command again.`,
    { reason: 'ApprovalNeeded' },
  );
}

export function isUnderDualControl(catalog: Catalog, compartmentId: string): boolean {
  return catalog.compartments.lineOf(compartmentId).some((one) => one.isApprovalRequired === true);
}

function ask(
  catalog: Catalog,
  time: Date,
  operator: Operator,
  act: ApprovableAct,
  compartmentId: string,
): ApprovalRecord {
  const asked: ApprovalRecord = {
    id: formatOcid({ type: 'approval', uniqueId: ocidCharacters(randomBytes(38), 60) }),
    operation: act.operation,
    planHash: act.planHash,
    summary: act.summary,
    compartmentId,
    requestedBy: operator.name,
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
