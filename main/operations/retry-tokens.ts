import { createHash } from 'node:crypto';
import type { OperationName } from '../../shared/contract/contract.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { AccessDemand } from '../access/access-demand.ts';
import type { JsonValue } from '../catalog/json-value.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import type { RetryTokenRecord } from '../catalog/retry-token-store.ts';
import { canonicalJson } from './canonical-json.ts';

/** How long a repeated request is the same request (rule R60). */
const REMEMBERED_MILLISECONDS = 24 * 60 * 60 * 1000;

/** A request that carries a retry token, begun here and now. */
export interface RetryableRequest {
  /** Belongs into the transaction that writes a work request. */
  begun(workRequestId: string): void;
  /** @param demands all that was decided about it: decided again before the answer is given again. */
  succeeded(response: unknown, demands: readonly AccessDemand[]): void;
  /** A request that failed changed nothing, and the same token may try again; unless its work request had succeeded. */
  failed(): void;
}

/** The answer of the first request with a retry token, and what was decided about it. */
export interface AnsweredRequest {
  readonly response: JsonValue;
  readonly demands: readonly AccessDemand[];
}

/**
 * Retry tokens (rule R60): the first request with a token is carried out, the same one again within 24 hours is
 * answered as the first one was. A token belongs to one operator.
 * @returns the answer of the first request, or the request as begun.
 * @throws StrongroomError InvalidatedRetryToken, if the token was used for another request; Conflict, reasons
 * `RetryInProgress` and `RetryOutcomeUnknown`.
 */
export function beginRetryable(
  catalog: Catalog,
  now: Date,
  asked: {
    readonly operatorId: string | undefined;
    readonly operation: OperationName;
    readonly request: { readonly retryToken: string };
  },
): { readonly answered: AnsweredRequest } | { readonly begun: RetryableRequest } {
  const { retryToken, ...request } = asked.request;
  const operatorId = asked.operatorId ?? '';
  const requestSha256 = createHash('sha256').update(canonicalJson(request)).digest('hex');
  const { retryTokens } = catalog;
  return catalog.transaction(() => {
    retryTokens.forget(new Date(now.getTime() - REMEMBERED_MILLISECONDS).toISOString());
    const known = retryTokens.get(operatorId, retryToken);
    if (known !== undefined) {
      if (known.operation !== asked.operation || known.requestSha256 !== requestSha256)
        throw tokenUsed(known);
      if (known.answered !== undefined) {
        const { response, demands } = known.answered;
        return { answered: { response, demands: demands as unknown as readonly AccessDemand[] } };
      }
      requireRepeatable(catalog, known);
      retryTokens.delete(operatorId, retryToken);
    }
    retryTokens.insert({
      operatorId,
      retryToken,
      operation: asked.operation,
      requestSha256,
      timeCreated: now.toISOString(),
    });
    return {
      begun: {
        begun: (workRequestId) => {
          retryTokens.setWorkRequest(operatorId, retryToken, workRequestId);
        },
        succeeded: (response, demands) => {
          retryTokens.setAnswered(operatorId, retryToken, {
            response: response as JsonValue,
            demands: demands as unknown as JsonValue,
          });
        },
        failed: () => {
          const { workRequestId } = retryTokens.get(operatorId, retryToken) ?? {};
          const workRequest =
            workRequestId === undefined ? undefined : catalog.workRequests.get(workRequestId);
          if (workRequest?.status !== 'SUCCEEDED') retryTokens.delete(operatorId, retryToken);
        },
      },
    };
  });
}

/** A request that was begun and not answered: still running, or cut off. Only one known to have failed is done again. */
function requireRepeatable(catalog: Catalog, known: RetryTokenRecord): void {
  const workRequest =
    known.workRequestId === undefined ? undefined : catalog.workRequests.get(known.workRequestId);
  if (workRequest === undefined) {
    throw new StrongroomError(
      'Conflict',
      'The first request with this retry token was cut off, or is still being carried out.',
      'Look at what there is (get, list) before you ask again; then use another retry token.',
      { reason: 'RetryOutcomeUnknown' },
    );
  }
  if (workRequest.timeFinished !== undefined && workRequest.status !== 'SUCCEEDED') return;
  throw new StrongroomError(
    'Conflict',
    `The first request with this retry token is work request ${workRequest.id}, which is ${workRequest.status}.`,
    workRequest.timeFinished === undefined
      ? 'Wait for it to end (work-request get).'
      : 'It is done; see what it made (work-request get).',
    { reason: 'RetryInProgress' },
  );
}

function tokenUsed(known: RetryTokenRecord): StrongroomError {
  return new StrongroomError(
    'InvalidatedRetryToken',
    `This retry token was used for another request (${known.operation.replace('.', ' ')}, ${known.timeCreated}).`,
    'Use another retry token for another request.',
    { reason: 'RetryTokenUsed' },
  );
}
