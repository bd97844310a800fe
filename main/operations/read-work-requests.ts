import { operationNamed } from '../../shared/contract/contract.ts';
import type { OperationName } from '../../shared/contract/contract.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { OperationHandler } from './operation-context.ts';
import { parseRequest } from './parse-request.ts';

export const listWorkRequests: OperationHandler<'work-request.list'> = (context, request) =>
  Promise.resolve(context.workRequests.list(request));

export const getWorkRequest: OperationHandler<'work-request.get'> = (context, request) =>
  Promise.resolve(context.workRequests.get(request.workRequestId));

export const listWorkRequestLogs: OperationHandler<'work-request.logs'> = (context, request) =>
  Promise.resolve({ data: [...context.workRequests.logs(request.workRequestId)] });

export const listWorkRequestErrors: OperationHandler<'work-request.errors'> = (context, request) =>
  Promise.resolve({ data: [...context.workRequests.errors(request.workRequestId)] });

export const cancelWorkRequest: OperationHandler<'work-request.cancel'> = (context, { workRequestId }) => {
  context.workRequests.cancel(workRequestId);
  return Promise.resolve(context.workRequests.get(workRequestId));
};

/**
 * Carries out again what was interrupted, cancelled or failed (rule R60), with all decisions about it made anew. A copy
 * goes on from the bytes that are there, a restore from the token objects that are there.
 */
export const resumeWorkRequest: OperationHandler<'work-request.resume'> = async (
  context,
  { workRequestId },
) => {
  const { status, operation, request, timeFinished } = context.catalog.workRequests.require(workRequestId);
  if (timeFinished === undefined || status === 'SUCCEEDED') {
    throw new StrongroomError(
      'IncorrectState',
      `The work request is ${status}; only one that FAILED or was CANCELED is resumed.`,
      status === 'SUCCEEDED' ? 'It is done: there is nothing to resume.' : 'Wait for it to end.',
      { reason: 'WorkRequestNotResumable' },
    );
  }
  if (request === undefined || operationNamed(operation)?.workRequest === undefined) {
    throw new StrongroomError(
      'IncorrectState',
      'What this work request was asked to do was not kept, as it names a secret place.',
      'Make the request again as it was made first.',
      { reason: 'RequestNotKept' },
    );
  }
  const name = operation as OperationName;
  const answer = await context.callAgain(name, parseRequest(name, request), workRequestId);
  const spawned = 'workRequestId' in answer ? answer.workRequestId : undefined;
  if (spawned === undefined) throw new Error(`${name} answered without a work request`);
  return context.workRequests.get(spawned);
};
