import { z } from 'zod';
import { backupKindSchema } from '../domain/backup.ts';
import { drillFailureSchema, drillOutcomeSchema, drillTimesSchema } from '../domain/drill-report.ts';
import { sha256Schema, timeSchema } from '../domain/identifiers.ts';
import { backupSourceSchema, pathSchema, regionField, retryTokenField, tokenFields } from './fields.ts';
import { operation } from './operation.ts';

export const drillBackup = operation({
  name: 'backup.drill',
  summary:
    'Restore a backup into a scratch token, prove every key by use, destroy the scratch and write a report signed by the realm; or check such a report.',
  request: z.strictObject({
    backupLocation: backupSourceSchema.optional(),
    region: regionField.optional().describe('Region whose token has the realm keys'),
    out: pathSchema.optional().describe('Where the report goes; an existing file is not replaced'),
    module: tokenFields.module
      .optional()
      .describe('Path of the PKCS#11 module of an empty scratch token; default: a practice token is made'),
    moduleParameters: tokenFields.moduleParameters,
    tokenLabel: tokenFields.tokenLabel.describe('Label of the scratch token'),
    slotSerial: tokenFields.slotSerial.describe('Serial number of the scratch token'),
    check: pathSchema
      .optional()
      .describe('Check this report instead; any token of the realm can, and nothing else is needed'),
    retryToken: retryTokenField,
  }),
  response: z.object({
    workRequestId: z.string().optional(),
    /** Whether every key version was proven; of an authentic report only. */
    isProven: z.boolean(),
    outcome: drillOutcomeSchema,
    statement: z.string(),
    reportFile: z.string(),
    reportId: z.string(),
    reportSha256: sha256Schema,
    backupId: z.string(),
    backupSha256: sha256Schema,
    kind: backupKindSchema,
    sourceRegion: z.string(),
    /** When the backup was made. */
    timeCreated: timeSchema,
    /** Region whose token signed the report. */
    region: z.string(),
    /** Who ran the drill. */
    operator: z.string().optional(),
    scratchToken: z.string(),
    timeStarted: timeSchema,
    timeFinished: timeSchema,
    keyCount: z.number().int(),
    keyVersionCount: z.number().int(),
    provenKeyVersionCount: z.number().int(),
    milliseconds: drillTimesSchema,
    failures: z.array(drillFailureSchema),
    warnings: z.array(z.string()),
  }),
  errors: ['NotAuthorizedOrNotFound', 'NotAuthenticated', 'IncorrectState', 'Conflict', 'NotAllowed'],
  permission: 'REALM_MANAGE',
  isApprovable: true,
  failsWhenFalse: 'isProven',
  workRequest: 'DRILL',
});
