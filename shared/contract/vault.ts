import { z } from 'zod';
import { uncoveredSchema } from '../domain/deletion.ts';
import { definedTagsSchema, freeformTagsSchema } from '../domain/identifiers.ts';
import { compartmentSchema, vaultSchema, vaultTypeSchema } from '../domain/vault.ts';
import {
  compartmentIdField,
  displayNameField,
  etagField,
  ifMatchField,
  metadataChangeFields,
  pageFields,
  pageOf,
  regionField,
  scheduleDeletionFields,
  vaultIdField,
  retryTokenField,
} from './fields.ts';
import { operation } from './operation.ts';

export const compartmentWithEtagSchema = compartmentSchema.extend({ etag: etagField });

export const createCompartment = operation({
  name: 'compartment.create',
  summary: 'Create a compartment.',
  request: z.strictObject({
    displayName: displayNameField,
    parentId: compartmentIdField.optional().describe('OCID of the parent compartment; default: the tenancy'),
    retryToken: retryTokenField,
  }),
  response: compartmentWithEtagSchema,
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'COMPARTMENT_CREATE',
});

export const listCompartments = operation({
  name: 'compartment.list',
  summary: 'List the compartments.',
  request: z.strictObject(pageFields),
  response: pageOf(compartmentWithEtagSchema),
  errors: [],
  permission: 'COMPARTMENT_INSPECT',
  isReadOnly: true,
});

export const getCompartment = operation({
  name: 'compartment.get',
  summary: 'Show one compartment.',
  request: z.strictObject({ compartmentId: compartmentIdField }),
  response: compartmentWithEtagSchema,
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'COMPARTMENT_INSPECT',
  isReadOnly: true,
});

export const updateCompartment = operation({
  name: 'compartment.update',
  summary: 'Rename a compartment, or turn dual control on or off for it and what is below it.',
  request: z.strictObject({
    compartmentId: compartmentIdField,
    displayName: displayNameField.optional(),
    isApprovalRequired: z
      .boolean()
      .optional()
      .describe(
        'Whether restores, enrolments, deletions and policy changes need a second operator’s approval',
      ),
    ifMatch: ifMatchField,
  }),
  response: compartmentWithEtagSchema,
  errors: ['NotAuthorizedOrNotFound', 'NoEtagMatch', 'InvalidParameter', 'NotAllowed'],
  permission: 'COMPARTMENT_UPDATE',
  isApprovable: true,
});

export const vaultInRegionSchema = vaultSchema.extend({ region: z.string(), etag: etagField });

export const createVault = operation({
  name: 'vault.create',
  summary: 'Create a vault.',
  request: z.strictObject({
    compartmentId: compartmentIdField,
    displayName: displayNameField,
    vaultType: vaultTypeSchema
      .default('VIRTUAL_PRIVATE')
      .describe('VIRTUAL_PRIVATE can be backed up, DEFAULT can not'),
    region: regionField.optional(),
    freeformTags: freeformTagsSchema.default({}).describe('Tags, as a JSON object of strings'),
    definedTags: definedTagsSchema.default({}).describe('Tags by namespace, as a JSON object of objects'),
    retryToken: retryTokenField,
  }),
  response: vaultInRegionSchema,
  errors: ['NotAuthorizedOrNotFound', 'LimitExceeded'],
  permission: 'VAULT_CREATE',
});

export const getVault = operation({
  name: 'vault.get',
  summary: 'Show one vault.',
  request: z.strictObject({ vaultId: vaultIdField }),
  response: vaultInRegionSchema,
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'VAULT_READ',
  isReadOnly: true,
});

export const listVaults = operation({
  name: 'vault.list',
  summary: 'List the vaults.',
  request: z.strictObject({
    compartmentId: compartmentIdField.optional(),
    region: regionField.optional(),
    ...pageFields,
  }),
  response: pageOf(vaultInRegionSchema),
  errors: [],
  permission: 'VAULT_INSPECT',
  isReadOnly: true,
});

export const updateVault = operation({
  name: 'vault.update',
  summary: 'Change a vault’s name or tags.',
  request: z.strictObject({ vaultId: vaultIdField, ...metadataChangeFields, ifMatch: ifMatchField }),
  response: vaultInRegionSchema,
  errors: ['NotAuthorizedOrNotFound', 'IncorrectState', 'NoEtagMatch'],
  permission: 'VAULT_UPDATE',
});

export const scheduleVaultDeletion = operation({
  name: 'vault.schedule-deletion',
  summary:
    'Schedule a vault and all its keys for deletion: unusable at once, destroyed when due (deletion execute), cancelled until then if wanted.',
  request: z.strictObject({ vaultId: vaultIdField, ...scheduleDeletionFields }),
  response: vaultInRegionSchema.extend({ uncovered: uncoveredSchema }),
  errors: ['NotAuthorizedOrNotFound', 'IncorrectState', 'Conflict', 'NoEtagMatch'],
  permission: 'VAULT_DELETE',
  isApprovable: true,
});

export const cancelVaultDeletion = operation({
  name: 'vault.cancel-deletion',
  summary:
    'Cancel a vault’s deletion: it and its keys are as before; keys that were scheduled before it stay scheduled.',
  request: z.strictObject({ vaultId: vaultIdField, ifMatch: ifMatchField }),
  response: vaultInRegionSchema,
  errors: ['NotAuthorizedOrNotFound', 'IncorrectState', 'NoEtagMatch'],
  permission: 'VAULT_DELETE',
});

export const getVaultUsage = operation({
  name: 'vault.usage',
  summary: 'Count a vault’s keys and key versions by protection; deleted ones do not count.',
  request: z.strictObject({ vaultId: vaultIdField }),
  response: z.object({
    keyCount: z.number().int(),
    keyVersionCount: z.number().int(),
    softwareKeyCount: z.number().int(),
    softwareKeyVersionCount: z.number().int(),
  }),
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'VAULT_READ',
  isReadOnly: true,
});
