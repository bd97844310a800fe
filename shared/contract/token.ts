import { z } from 'zod';
import { pageOf, pathSchema, tokenFields } from './fields.ts';
import { operation } from './operation.ts';

export const tokenDescriptionSchema = z.object({
  label: z.string(),
  serial: z.string(),
  manufacturer: z.string(),
  model: z.string(),
  firmwareVersion: z.string(),
  isInitialised: z.boolean(),
  isUserPinSet: z.boolean(),
  isPinCountLow: z.boolean(),
  isPinFinalTry: z.boolean(),
  isPinLocked: z.boolean(),
});

export const listTokens = operation({
  name: 'token.list',
  summary: 'List the tokens that a PKCS#11 module shows.',
  request: z.strictObject({ module: tokenFields.module, moduleParameters: tokenFields.moduleParameters }),
  response: pageOf(tokenDescriptionSchema),
  errors: [],
  permission: undefined,
  isReadOnly: true,
});

export const initialiseToken = operation({
  name: 'token.initialise',
  summary: 'Make a new practice token ready: its label, its security officer PIN and its user PIN.',
  request: z.strictObject({
    module: tokenFields.module,
    moduleParameters: tokenFields.moduleParameters,
    label: z.string().min(1).max(32).describe('Label of the new token'),
    soPinFile: pathSchema.describe("File with the security officer's PIN"),
    userPinFile: pathSchema.describe("File with the user's PIN"),
  }),
  response: tokenDescriptionSchema,
  errors: ['Conflict', 'IncorrectState', 'NotAuthenticated'],
  permission: undefined,
});
