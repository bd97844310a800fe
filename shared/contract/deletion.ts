import { z } from 'zod';
import { scheduledDeletionSchema } from '../domain/deletion.ts';
import { ocidSchema } from '../domain/identifiers.ts';
import { pageFields, pageOf, regionField, retryTokenField } from './fields.ts';
import { operation } from './operation.ts';

export const listDeletions = operation({
  name: 'deletion.list',
  summary: 'List what is scheduled for deletion, soonest first, and what is due.',
  request: z.strictObject({ region: regionField.optional(), ...pageFields }),
  response: pageOf(scheduledDeletionSchema),
  errors: [],
  permission: 'KEY_INSPECT',
  isReadOnly: true,
});

const deletableIdSchema = z.union([ocidSchema('vault'), ocidSchema('key'), ocidSchema('keyversion')], {
  error: 'must be the OCID of a vault, a key or a key version',
});

export const executeDeletions = operation({
  name: 'deletion.execute',
  summary:
    'Destroy what is due: the token objects of every version, and software keys and secrets with their vault. Nothing brings it back but a backup.',
  request: z.strictObject({
    region: regionField.optional().describe('Only of this region; default: of every region'),
    ids: z
      .array(deletableIdSchema)
      .min(1)
      .max(1000)
      .optional()
      .describe(
        'OCIDs of vaults, keys or key versions that are due, as a JSON array; default: all that is due',
      ),
    retryToken: retryTokenField,
  }),
  response: z.object({
    workRequestId: z.string(),
    /** What is DELETED now. */
    vaultCount: z.number().int(),
    keyCount: z.number().int(),
    keyVersionCount: z.number().int(),
    /** Objects destroyed on tokens. */
    tokenObjectCount: z.number().int(),
  }),
  errors: ['NotAuthorizedOrNotFound', 'IncorrectState', 'Conflict', 'NotAuthenticated'],
  permission: 'KEY_DELETE',
  isApprovable: true,
  workRequest: 'EXECUTE_DELETIONS',
  confirm: {
    question:
      'Destroy for good every vault, key and key version whose time of deletion has come (deletion list shows them)?',
  },
});
