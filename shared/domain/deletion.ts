import { z } from 'zod';
import { timeSchema } from './identifiers.ts';
import { regionIdSchema } from './region.ts';

/** Scheduled deletion, as in the reference: 7 to 30 days ahead, 30 unless told otherwise (rule R13). */
export const SOONEST_DELETION_DAYS = 7;
export const LATEST_DELETION_DAYS = 30;
export const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

export const deletableTypeSchema = z.enum(['vault', 'key', 'keyVersion']);
export type DeletableType = z.infer<typeof deletableTypeSchema>;

/** One vault, key or key version that is scheduled for deletion, or is being destroyed. */
export const scheduledDeletionSchema = z.object({
  entityType: deletableTypeSchema,
  id: z.string(),
  /** Of the vault or key; a key version shows its key's. */
  displayName: z.string(),
  region: regionIdSchema,
  compartmentId: z.string(),
  vaultId: z.string(),
  keyId: z.string().optional(),
  lifecycleState: z.enum(['PENDING_DELETION', 'DELETING']),
  timeOfDeletion: timeSchema,
  /** Its time has come: the next deletion execute destroys it. */
  isDue: z.boolean(),
  /** It was scheduled with its vault, and is cancelled with it. */
  isScheduledWithVault: z.boolean(),
});
export type ScheduledDeletion = z.infer<typeof scheduledDeletionSchema>;

/** How many names of what would be lost an answer carries; the counts are always of all. */
export const UNCOVERED_NAMES = 100;

/** What would be lost for good, because no verified backup has it (rule R13). */
export const uncoveredSchema = z.object({
  isCovered: z.boolean(),
  /** Its keys have backups, but a key can only be restored into its vault, and no verified backup has the vault. */
  isVaultUncovered: z.boolean(),
  /** HSM keys of which at least one version is in no verified backup, and those versions. */
  keyCount: z.number().int(),
  keyVersionCount: z.number().int(),
  /** SOFTWARE keys and secrets never have a backup. */
  softwareKeyCount: z.number().int(),
  secretCount: z.number().int(),
  /** The first of them by name. */
  items: z
    .array(
      z.object({
        entityType: z.enum(['vault', 'key', 'softwareKey', 'secret']),
        id: z.string(),
        displayName: z.string(),
        /** Versions of the key that would be lost. */
        keyVersionCount: z.number().int().optional(),
      }),
    )
    .max(UNCOVERED_NAMES),
});
export type Uncovered = z.infer<typeof uncoveredSchema>;
