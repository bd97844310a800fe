import { z } from 'zod';
import { sha256Schema, timeSchema } from './identifiers.ts';
import { limitNameSchema } from './limit.ts';
import { regionIdSchema } from './region.ts';

/** One vault, key or compartment of a restore plan: what will happen to it, and under which OCID (rules R41 to R43). */
export const planItemSchema = z.object({
  entityType: z.enum(['compartment', 'vault', 'key']),
  /** ADD makes it; UPDATE carries newer name and tags over; KEEP leaves it as it is (key versions may still be added). */
  action: z.enum(['ADD', 'UPDATE', 'KEEP']),
  displayName: z.string(),
  /** OCID it has in the backup. */
  sourceId: z.string(),
  /** OCID it will have here: the same in the backup's own region, a new one in another. */
  id: z.string(),
  /** Words on the key's shape. */
  shape: z.string().optional(),
  /** State it will have afterwards (rule R46). */
  lifecycleState: z.string().optional(),
  keyVersionsToAdd: z.number().int().optional(),
  keyVersionsPresent: z.number().int().optional(),
  /** OCID of the version that becomes current instead of the one that is, if the backup is newer (rule R42). */
  newCurrentKeyVersion: z.string().optional(),
  /** It was destroyed here after the backup was made, and comes back (rule R48). */
  isBroughtBack: z.boolean().optional(),
});
export type PlanItem = z.infer<typeof planItemSchema>;

/** What a restore would do, before it does anything (rule R43). */
export const restorePlanSchema = z.object({
  /** SHA-256 over everything below but limits, policies and the estimate: executing checks that the plan still matches. */
  planHash: sha256Schema,
  backup: z.object({
    backupId: z.string(),
    kind: z.enum(['VAULT', 'KEY']),
    sourceRegion: regionIdSchema,
    timeCreated: timeSchema,
    sha256: sha256Schema,
    size: z.number().int(),
  }),
  region: regionIdSchema,
  /** True: OCIDs are preserved. False: they are new (rule R41). */
  isSourceRegion: z.boolean(),
  items: z.array(planItemSchema),
  keyVersionsToAdd: z.number().int(),
  keyVersionsPresent: z.number().int(),
  /** Of those to add: destroyed here after the backup was made (rule R48). */
  keyVersionsToBringBack: z.number().int(),
  /** Limits that the additions touch, as they would be after it (rule R45). */
  limits: z.array(
    z.object({
      name: limitNameSchema,
      value: z.number().int(),
      used: z.number().int(),
      after: z.number().int(),
      isExceeded: z.boolean(),
    }),
  ),
  /** Policy statements that name what gets a new OCID, with their proposed new text (rule R41; policy apply-proposals). */
  policies: z.array(
    z.object({
      policyId: z.string(),
      policyName: z.string(),
      statement: z.string(),
      proposedStatement: z.string().optional(),
      change: z.enum(['ADD', 'REPLACE', 'BY_HAND']),
    }),
  ),
  /** Reasons that forbid the restore; empty when it may go ahead. */
  refused: z.array(z.string()),
  warnings: z.array(z.string()),
  estimatedMilliseconds: z.number().int(),
});
export type RestorePlan = z.infer<typeof restorePlanSchema>;
