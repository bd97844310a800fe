import { z } from 'zod';
import { ocidSchema, timeSchema } from './identifiers.ts';
import { regionIdSchema } from './region.ts';

/** What is wanted of a vault's backups (rule R52). */
export const backupTargetSchema = z.strictObject({
  /** The newest backup that counts may be this old: the recovery point objective (RPO). */
  maximumAgeHours: z.number().int().min(1).max(87_600),
  /** Verified copies of one and the same backup. */
  minimumCopies: z.number().int().min(1).max(100),
  /** Regions whose buckets have such copies. Where an offline file lies nobody can know: it counts as a copy only. */
  minimumRegions: z.number().int().min(0).max(100),
});
export type BackupTarget = z.infer<typeof backupTargetSchema>;

/**
 * Best first. CANNOT_BE_BACKED_UP is not held against a target: SOFTWARE keys and DEFAULT vaults have no backup at all
 * (rule R21).
 */
export const coverageStatusSchema = z.enum([
  'COVERED',
  'TOO_FEW_COPIES',
  'TOO_OLD',
  'NEVER_BACKED_UP',
  'CANNOT_BE_BACKED_UP',
]);
export type CoverageStatus = z.infer<typeof coverageStatusSchema>;

export const coverageMediumSchema = z.enum(['bucket', 'file', 'uri']);

/** Verified copies of the newest backup at one kind of place. */
export const coverageCopiesSchema = z.object({
  medium: coverageMediumSchema,
  /** Of the buckets; files and URIs have none. */
  region: regionIdSchema.optional(),
  count: z.number().int().positive(),
  /** When the one of them that was verified longest ago was verified. */
  timeVerified: timeSchema,
});
export type CoverageCopies = z.infer<typeof coverageCopiesSchema>;

/**
 * One vault or one key. The newest backup of a vault is that of its metadata, with keys or without; of a key it is the one
 * that its worst covered version has: no version of it is covered by an older one only.
 */
export const coverageRowSchema = z.object({
  level: z.enum(['VAULT', 'KEY']),
  status: coverageStatusSchema,
  displayName: z.string(),
  id: z.union([ocidSchema('vault'), ocidSchema('key')]),
  vaultId: ocidSchema('vault'),
  region: regionIdSchema,
  lifecycleState: z.string(),
  /** In words: `AES-256`. Keys only. */
  shape: z.string().optional(),
  /** Why it can never be backed up. */
  reason: z.string().optional(),
  keyVersionCount: z.number().int(),
  coveredKeyVersionCount: z.number().int(),
  /** OCIDs of versions that miss the target, the first hundred; of a key. */
  uncoveredKeyVersionIds: z.array(ocidSchema('keyversion')).optional(),
  newestBackup: z
    .object({
      id: ocidSchema('backup'),
      timeCreated: timeSchema,
      /** Whole hours; 0 for what the clock says is of the future. */
      ageHours: z.number().int().nonnegative(),
      timeDrilled: timeSchema.optional(),
    })
    .optional(),
  /** Of the newest backup. */
  copiesByPlace: z.array(coverageCopiesSchema),
  target: backupTargetSchema.extend({
    /** The vault's own; else that of the home. */
    isOfVault: z.boolean(),
  }),
  /** What it was restored from, if it is a restored copy itself. */
  restoredFromId: z.string().optional(),
  /** Regions that have a restored copy of it. */
  restoredInRegions: z.array(regionIdSchema),
  /** Secrets of the vault, which no backup has (rule R15). */
  secretCount: z.number().int().optional(),
});
export type CoverageRow = z.infer<typeof coverageRowSchema>;

/** All of what was asked about, whichever page is shown. Counts of key versions but for the first two. */
export const coverageSummarySchema = z.object({
  vaultCount: z.number().int(),
  /** Vaults whose own metadata miss the target, whatever their keys. */
  uncoveredVaultCount: z.number().int(),
  keyCount: z.number().int(),
  keyVersionCount: z.number().int(),
  covered: z.number().int(),
  tooFewCopies: z.number().int(),
  tooOld: z.number().int(),
  neverBackedUp: z.number().int(),
  cannotBeBackedUp: z.number().int(),
  secretCount: z.number().int(),
});
export type CoverageSummary = z.infer<typeof coverageSummarySchema>;
