import { z } from 'zod';
import { displayNameSchema, ocidSchema, sha256Schema, timeSchema } from './identifiers.ts';
import { regionIdSchema } from './region.ts';

export const backupKindSchema = z.enum(['VAULT', 'KEY']);
export type BackupKind = z.infer<typeof backupKindSchema>;

/** A key or key version of the vault that is not in its backup, and why (rule R22). */
export const leftOutSchema = z.object({
  /** OCID of what was left out. */
  id: z.union([ocidSchema('key'), ocidSchema('keyversion')]),
  displayName: displayNameSchema,
  /** In words, for people. */
  reason: z.string().min(1).max(400),
});
export type LeftOut = z.infer<typeof leftOutSchema>;

/** A backup that the catalog knows: one sealed object, however many copies of it there are. */
export const backupSchema = z.object({
  id: ocidSchema('backup'),
  kind: backupKindSchema,
  sourceRegion: regionIdSchema,
  compartmentId: z.union([ocidSchema('compartment'), ocidSchema('tenancy')]),
  vaultId: ocidSchema('vault'),
  /** The backed-up key; absent for a vault's backup. */
  keyId: ocidSchema('key').optional(),
  vaultName: displayNameSchema,
  timeCreated: timeSchema,
  /** Counts the backups of one realm and region; a gap tells that a backup is missing. */
  sequence: z.number().int().min(1),
  /** SHA-256 of the backup before it in its region, as its header names it; absent for the first. */
  previousBackupSha256: sha256Schema.optional(),
  /** Of the whole sealed object: the ETag of every copy. */
  sha256: sha256Schema,
  /** Bytes of the sealed object. */
  size: z.number().int().nonnegative(),
  entryCount: z.number().int().nonnegative(),
  keyCount: z.number().int().nonnegative(),
  keyVersionCount: z.number().int().nonnegative(),
  isIncludeKeys: z.boolean(),
  leftOut: z.array(leftOutSchema),
  /** How many secrets of the vault are not in it: secrets never are (rule R15). */
  secretsLeftOut: z.number().int().nonnegative(),
  /** The work request of this home that made it; absent for a backup that was imported. */
  workRequestId: ocidSchema('workrequest').optional(),
});
export type Backup = z.infer<typeof backupSchema>;

/** How the name of a backup's object begins where none is given; its SHA-256 follows after a hyphen (SEALED-BACKUP 10). */
export function backupNameStem(kind: BackupKind, timeCreated: string): string {
  return `${kind.toLowerCase()}-backup-${timeCreated.replace(/[-:]|\.\d+/g, '')}`;
}

/** How far a backup was verified (rule R50). */
export const verificationDepthSchema = z.enum(['structure', 'seal', 'keys']);
export type VerificationDepth = z.infer<typeof verificationDepthSchema>;

/** Where a copy of a backup lies. */
export const backupPlaceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('bucket'), bucketName: z.string().min(1), objectName: z.string().min(1) }),
  z.object({ kind: z.literal('file'), path: z.string().min(1) }),
  /** An object behind a pre-authenticated URL, which is a secret: only its host and its SHA-256 are kept. */
  z.object({ kind: z.literal('uri'), host: z.string().min(1), uriSha256: sha256Schema }),
]);
export type BackupPlace = z.infer<typeof backupPlaceSchema>;

/** One copy of a backup, tracked per region and medium (rules R30, R52). */
export const backupCopySchema = z.object({
  backupId: ocidSchema('backup'),
  /** Region of the bucket; a file or a URL has none. */
  region: regionIdSchema.optional(),
  place: backupPlaceSchema,
  etag: sha256Schema,
  size: z.number().int().nonnegative(),
  timeCreated: timeSchema,
  timeVerified: timeSchema.optional(),
  verifiedDepth: verificationDepthSchema.optional(),
});
export type BackupCopy = z.infer<typeof backupCopySchema>;
