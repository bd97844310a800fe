import { z } from 'zod';
import { realmSchema, regionSchema } from '../domain/realm.ts';
import {
  FEWEST_SHARES,
  MOST_SHARES,
  recoveryKitSchema,
  recoverySetIdSchema,
} from '../domain/recovery-kit.ts';
import {
  newRegionFields,
  pageFields,
  pageOf,
  pathSchema,
  regionField,
  retryTokenField,
  tokenFields,
} from './fields.ts';
import { operation } from './operation.ts';
import { administratorField } from './operator.ts';

const kitField = pathSchema.describe('The kit file, recovery-kit.json');
const shareFileField = z
  .array(pathSchema)
  .min(1)
  .max(MOST_SHARES)
  .describe('A file with one share, as it was written or as it was typed in again');

export const createRecoveryKit = operation({
  name: 'recovery-kit.create',
  summary:
    'Make a recovery kit: the realm keys under an escrow key, and that key in N shares of which M rebuild it.',
  request: z.strictObject({
    threshold: z
      .number()
      .int()
      .min(FEWEST_SHARES, {
        error: 'must be at least 2: with 1, every custodian alone could rebuild the realm keys',
      })
      .max(MOST_SHARES)
      .describe('M: how many shares rebuild the realm keys'),
    shares: z.number().int().min(FEWEST_SHARES).max(MOST_SHARES).describe('N: how many shares are made'),
    out: pathSchema.describe('New or empty folder for the kit file and the share files'),
    region: regionField.optional().describe('Region whose token wraps; needed when several are attached'),
    retryToken: retryTokenField,
  }),
  response: z.object({
    workRequestId: z.string(),
    recoveryKit: recoveryKitSchema,
    kitFile: z.string(),
    shareFiles: z.array(z.string()),
    warnings: z.array(z.string()),
    next: z.string(),
  }),
  errors: [
    'NotAuthorizedOrNotFound',
    'NotAuthenticated',
    'NotAllowed',
    'NotAuthorizedOrResourceAlreadyExists',
  ],
  permission: 'REALM_MANAGE',
  workRequest: 'CREATE_RECOVERY_KIT',
  isApprovable: true,
});

export const confirmRecoveryKit = operation({
  name: 'recovery-kit.confirm',
  summary:
    'Read every share of a recovery kit back from its custodian; with all of them right the kit is confirmed.',
  request: z.strictObject({
    kit: kitField,
    shareFile: shareFileField,
    region: regionField.optional().describe('Region whose token proves; needed when several are attached'),
  }),
  response: recoveryKitSchema,
  errors: ['NotAuthorizedOrNotFound', 'NotAuthenticated', 'Conflict'],
  permission: 'REALM_MANAGE',
});

export const listRecoveryKits = operation({
  name: 'recovery-kit.list',
  summary: 'List the recovery kits of the realm, newest first.',
  request: z.strictObject(pageFields),
  response: pageOf(recoveryKitSchema),
  errors: [],
  permission: 'REALM_MANAGE',
  isReadOnly: true,
});

export const getRecoveryKit = operation({
  name: 'recovery-kit.get',
  summary: 'Show one recovery kit: its shares, when it was confirmed and when it was rehearsed.',
  request: z.strictObject({ setId: recoverySetIdSchema.describe('Set id of the recovery kit') }),
  response: recoveryKitSchema,
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'REALM_MANAGE',
  isReadOnly: true,
});

export const rehearseRecoveryKit = operation({
  name: 'recovery-kit.rehearse',
  summary:
    'Rebuild the realm keys on a scratch token, compare their check values, and destroy them there again.',
  request: z.strictObject({
    kit: kitField,
    shareFile: shareFileField,
    ...tokenFields,
    module: tokenFields.module
      .optional()
      .describe('Path of the PKCS#11 module of the scratch token; a practice token is made if none is named'),
    retryToken: retryTokenField,
  }),
  response: z.object({
    workRequestId: z.string(),
    recoveryKit: recoveryKitSchema,
    scratchToken: z.string(),
    isPracticeToken: z.boolean(),
    rbkCheckValue: z.string(),
    rakCheckValue: z.string(),
    statement: z.string(),
  }),
  errors: ['NotAuthorizedOrNotFound', 'NotAuthenticated', 'Conflict', 'IncorrectState'],
  permission: 'REALM_MANAGE',
  workRequest: 'REHEARSE_RECOVERY_KIT',
});

export const restoreRecoveryKit = operation({
  name: 'recovery-kit.restore',
  summary:
    'Put the realm keys of a recovery kit on a new token, and bind that token to a region of this home.',
  request: z.strictObject({
    kit: kitField,
    shareFile: shareFileField,
    ...newRegionFields,
    administrator: administratorField,
    retryToken: retryTokenField,
  }),
  response: z.object({
    workRequestId: z.string(),
    realm: realmSchema,
    region: regionSchema,
    warnings: z.array(z.string()),
  }),
  errors: ['NotAuthorizedOrNotFound', 'NotAuthenticated', 'Conflict', 'IncorrectState'],
  permission: 'REALM_MANAGE',
  workRequest: 'RESTORE_RECOVERY_KIT',
  isBeforeFirstOperator: true,
  isApprovable: true,
});

export const closeCeremony = operation({
  name: 'region.close-ceremony',
  summary: "Close the ceremony on a region's token, for good: its realm keys never leave it again.",
  request: z.strictObject({
    region: regionField,
    isWithoutRecoveryKit: z
      .boolean()
      .default(false)
      .describe('Go ahead although no recovery kit is confirmed'),
  }),
  response: regionSchema.extend({ isEnforcedByToken: z.boolean(), warnings: z.array(z.string()) }),
  errors: ['NotAuthorizedOrNotFound', 'NotAuthenticated', 'IncorrectState'],
  permission: 'REALM_MANAGE',
  isApprovable: true,
  confirm: {
    question:
      'From then on the realm keys never leave this token: it can enrol no further token and make no further recovery kit. Only a recovery kit, or a token whose ceremony is open, then makes new tokens. This cannot be undone. Close it?',
  },
});
