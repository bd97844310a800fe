import { z } from 'zod';
import { ocidSchema, sha256Schema, timeSchema } from './identifiers.ts';
import { principalNameSchema } from './operator.ts';

export const approvalStateSchema = z.enum(['REQUESTED', 'GRANTED', 'DENIED', 'USED', 'EXPIRED']);
export type ApprovalState = z.infer<typeof approvalStateSchema>;

/**
 * A second operator's approval of one exact plan (rule R63). The plan's hash is that of the restore plan, or of the
 * operation with its whole request: another plan needs another approval.
 */
export const approvalSchema = z.object({
  id: ocidSchema('approval'),
  /** `<noun>.<verb>` of what is to be approved. */
  operation: z.string(),
  planHash: sha256Schema,
  /** What it would do, for the second operator to read. */
  summary: z.string(),
  compartmentId: z.union([ocidSchema('compartment'), ocidSchema('tenancy')]),
  requestedBy: principalNameSchema,
  timeRequested: timeSchema,
  timeExpires: timeSchema,
  decidedBy: principalNameSchema.optional(),
  timeDecided: timeSchema.optional(),
  state: approvalStateSchema,
});
export type Approval = z.infer<typeof approvalSchema>;
