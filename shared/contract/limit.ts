import { z } from 'zod';
import { limitNameSchema, limitUseSchema } from '../domain/limit.ts';
import { pageOf, regionField } from './fields.ts';
import { operation } from './operation.ts';

export const listLimits = operation({
  name: 'limit.list',
  summary:
    'List the limits of each region, what is used of them and what is left; the key versions of each vault by themselves.',
  request: z.strictObject({ region: regionField.optional().describe('Only of this region; default: all') }),
  response: pageOf(limitUseSchema),
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'LIMIT_INSPECT',
  isReadOnly: true,
});

export const setLimit = operation({
  name: 'limit.set',
  summary: 'Change a limit of a region. Lowering it below what is used refuses further creations only.',
  request: z.strictObject({
    region: regionField.optional(),
    name: limitNameSchema.describe(
      'Which limit. virtual-private-vault-count is 10 here; the reference service has 0 until it is raised on request',
    ),
    value: z.number().int().min(0).max(1_000_000).describe('The new value'),
  }),
  response: z.object({ region: z.string(), name: limitNameSchema, value: z.number().int() }),
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'LIMIT_UPDATE',
  isApprovable: true,
});
