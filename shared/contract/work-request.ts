import { z } from 'zod';
import { ocidSchema } from '../domain/identifiers.ts';
import {
  workRequestErrorSchema,
  workRequestLogEntrySchema,
  workRequestOperationSchema,
  workRequestSchema,
  workRequestStatusSchema,
} from '../domain/work-request.ts';
import { compartmentIdField, pageFields, pageOf } from './fields.ts';
import { operation } from './operation.ts';

const workRequestIdField = ocidSchema('workrequest').describe('OCID of the work request');

export const listWorkRequests = operation({
  name: 'work-request.list',
  summary: 'List the work requests, newest first; they are kept for good.',
  request: z.strictObject({
    status: workRequestStatusSchema.optional().describe('Only those of this status'),
    operationType: workRequestOperationSchema.optional().describe('Only those of this kind'),
    compartmentId: compartmentIdField
      .optional()
      .describe('Only those about this compartment; default: all of the tenancy'),
    ...pageFields,
  }),
  response: pageOf(workRequestSchema),
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'VAULT_INSPECT',
  isReadOnly: true,
});

export const getWorkRequest = operation({
  name: 'work-request.get',
  summary: 'Show one work request.',
  request: z.strictObject({ workRequestId: workRequestIdField }),
  response: workRequestSchema,
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'VAULT_INSPECT',
  isReadOnly: true,
});

export const cancelWorkRequest = operation({
  name: 'work-request.cancel',
  summary: 'Ask a running work request to stop where that is safe; what it had begun is undone.',
  request: z.strictObject({ workRequestId: workRequestIdField }),
  response: workRequestSchema,
  errors: ['NotAuthorizedOrNotFound', 'IncorrectState'],
  permission: 'VAULT_INSPECT',
});

export const resumeWorkRequest = operation({
  name: 'work-request.resume',
  summary:
    'Carry out again what was interrupted, cancelled or failed; it goes on from what is there already.',
  request: z.strictObject({ workRequestId: workRequestIdField }),
  response: workRequestSchema,
  errors: ['NotAuthorizedOrNotFound', 'IncorrectState', 'Conflict', 'NotAuthenticated', 'NotAllowed'],
  permission: 'VAULT_INSPECT',
});

export const listWorkRequestLogs = operation({
  name: 'work-request.logs',
  summary: 'Show what a work request did, line by line.',
  request: z.strictObject({ workRequestId: workRequestIdField }),
  response: pageOf(workRequestLogEntrySchema),
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'VAULT_INSPECT',
  isReadOnly: true,
});

export const listWorkRequestErrors = operation({
  name: 'work-request.errors',
  summary: 'Show why a work request failed.',
  request: z.strictObject({ workRequestId: workRequestIdField }),
  response: pageOf(workRequestErrorSchema),
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'VAULT_INSPECT',
  isReadOnly: true,
});
