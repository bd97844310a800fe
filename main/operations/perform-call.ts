import { createHash } from 'node:crypto';
import { contract } from '../../shared/contract/contract.ts';
import type { OperationName, RequestOf, ResponseOf } from '../../shared/contract/contract.ts';
import type { Operation } from '../../shared/contract/operation.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { AccessDemand, AccessGate, AccessRule } from '../access/access-demand.ts';
import type { ApprovalRecord } from '../catalog/approval-store.ts';
import type { JsonValue } from '../catalog/json-value.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import { accessRules } from './access-rules.ts';
import { requireApproval } from './approvals.ts';
import { canonicalJson } from './canonical-json.ts';
import { handlers } from './handlers.ts';
import type { OperationContext, OperationHandler } from './operation-context.ts';
import { keepableRequest, redactRequest } from './redact-request.ts';
import { beginRetryable } from './retry-tokens.ts';
import type { RetryableRequest } from './retry-tokens.ts';

/** The context of a call before it is known what the call may do. */
export type CallerContext = Omit<OperationContext, 'requireAccess' | 'requireApproval' | 'callAgain'>;

/**
 * One call, whoever makes it, in this order and no other: who calls, may they (rule R62), is it approved (rule R63), was
 * it made before (rule R60), and then the work. The request has been parsed.
 */
export async function performCall<Name extends OperationName>(
  caller: CallerContext,
  gate: AccessGate,
  name: Name,
  request: RequestOf<Name>,
): Promise<ResponseOf<Name>> {
  const { catalog } = caller;
  const rule = decide(caller, gate, name, request);
  let isDecided = rule !== 'in-handler';
  const approvals: ApprovalRecord[] = [];
  const approve = (act: { planHash: string; summary: string; compartmentIds: readonly string[] }): void => {
    const approval = requireApproval(catalog, caller.now, caller.operator, { operation: name, ...act });
    if (approval !== undefined) approvals.push(approval);
  };
  if (contract[name].isApprovable === true && Array.isArray(rule)) {
    approve({
      planHash: planHashOf(name, request),
      summary: `${contract[name].summary} ${canonicalJson(redactRequest(request))}`,
      compartmentIds: (rule as readonly AccessDemand[]).map(({ target }) => target.compartmentId),
    });
  }
  const retryable = beginCall(caller, name, request);
  if (retryable !== undefined && 'response' in retryable) return retryable.response as ResponseOf<Name>;
  const begun = retryable?.begun;
  const context: OperationContext = {
    ...caller,
    workRequests: caller.workRequests.forCall({
      operation: name,
      request: keepableRequest(request) as JsonValue | undefined,
      ...(caller.resumes === undefined ? {} : { resumedFrom: caller.resumes }),
      begin: (workRequestId) => begun?.begun(workRequestId),
    }),
    requireAccess: (demands) => {
      isDecided = true;
      if (gate.hasOperators()) gate.require(caller.operator, demands);
    },
    requireApproval: approve,
    callAgain: (again, asked, resumes) => performCall({ ...caller, resumes }, gate, again, asked),
  };
  const handler = handlers[name] as OperationHandler<Name>;
  const answer = await work(begun, () => handler(context, request));
  if (!isDecided) throw new Error(`${name} was carried out without a decision about it`);
  const response = contract[name].response.parse(answer) as ResponseOf<Name>;
  catalog.transaction(() => {
    for (const { id } of approvals) catalog.approvals.update(id, { state: 'USED' });
    begun?.succeeded(response);
  });
  return response;
}

/** @throws StrongroomError NotAuthenticated or NotAuthorized: the one decision about a call. */
function decide<Name extends OperationName>(
  { catalog, operator }: CallerContext,
  gate: AccessGate,
  name: Name,
  request: RequestOf<Name>,
): AccessRule {
  const operation: Operation = contract[name];
  if (operation.permission === undefined) return 'anywhere';
  if (!gate.hasOperators()) {
    if (operation.isBeforeFirstOperator === true) return 'anywhere';
    // A home without operators has no realm either: that is what the caller must be told.
    catalog.realm.require();
    throw new Error('the home has a realm and no operator');
  }
  if (operator === undefined) {
    throw new StrongroomError(
      'NotAuthenticated',
      `${name.replace('.', ' ')} needs a signed-in operator.`,
      'Say who you are with --operator NAME (or STRONGROOM_OPERATOR).',
      { reason: 'SignInNeeded' },
    );
  }
  // Before anything is looked up: who may not do it anywhere learns nothing about what there is.
  gate.requireAnywhere(operator, operation.permission);
  const rule = (accessRules[name] as (catalog: Catalog, request: RequestOf<Name>) => AccessRule)(
    catalog,
    request,
  );
  if (rule !== 'anywhere' && rule !== 'in-handler') gate.require(operator, rule);
  return rule;
}

function beginCall<Name extends OperationName>(
  { catalog, now, operator }: CallerContext,
  name: Name,
  request: RequestOf<Name>,
): ReturnType<typeof beginRetryable> | undefined {
  const retryToken = 'retryToken' in request ? request.retryToken : undefined;
  if (typeof retryToken !== 'string') return undefined;
  return beginRetryable(catalog, now(), {
    operatorId: operator?.id,
    operation: name,
    request: { ...request, retryToken },
  });
}

async function work<Answer>(
  begun: RetryableRequest | undefined,
  handle: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await handle();
  } catch (failure) {
    begun?.failed();
    throw failure;
  }
}

/** What a second operator approves where there is no restore plan: this operation with this very request. */
function planHashOf(name: OperationName, request: object): string {
  const { retryToken: _retryToken, ...asked } = request as { readonly retryToken?: unknown };
  return createHash('sha256')
    .update(`strongroom/v1/approval\n${name}\n${canonicalJson(asked)}`)
    .digest('hex');
}
