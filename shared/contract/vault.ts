import { z } from 'zod';
import { definedTagsSchema, freeformTagsSchema } from '../domain/identifiers.ts';
import { compartmentSchema, vaultSchema, vaultTypeSchema } from '../domain/vault.ts';
import {
  compartmentIdField,
  displayNameField,
  pageFields,
  pageOf,
  regionField,
  vaultIdField,
} from './fields.ts';
import { operation } from './operation.ts';

export const createCompartment = operation({
  name: 'compartment.create',
  summary: 'Create a compartment.',
  request: z.strictObject({
    displayName: displayNameField,
    parentId: compartmentIdField.optional().describe('OCID of the parent compartment; default: the tenancy'),
  }),
  response: compartmentSchema,
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'COMPARTMENT_CREATE',
});

export const listCompartments = operation({
  name: 'compartment.list',
  summary: 'List the compartments.',
  request: z.strictObject(pageFields),
  response: pageOf(compartmentSchema),
  errors: [],
  permission: 'COMPARTMENT_INSPECT',
  isReadOnly: true,
});

export const getCompartment = operation({
  name: 'compartment.get',
  summary: 'Show one compartment.',
  request: z.strictObject({ compartmentId: compartmentIdField }),
  response: compartmentSchema,
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
  }),
  response: compartmentSchema,
  errors: ['NotAuthorizedOrNotFound', 'InvalidParameter', 'NotAllowed'],
  permission: 'COMPARTMENT_UPDATE',
  isApprovable: true,
});

export const vaultInRegionSchema = vaultSchema.extend({ region: z.string() });

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
