import { z } from 'zod';
import { backupTargetSchema, coverageRowSchema, coverageSummarySchema } from '../domain/coverage.ts';
import { compartmentIdField, keyIdField, pageFields, pageOf, regionField, vaultIdField } from './fields.ts';
import { operation } from './operation.ts';

export const backupCoverage = operation({
  name: 'backup.coverage',
  summary:
    'Show for every vault and key which verified backup covers it, how old it is and where its copies lie; exit code 1 when a target is missed.',
  request: z.strictObject({
    compartmentId: compartmentIdField.optional(),
    vaultId: vaultIdField.optional(),
    keyId: keyIdField.optional().describe('OCID of a key: only this key and its vault'),
    region: regionField.optional(),
    maximumAgeHours: backupTargetSchema.shape.maximumAgeHours
      .optional()
      .describe('Hold every backup against this age instead of the targets'),
    ...pageFields,
  }),
  response: pageOf(coverageRowSchema).extend({
    /** Whether everything that can be backed up meets its target, on this page or not. */
    isCovered: z.boolean(),
    summary: coverageSummarySchema,
  }),
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'VAULT_INSPECT',
  isReadOnly: true,
  failsWhenFalse: 'isCovered',
});

export const setBackupTarget = operation({
  name: 'vault.set-backup-target',
  summary:
    'Set what backup coverage holds a vault against, or the home’s target for all vaults without one of their own.',
  request: z.strictObject({
    vaultId: vaultIdField
      .optional()
      .describe(
        'OCID of the vault; without it the home’s target is set. A vault without numbers gets that one again',
      ),
    maximumAgeHours: backupTargetSchema.shape.maximumAgeHours
      .optional()
      .describe('How old the newest verified backup may be, in hours'),
    minimumCopies: backupTargetSchema.shape.minimumCopies
      .optional()
      .describe('How many verified copies it must have'),
    minimumRegions: backupTargetSchema.shape.minimumRegions
      .optional()
      .describe('In how many regions’ buckets they must lie'),
  }),
  response: z.object({
    vaultId: z.string().optional(),
    target: backupTargetSchema,
    /** False: the vault has none of its own, this is the home's. */
    isOfVault: z.boolean(),
  }),
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'VAULT_UPDATE',
});
