import { z } from 'zod';
import { ocidSchema, timeSchema } from './identifiers.ts';

/** Work requests (rule R60), with the reference's field names. They are kept for good. */
export const workRequestOperationSchema = z.enum([
  'BACKUP_VAULT',
  'BACKUP_KEY',
  'COPY_OBJECT',
  'RESTORE_VAULT',
  'RESTORE_KEY',
  'VERIFY_BACKUP',
  'DRILL',
  'ENROL_REGION',
  'EXPORT_BACKUPS',
  'IMPORT_BACKUPS',
  'REBUILD_CATALOG',
  'EXECUTE_DELETIONS',
  'CREATE_RECOVERY_KIT',
  'REHEARSE_RECOVERY_KIT',
  'RESTORE_RECOVERY_KIT',
]);
export type WorkRequestOperation = z.infer<typeof workRequestOperationSchema>;

export const workRequestStatusSchema = z.enum([
  'ACCEPTED',
  'IN_PROGRESS',
  'FAILED',
  'SUCCEEDED',
  'CANCELING',
  'CANCELED',
]);
export type WorkRequestStatus = z.infer<typeof workRequestStatusSchema>;

export const workRequestResourceSchema = z.object({
  actionType: z.enum(['CREATED', 'UPDATED', 'DELETED', 'RELATED', 'IN_PROGRESS']),
  entityType: z.string(),
  identifier: z.string(),
});
export type WorkRequestResource = z.infer<typeof workRequestResourceSchema>;

export const workRequestLogEntrySchema = z.object({ timestamp: timeSchema, message: z.string() });
export type WorkRequestLogEntry = z.infer<typeof workRequestLogEntrySchema>;

export const workRequestErrorSchema = z.object({
  timestamp: timeSchema,
  code: z.string(),
  message: z.string(),
});
export type WorkRequestError = z.infer<typeof workRequestErrorSchema>;

export const workRequestSchema = z.object({
  id: ocidSchema('workrequest'),
  operationType: workRequestOperationSchema,
  status: workRequestStatusSchema,
  compartmentId: z.string().optional(),
  /** 0 to 100; only grows. */
  percentComplete: z.number().min(0).max(100),
  /** What is happening, in words, while it happens. */
  activity: z.string().optional(),
  resources: z.array(workRequestResourceSchema),
  timeAccepted: timeSchema,
  timeStarted: timeSchema.optional(),
  timeFinished: timeSchema.optional(),
  /** OCID of the interrupted or failed work request that this one resumed. */
  resumedFrom: ocidSchema('workrequest').optional(),
});
export type WorkRequest = z.infer<typeof workRequestSchema>;

/** What a running work request tells whoever watches it. */
export interface Progress {
  readonly workRequestId: string;
  readonly operationType: WorkRequestOperation;
  readonly percentComplete: number;
  readonly activity: string;
  /** Estimate from the pace so far, in milliseconds; absent while there is no pace yet. */
  readonly millisecondsLeft?: number;
}
