import { z } from 'zod';
import { auditCheckpointSchema, auditEntrySchema, auditOutcomeSchema } from '../domain/audit.ts';
import { materialIdSchema, sha256Schema } from '../domain/identifiers.ts';
import { backupSourceSchema, pageFields, pageOf, pathSchema, regionField } from './fields.ts';
import { operation } from './operation.ts';

/** A day or a moment in UTC, as a person types it. */
const momentField = z.union([z.iso.date(), z.iso.datetime()], {
  error: 'must be a day or a time in UTC, like 2026-11-30 or 2026-11-30T14:00:00Z',
});

const sinceField = momentField.optional().describe('Entries of this day or time and later');

export const listAuditEntries = operation({
  name: 'audit.list',
  summary: 'List what was done and refused, newest last.',
  request: z.strictObject({
    since: sinceField,
    until: momentField.optional().describe('Entries before this day or time'),
    operationName: z
      .string()
      .min(1)
      .max(100)
      .optional()
      .describe('Entries of this operation only, such as vault.backup'),
    operatorName: z.string().min(1).max(100).optional().describe('Entries of this operator only'),
    outcome: auditOutcomeSchema.optional().describe('Entries of this outcome only'),
    ...pageFields,
  }),
  response: pageOf(auditEntrySchema),
  errors: [],
  permission: 'AUDIT_READ',
  isReadOnly: true,
});

export const verifyAuditLog = operation({
  name: 'audit.verify',
  summary:
    'Check that no entry of the audit log was removed, changed, inserted, reordered or cut off, against the checkpoints of the catalog and of the backups.',
  request: z.strictObject({
    region: regionField
      .optional()
      .describe('Region whose token authenticates the checkpoints; without it they are only compared'),
    backupLocation: backupSourceSchema.optional(),
  }),
  response: z.object({
    logId: materialIdSchema.optional(),
    entryCount: z.number().int(),
    catalogCheckpointCount: z.number().int(),
    backupCheckpointCount: z.number().int(),
    authenticatedCheckpointCount: z.number().int(),
    newestCheckpoint: auditCheckpointSchema.optional(),
    statement: z.string(),
    /** What is worth knowing and no flaw. */
    notes: z.array(z.string()),
  }),
  errors: ['Conflict', 'NotAuthenticated', 'NotAuthorizedOrNotFound'],
  permission: 'AUDIT_READ',
  isReadOnly: true,
});

export const exportAuditLog = operation({
  name: 'audit.export',
  summary: 'Write the audit log to a file, one JSON document a line, that anybody can verify.',
  request: z.strictObject({
    out: pathSchema.describe('The file to write; an existing file is not replaced'),
    since: sinceField,
  }),
  response: z.object({
    path: z.string(),
    sha256: sha256Schema,
    size: z.number().int(),
    entryCount: z.number().int(),
    checkpointCount: z.number().int(),
  }),
  errors: ['NotAuthorized', 'NotAuthorizedOrNotFound', 'NotAuthorizedOrResourceAlreadyExists'],
  permission: 'AUDIT_READ',
});
