import { z } from 'zod';
import { approvalSchema, approvalStateSchema } from '../domain/approval.ts';
import { ocidSchema } from '../domain/identifiers.ts';
import { compartmentIdField, pageFields, pageOf } from './fields.ts';
import { operation } from './operation.ts';

const approvalIdField = ocidSchema('approval').describe('OCID of the approval');

export const listApprovals = operation({
  name: 'approval.list',
  summary: 'List what waits, or waited, for a second operator’s approval, newest first.',
  request: z.strictObject({
    state: approvalStateSchema.optional().describe('Only those in this state'),
    compartmentId: compartmentIdField
      .optional()
      .describe('Only those about this compartment; default: all of the tenancy'),
    ...pageFields,
  }),
  response: pageOf(approvalSchema),
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'APPROVAL_INSPECT',
  isReadOnly: true,
});

export const getApproval = operation({
  name: 'approval.get',
  summary: 'Show what is to be approved, and its plan’s hash.',
  request: z.strictObject({ approvalId: approvalIdField }),
  response: approvalSchema,
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'APPROVAL_INSPECT',
  isReadOnly: true,
});

export const grantApproval = operation({
  name: 'approval.grant',
  summary: 'Approve exactly what another operator asked for; it must be done within 24 hours of being asked.',
  request: z.strictObject({ approvalId: approvalIdField }),
  response: approvalSchema,
  errors: ['NotAuthorizedOrNotFound', 'IncorrectState', 'NotAllowed'],
  permission: 'APPROVAL_GRANT',
  confirm: { question: 'Approve what approval get shows?' },
});

export const denyApproval = operation({
  name: 'approval.deny',
  summary: 'Refuse what another operator asked for, or withdraw what you asked for yourself.',
  request: z.strictObject({ approvalId: approvalIdField }),
  response: approvalSchema,
  errors: ['NotAuthorizedOrNotFound', 'IncorrectState'],
  permission: 'APPROVAL_GRANT',
});
