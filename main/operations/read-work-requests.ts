import type { OperationHandler } from './operation-context.ts';

export const listWorkRequests: OperationHandler<'work-request.list'> = (context, request) =>
  Promise.resolve(context.workRequests.list(request));

export const getWorkRequest: OperationHandler<'work-request.get'> = (context, request) =>
  Promise.resolve(context.workRequests.get(request.workRequestId));

export const listWorkRequestLogs: OperationHandler<'work-request.logs'> = (context, request) =>
  Promise.resolve({ data: [...context.workRequests.logs(request.workRequestId)] });

export const listWorkRequestErrors: OperationHandler<'work-request.errors'> = (context, request) =>
  Promise.resolve({ data: [...context.workRequests.errors(request.workRequestId)] });
