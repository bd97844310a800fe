import { z } from 'zod';
import { backupCopySchema, backupSchema, verificationDepthSchema } from '../domain/backup.ts';
import { restorePlanSchema } from '../domain/restore-plan.ts';
import { sha256Schema } from '../domain/identifiers.ts';
import {
  backupDestinationSchema,
  backupSourceSchema,
  ifMatchField,
  keyIdField,
  keyVersionIdField,
  pageFields,
  pageOf,
  pathSchema,
  planHashField,
  regionField,
  retryTokenField,
  vaultIdField,
} from './fields.ts';
import { keyWithEtagSchema } from './key.ts';
import { operation } from './operation.ts';
import { vaultInRegionSchema } from './vault.ts';

const backupResultSchema = z.object({
  workRequestId: z.string(),
  backup: backupSchema,
  /** Where it was published. */
  copy: backupCopySchema,
});

const BACKUP_ERRORS = [
  'NoEtagMatch',
  'NotAuthorizedOrNotFound',
  'IncorrectState',
  'Conflict',
  'NotAuthenticated',
  'NotAuthorizedOrResourceAlreadyExists',
  'NotAuthorized',
] as const;

export const backupVault = operation({
  name: 'vault.backup',
  summary:
    'Back up a vault, with its HSM keys unless told otherwise, to a bucket of its region, a pre-authenticated URL or an offline file.',
  request: z.strictObject({
    vaultId: vaultIdField,
    isIncludeKeys: z.boolean().default(true).describe('Whether the vault’s keys go in'),
    backupLocation: backupDestinationSchema,
    ifMatch: ifMatchField,
    retryToken: retryTokenField,
  }),
  response: backupResultSchema,
  errors: BACKUP_ERRORS,
  permission: 'VAULT_BACKUP',
  workRequest: 'BACKUP_VAULT',
});

export const backupKey = operation({
  name: 'key.backup',
  summary: 'Back up one HSM key with all its enabled versions and its vault’s metadata.',
  request: z.strictObject({
    keyId: keyIdField,
    backupLocation: backupDestinationSchema,
    ifMatch: ifMatchField,
    retryToken: retryTokenField,
  }),
  response: backupResultSchema,
  errors: BACKUP_ERRORS,
  permission: 'KEY_BACKUP',
  workRequest: 'BACKUP_KEY',
});

const restoreRequestFields = {
  region: regionField.optional().describe('Region to restore into; needed when several are attached'),
  planHash: planHashField,
  isBringBackDestroyed: z
    .boolean()
    .default(false)
    .describe('Whether keys that were destroyed here after the backup was made may come back'),
  ifMatch: ifMatchField.describe('Go ahead only if the etag of the vault or key that is here is still this'),
  retryToken: retryTokenField,
};

const restoreResultSchema = z.object({
  workRequestId: z.string(),
  region: z.string(),
  plan: restorePlanSchema,
  vault: vaultInRegionSchema,
  /** How many keys and key versions of the backup are usable here now, those that were here before included. */
  keyCount: z.number().int(),
  keyVersionCount: z.number().int(),
});

const RESTORE_ERRORS = [
  'NotAuthorizedOrNotFound',
  'IncorrectState',
  'Conflict',
  'NotAuthenticated',
  'LimitExceeded',
] as const;

export const restoreVault = operation({
  name: 'vault.restore',
  summary:
    'Restore a vault and every key of its backup; verified before the first write, nothing usable before all of it is.',
  request: z.strictObject({ backupLocation: backupSourceSchema, ...restoreRequestFields }),
  response: restoreResultSchema,
  errors: RESTORE_ERRORS,
  permission: 'VAULT_RESTORE',
  isApprovable: true,
  workRequest: 'RESTORE_VAULT',
  confirm: { plan: 'backup.plan-restore' },
});

export const restoreVaultFromFile = operation({
  name: 'vault.restore-from-file',
  summary: 'Restore a vault from an offline file.',
  request: z.strictObject({
    restoreVaultFromFileLocation: pathSchema.describe('The sealed backup'),
    ...restoreRequestFields,
  }),
  response: restoreResultSchema,
  errors: RESTORE_ERRORS,
  permission: 'VAULT_RESTORE',
  isApprovable: true,
  workRequest: 'RESTORE_VAULT',
  confirm: { plan: 'backup.plan-restore' },
});

const restoreKeyResultSchema = restoreResultSchema.extend({ key: keyWithEtagSchema });

export const restoreKey = operation({
  name: 'key.restore',
  summary: 'Restore one key and every version of its backup into its vault, which must be there.',
  request: z.strictObject({ backupLocation: backupSourceSchema, ...restoreRequestFields }),
  response: restoreKeyResultSchema,
  errors: RESTORE_ERRORS,
  permission: 'KEY_RESTORE',
  isApprovable: true,
  workRequest: 'RESTORE_KEY',
  confirm: { plan: 'backup.plan-restore' },
});

export const restoreKeyFromFile = operation({
  name: 'key.restore-from-file',
  summary: 'Restore one key from an offline file into its vault, which must be there.',
  request: z.strictObject({
    restoreKeyFromFileLocation: pathSchema.describe('The sealed backup'),
    ...restoreRequestFields,
  }),
  response: restoreKeyResultSchema,
  errors: RESTORE_ERRORS,
  permission: 'KEY_RESTORE',
  isApprovable: true,
  workRequest: 'RESTORE_KEY',
  confirm: { plan: 'backup.plan-restore' },
});

/** What is wrong in the sequence of a region's backups: one is missing, or was made without knowing the others. */
const chainWarningsField = z.array(z.string());

export const listBackups = operation({
  name: 'backup.list',
  summary: 'List the backups that the catalog knows, newest first.',
  request: z.strictObject({
    vaultId: vaultIdField.optional(),
    keyId: keyIdField.optional(),
    keyVersionId: keyVersionIdField
      .optional()
      .describe('OCID of a key version: only the backups that have it'),
    ...pageFields,
  }),
  response: pageOf(backupSchema).extend({ warnings: chainWarningsField }),
  errors: [],
  permission: 'VAULT_INSPECT',
  isReadOnly: true,
});

export const getBackup = operation({
  name: 'backup.get',
  summary: 'Show one backup and its copies.',
  request: z.strictObject({ backupId: z.string().max(255).describe('OCID of the backup') }),
  response: backupSchema.extend({ copies: z.array(backupCopySchema), warnings: chainWarningsField }),
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'VAULT_READ',
  isReadOnly: true,
});

export const inspectBackup = operation({
  name: 'backup.inspect',
  summary:
    'Show what anybody can see of a sealed backup: its clear header. Needs no token and proves nothing.',
  request: z.strictObject({ backupLocation: backupSourceSchema, region: regionField.optional() }),
  response: z.object({
    backupId: z.string(),
    kind: z.enum(['VAULT', 'KEY']),
    realmId: z.string(),
    tenancyId: z.string(),
    sourceRegion: z.string(),
    timeCreated: z.string(),
    sequence: z.number().int(),
    previousBackupSha256: z.string().optional(),
    entryCount: z.number().int(),
    size: z.number().int(),
    isOfThisRealm: z.boolean().optional(),
    statement: z.string(),
  }),
  errors: ['NotAuthorizedOrNotFound'],
  permission: undefined,
  isReadOnly: true,
});

export const verifyBackup = operation({
  name: 'backup.verify',
  summary: 'Verify a sealed backup without restoring it, at one of three depths; structure needs no token.',
  request: z.strictObject({
    backupLocation: backupSourceSchema,
    depth: verificationDepthSchema
      .default('keys')
      .describe('structure: hashes only; seal: who made it and every entry; keys: every key’s value too'),
    region: regionField.optional().describe('Region whose token verifies'),
  }),
  response: z.object({
    workRequestId: z.string().optional(),
    backupId: z.string(),
    kind: z.enum(['VAULT', 'KEY']),
    depth: verificationDepthSchema,
    authenticated: z.boolean(),
    statement: z.string(),
    sha256: sha256Schema,
    size: z.number().int(),
    entryCount: z.number().int(),
    keyCount: z.number().int().optional(),
    keyVersionCount: z.number().int().optional(),
    provenKeyVersionCount: z.number().int().optional(),
  }),
  errors: ['NotAuthorizedOrNotFound', 'NotAuthenticated'],
  permission: 'VAULT_READ',
  isBeforeFirstOperator: true,
  workRequest: 'VERIFY_BACKUP',
});

export const planRestore = operation({
  name: 'backup.plan-restore',
  summary: 'Verify a backup in full and show what restoring it would do, without doing it.',
  request: z.strictObject({ backupLocation: backupSourceSchema, region: restoreRequestFields.region }),
  response: restorePlanSchema,
  errors: ['NotAuthorizedOrNotFound', 'NotAuthenticated'],
  permission: 'VAULT_READ',
  isReadOnly: true,
});
