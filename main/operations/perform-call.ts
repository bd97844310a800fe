import { createHash } from 'node:crypto';
import { contract } from '../../shared/contract/contract.ts';
import type { OperationName, RequestOf, ResponseOf } from '../../shared/contract/contract.ts';
import type { Operation } from '../../shared/contract/operation.ts';
import { StrongroomError, toStrongroomError } from '../../shared/domain/errors.ts';
import type { AccessDemand, AccessRule } from '../access/access-demand.ts';
import { auditEndOf, auditEndOfError, auditEventOf } from '../audit/audit-event.ts';
import type { ApprovalRecord } from '../catalog/approval-store.ts';
import type { JsonValue } from '../catalog/json-value.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import { accessRules } from './access-rules.ts';
import { giveBackApprovals, takeApprovals } from './approvals.ts';
import type { ApprovableAct } from './approvals.ts';
import { canonicalJson } from './canonical-json.ts';
import { handlers } from './handlers.ts';
import type { CallerContext, OperationContext, OperationHandler } from './operation-context.ts';
import { keepableRequest, redactRequest } from './redact-request.ts';
import { beginRetryable } from './retry-tokens.ts';
import type { RetryableRequest } from './retry-tokens.ts';

/**
 * One call, whoever makes it, in this order and no other: who calls, may they (rule R62), was it made before (rule R60),
 * is it approved (rule R63), and then the work. The request has been parsed.
 */
export async function performCall<Name extends OperationName>(
  caller: CallerContext,
  name: Name,
  request: RequestOf<Name>,
): Promise<ResponseOf<Name>> {
  const { catalog, audit, access } = caller;
  const operation: Operation = contract[name];
  const event = auditEventOf({ operationName: name, operator: caller.operator, request });
  const demanded: AccessDemand[] = [];
  const approvals: ApprovalRecord[] = [];
  const approve = (act: Omit<ApprovableAct, 'operation'>): void => {
    approvals.push(...takeApprovals(catalog, caller.now, caller.operator, { operation: name, ...act }));
  };
  let begun: RetryableRequest | undefined;
  let eventId: string | undefined;
  let isDone = false;
  try {
    const rule = decide(caller, name, request);
    if (typeof rule !== 'string') demanded.push(...rule);
    const retryable = beginCall(caller, name, request);
    if (retryable !== undefined && 'answered' in retryable) {
      const { demands, response } = retryable.answered;
      // What was allowed to the first request may not be any more, and only its handler knew of all of it.
      if (access.hasOperators()) access.require(caller.operator, demands, name);
      return response as ResponseOf<Name>;
    }
    begun = retryable?.begun;
    if (operation.isApprovable === true && typeof rule !== 'string') {
      approve({
        planHash: planHashOf(name, request),
        summary: `${operation.summary} ${canonicalJson(redactRequest(request))}`,
        compartmentIds: rule.map(({ target }) => target.compartmentId),
      });
    }
    // Before any side effect: what is done without a trace in the log was not done by this program (rule R61).
    const [first] = demanded;
    if (operation.isReadOnly !== true) {
      eventId = audit.begin({ ...event, compartmentId: first?.target.compartmentId });
    }
    const context: OperationContext = {
      ...caller,
      workRequests: caller.workRequests.forCall({
        operation: name,
        request: keepableRequest(request) as JsonValue | undefined,
        ...(caller.resumes === undefined ? {} : { resumedFrom: caller.resumes }),
        begin: (workRequestId) => begun?.begun(workRequestId),
      }),
      requireAccess: (demands) => {
        demanded.push(...demands);
        if (access.hasOperators()) access.require(caller.operator, demands, name);
      },
      requireApproval: approve,
      callAgain: (again, asked, resumes) => performCall({ ...caller, resumes }, again, asked),
    };
    const handler = handlers[name] as OperationHandler<Name>;
    const answer = await handler(context, request);
    isDone = true;
    // No demand is no decision: a list that came out empty has not been decided either.
    if (rule === 'in-handler' && demanded.length === 0) {
      throw new Error(`${name} was carried out without a decision about it`);
    }
    const response = operation.response.parse(answer) as ResponseOf<Name>;
    catalog.transaction(() => {
      begun?.succeeded(response, demanded);
      if (eventId !== undefined) audit.end(eventId, auditEndOf(answer));
    });
    return response;
  } catch (thrown) {
    const failure = toStrongroomError(thrown);
    catalog.transaction(() => {
      if (!isDone) {
        begun?.failed();
        giveBackApprovals(catalog, approvals);
      }
      if (eventId !== undefined) audit.end(eventId, auditEndOfError(failure));
      else if (operation.isReadOnly !== true || isRefusalOfAccess(failure)) audit.refuse(event, failure);
    });
    throw thrown;
  }
}

/** What was refused to somebody is audited of reading too; that something is not there is not. */
function isRefusalOfAccess({ status }: StrongroomError): boolean {
  return status === 401 || status === 403;
}

/** @throws StrongroomError NotAuthenticated or NotAuthorized: the one decision about a call. */
function decide<Name extends OperationName>(
  { catalog, access, operator }: CallerContext,
  name: Name,
  request: RequestOf<Name>,
): AccessRule {
  const operation: Operation = contract[name];
  if (operation.permission === undefined) return 'anywhere';
  if (!access.hasOperators()) {
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
  access.requireAnywhere(operator, operation.permission, name);
  const rule = (accessRules[name] as (catalog: Catalog, request: RequestOf<Name>) => AccessRule)(
    catalog,
    request,
  );
  if (rule !== 'anywhere' && rule !== 'in-handler') access.require(operator, rule, name);
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

/** What a second operator approves where there is no restore plan: this operation with this very request. */
function planHashOf(name: OperationName, request: object): string {
  const { retryToken: _retryToken, ...asked } = request as { readonly retryToken?: unknown };
  return createHash('sha256')
    .update(`strongroom/v1/approval\n${name}\n${canonicalJson(asked)}`)
    .digest('hex');
}
