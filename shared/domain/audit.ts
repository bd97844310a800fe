import { z } from 'zod';
import { materialIdSchema, sha256Schema, timeSchema } from './identifiers.ts';
import { regionIdSchema } from './region.ts';

/**
 * What an entry tells: an action began; how it ended; that it was refused before it began (then there is no BEGUN); or
 * that the program ended before it did.
 */
export const AUDIT_OUTCOMES = ['BEGUN', 'SUCCEEDED', 'REFUSED', 'FAILED', 'INTERRUPTED'] as const;
export const auditOutcomeSchema = z.enum(AUDIT_OUTCOMES);
export type AuditOutcome = z.infer<typeof auditOutcomeSchema>;

/** 16 random bytes in hexadecimal. */
const randomIdSchema = materialIdSchema;

/** Non-secret words about an action: names, hashes, places. Never a request as it came. */
export const auditDetailSchema = z.record(z.string(), z.string());
export type AuditDetail = Readonly<Record<string, string>>;

/** One entry of the audit log (rule R61; docs/audit-log.md). Hashes in hexadecimal. */
export const auditEntrySchema = z.object({
  /** 1, 2, 3, ... without a gap. */
  sequence: z.number().int().min(1),
  /** What the machine's clock said; a clock that was set back shows. */
  time: timeSchema,
  /** Links an outcome to its BEGUN. */
  eventId: randomIdSchema,
  operatorId: z.string().optional(),
  operatorName: z.string().optional(),
  operationName: z.string(),
  outcome: auditOutcomeSchema,
  compartmentId: z.string().optional(),
  /** OCIDs of what the action was about, and of what it made. */
  resources: z.array(z.string()),
  errorCode: z.string().optional(),
  errorReason: z.string().optional(),
  detail: auditDetailSchema,
  /** The hash of the entry before; the first entry has none. */
  previousHash: sha256Schema.optional(),
  hash: sha256Schema,
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

/** The hash of one entry, and with it of all before, vouched for by a token: HMAC-SHA256 under RAK. */
export const auditCheckpointSchema = z.object({
  realmId: randomIdSchema,
  logId: randomIdSchema,
  sequence: z.number().int().min(1),
  hash: sha256Schema,
  time: timeSchema,
  /** Region whose token made it. */
  regionId: regionIdSchema,
  /** Hexadecimal. */
  mac: sha256Schema,
});
export type AuditCheckpoint = z.infer<typeof auditCheckpointSchema>;

export const auditFlawKindSchema = z.enum([
  'REMOVED',
  'CHANGED',
  'INSERTED',
  'REORDERED',
  'CUT_OFF',
  /** The chain is whole and not the one that a checkpoint vouches for: it was computed anew. */
  'REWRITTEN',
  'CHECKPOINT_ALTERED',
]);
export type AuditFlawKind = z.infer<typeof auditFlawKindSchema>;

export interface AuditFlaw {
  readonly kind: AuditFlawKind;
  /** The entry at which the log stops being what Strongroom wrote, or the earliest that can be. */
  readonly sequence: number;
  /** A sentence for people. */
  readonly message: string;
}
