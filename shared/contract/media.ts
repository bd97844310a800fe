import { z } from 'zod';
import { backupKindSchema } from '../domain/backup.ts';
import { ocidSchema } from '../domain/identifiers.ts';
import {
  bucketNameField,
  keyIdField,
  pathSchema,
  regionField,
  retryTokenField,
  vaultIdField,
} from './fields.ts';
import { operation } from './operation.ts';

/** Removable media, and the catalog made anew from what buckets and media hold (rule R31). */

const exportedBackupSchema = z.object({ backupId: z.string(), fileName: z.string(), size: z.number().int() });
export type ExportedBackup = z.infer<typeof exportedBackupSchema>;

const takenInBackupSchema = z.object({
  path: z.string(),
  backupId: z.string(),
  kind: backupKindSchema,
  sourceRegion: z.string(),
  sequence: z.number().int(),
  timeCreated: z.string(),
  keyVersionCount: z.number().int(),
});
/** A backup that was found, verified and is in the catalog now. */
export type TakenInBackup = z.infer<typeof takenInBackupSchema>;

const refusedFileSchema = z.object({
  path: z.string(),
  /** Stable: which check failed. */
  reason: z.string(),
  message: z.string(),
});
/** A file that is missing, or is no backup of this realm that holds. */
export type RefusedFile = z.infer<typeof refusedFileSchema>;

const depthField = z
  .enum(['seal', 'keys'])
  .default('keys')
  .describe(
    'How deep each backup is verified. seal: who made it and every entry; keys: every key’s value too',
  );

const takenInFields = {
  imported: z.array(takenInBackupSchema),
  alreadyKnown: z.array(takenInBackupSchema),
  refused: z.array(refusedFileSchema),
  /** Files that are no sealed backups and that no manifest lists. */
  ignoredFileCount: z.number().int(),
  /** Nothing was refused. */
  isComplete: z.boolean(),
};

export const exportBackups = operation({
  name: 'backup.export',
  summary:
    'Copy backups into a folder on a removable medium, each compared by SHA-256, with a manifest; what is there already stays.',
  request: z.strictObject({
    backupIds: z
      .array(ocidSchema('backup'))
      .min(1)
      .max(10_000)
      .optional()
      .describe('OCIDs of the backups, as a JSON array'),
    vaultId: vaultIdField.optional().describe('All backups of this vault and of its keys'),
    keyId: keyIdField.optional().describe('All backups of this key alone'),
    region: regionField.optional().describe('Only backups that were made in this region'),
    out: pathSchema.describe('The folder; made if its parent is there'),
    retryToken: retryTokenField,
  }),
  response: z.object({
    workRequestId: z.string(),
    folder: z.string(),
    exported: z.array(exportedBackupSchema),
    /** These were there already, with the same content. */
    kept: z.array(exportedBackupSchema),
    failed: z.array(z.object({ backupId: z.string(), reason: z.string(), message: z.string() })),
    /** Every backup that was asked for is there. */
    isComplete: z.boolean(),
    manifest: z.object({ path: z.string(), backupCount: z.number().int() }),
    statement: z.string(),
  }),
  errors: ['NotAuthorizedOrNotFound', 'Conflict', 'NotAuthorized'],
  permission: 'VAULT_BACKUP',
  workRequest: 'EXPORT_BACKUPS',
  failsWhenFalse: 'isComplete',
});

export const importBackups = operation({
  name: 'backup.import',
  summary:
    'Verify the backups in a folder or file, whatever its manifest says, and add them to the catalog; the vaults need not be known.',
  request: z.strictObject({
    from: pathSchema.describe('The folder or the file; folders inside it are not looked into'),
    bucketName: bucketNameField.optional().describe('Copy the backups into this bucket too'),
    region: regionField
      .optional()
      .describe('Region whose token verifies, and of the bucket; needed when several are attached'),
    depth: depthField,
    retryToken: retryTokenField,
  }),
  response: z.object({
    workRequestId: z.string(),
    ...takenInFields,
    warnings: z.array(z.string()),
    statement: z.string(),
  }),
  errors: ['NotAuthorizedOrNotFound', 'Conflict', 'NotAuthenticated', 'IncorrectState', 'NotAuthorized'],
  permission: 'VAULT_BACKUP',
  workRequest: 'IMPORT_BACKUPS',
  failsWhenFalse: 'isComplete',
});

const rebuiltRegionSchema = z.object({
  region: z.string(),
  /** What came back, each with its OCID, name and state. */
  vaultCount: z.number().int(),
  keyCount: z.number().int(),
  keyVersionCount: z.number().int(),
  /** Key versions on the token that the catalog does not know still: in none of these backups, or of another value. */
  unknownKeyVersionCount: z.number().int(),
});
export type RebuiltRegion = z.infer<typeof rebuiltRegionSchema>;

const restorableKeySchema = z.object({
  region: z.string(),
  vaultName: z.string(),
  vaultId: z.string(),
  keyName: z.string(),
  keyId: z.string(),
  /** Key versions that backups have and the token has not. */
  keyVersionCount: z.number().int(),
  /** The backups to restore from (vault restore, key restore), the newest first. */
  backupIds: z.array(z.string()),
});
/** A key, or versions of one, that backups have and the region's token has not. */
export type RestorableKey = z.infer<typeof restorableKeySchema>;

export const rebuildCatalog = operation({
  name: 'backup.rebuild-catalog',
  summary:
    'Make the catalog anew from bucket folders, media and the attached tokens: buckets, backups, vaults, keys. Writes nothing to a token.',
  request: z.strictObject({
    location: z
      .array(pathSchema)
      .min(1)
      .max(1000)
      .describe('A bucket’s folder, or a folder of exported backups'),
    region: regionField
      .optional()
      .describe('Only this region’s vaults and keys; default: every attached region'),
    depth: depthField,
    retryToken: retryTokenField,
  }),
  response: z.object({
    workRequestId: z.string(),
    buckets: z.array(
      z.object({ name: z.string(), region: z.string(), location: z.string(), isNew: z.boolean() }),
    ),
    ...takenInFields,
    compartmentCount: z.number().int(),
    regions: z.array(rebuiltRegionSchema),
    restorable: z.array(restorableKeySchema),
    warnings: z.array(z.string()),
    /** What no backup holds, and is therefore not back. */
    notInBackups: z.array(z.string()),
  }),
  errors: ['NotAuthorizedOrNotFound', 'Conflict', 'NotAuthenticated', 'IncorrectState', 'NotAuthorized'],
  permission: 'REALM_MANAGE',
  workRequest: 'REBUILD_CATALOG',
  failsWhenFalse: 'isComplete',
});
