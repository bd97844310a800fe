import { z } from 'zod';
import { descriptionSchema } from '../domain/group.ts';
import { ocidSchema } from '../domain/identifiers.ts';
import { principalNameSchema } from '../domain/operator.ts';
import { permissionSchema } from '../domain/permission.ts';
import { policySchema, policyStatementsSchema } from '../domain/policy.ts';
import { workRequestOperationSchema } from '../domain/work-request.ts';
import {
  bucketNameField,
  compartmentIdField,
  ifMatchField,
  keyIdField,
  objectNameField,
  pageFields,
  pageOf,
  regionField,
  retryTokenField,
  vaultIdField,
} from './fields.ts';
import { operation } from './operation.ts';
import { operatorNameField } from './operator.ts';

const policyIdField = ocidSchema('policy').describe('OCID of the policy');
const statementsField = policyStatementsSchema.describe(
  'Statements in the policy language, such as ["Allow group Officers to manage vaults in tenancy"]',
);
const policyDescriptionField = descriptionSchema.describe('What the policy is for');

const policyAnswerSchema = policySchema.extend({ etag: z.string() });
const policyWithWarningsSchema = policyAnswerSchema.extend({
  /** What statements name and this home does not have: they allow nothing until it does. */
  warnings: z.array(z.string()),
});

export const createPolicy = operation({
  name: 'policy.create',
  summary: 'Create a policy: statements that give permissions in a compartment and what is below it.',
  request: z.strictObject({
    policyName: principalNameSchema.describe('Name of the policy, unique in this home'),
    compartmentId: compartmentIdField
      .optional()
      .describe('OCID of the compartment that the policy is attached to; default: the tenancy'),
    description: policyDescriptionField.default(''),
    statements: statementsField,
    retryToken: retryTokenField,
  }),
  response: policyWithWarningsSchema,
  errors: ['NotAuthorizedOrNotFound', 'NotAuthorizedOrResourceAlreadyExists', 'NotAllowed'],
  permission: 'POLICY_CREATE',
  isApprovable: true,
});

export const listPolicies = operation({
  name: 'policy.list',
  summary: 'List the policies: all of them, or those attached to one compartment.',
  request: z.strictObject({ compartmentId: compartmentIdField.optional(), ...pageFields }),
  response: pageOf(policyAnswerSchema),
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'POLICY_INSPECT',
  isReadOnly: true,
});

export const getPolicy = operation({
  name: 'policy.get',
  summary: 'Show one policy.',
  request: z.strictObject({ policyId: policyIdField }),
  response: policyAnswerSchema,
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'POLICY_INSPECT',
  isReadOnly: true,
});

export const updatePolicy = operation({
  name: 'policy.update',
  summary: 'Change the description of a policy, or replace its statements.',
  request: z.strictObject({
    policyId: policyIdField,
    description: policyDescriptionField.optional(),
    statements: statementsField.optional(),
    ifMatch: ifMatchField,
  }),
  response: policyWithWarningsSchema,
  errors: ['NotAuthorizedOrNotFound', 'MissingParameter', 'NoEtagMatch', 'NotAllowed'],
  permission: 'POLICY_UPDATE',
  isApprovable: true,
});

export const deletePolicy = operation({
  name: 'policy.delete',
  summary: 'Delete a policy: what only its statements allowed is allowed no more.',
  request: z.strictObject({ policyId: policyIdField, ifMatch: ifMatchField }),
  response: policySchema,
  errors: ['NotAuthorizedOrNotFound', 'NoEtagMatch', 'NotAllowed'],
  permission: 'POLICY_DELETE',
  isApprovable: true,
  confirm: { question: 'Delete the policy? What only its statements allow is then refused.' },
});

export const checkPolicy = operation({
  name: 'policy.check',
  summary:
    'Say whether an operator may do something, because of which statement, or why no statement allows it.',
  request: z.strictObject({
    operatorName: operatorNameField.optional().describe('Name of the operator; default: you'),
    permission: permissionSchema.optional().describe('The permission, such as VAULT_BACKUP'),
    operationName: z
      .string()
      .max(100)
      .optional()
      .describe('Instead of a permission: the operation, such as vault.backup'),
    compartmentId: compartmentIdField
      .optional()
      .describe('OCID of the compartment; default: that of the vault, key or bucket, else the tenancy'),
    vaultId: vaultIdField.optional(),
    keyId: keyIdField.optional(),
    bucketName: bucketNameField.optional(),
    objectName: objectNameField.optional(),
    workRequestType: workRequestOperationSchema.optional().describe('Type of the work request'),
    region: regionField.optional(),
  }),
  response: z.object({
    isAllowed: z.boolean(),
    operatorName: z.string(),
    decisions: z.array(
      z.object({
        permission: permissionSchema,
        isAllowed: z.boolean(),
        compartmentId: z.string(),
        because: z.string(),
        /** Every statement that gives the permission to somebody somewhere, and what came of it here. */
        statements: z.array(
          z.object({
            policyName: z.string(),
            statementNumber: z.number().int(),
            statement: z.string(),
            outcome: z.string(),
          }),
        ),
      }),
    ),
  }),
  errors: ['NotAuthenticated', 'NotAuthorized', 'NotAuthorizedOrNotFound', 'MissingParameter'],
  permission: undefined,
  isAboutCaller: true,
  isReadOnly: true,
  failsWhenFalse: 'isAllowed',
});

export const listPolicyProposals = operation({
  name: 'policy.proposals',
  summary:
    'After a restore in another region: list the statements that name an OCID from before, with new text for the restored ones.',
  request: z.strictObject({}),
  response: z.object({
    data: z.array(
      z.object({
        policyId: z.string(),
        policyName: z.string(),
        statement: z.string(),
        proposedStatement: z.string().optional(),
        change: z.enum(['ADD', 'REPLACE', 'BY_HAND']),
        region: z.string(),
      }),
    ),
    etag: z.string(),
  }),
  errors: [],
  permission: 'POLICY_INSPECT',
  isReadOnly: true,
});

export const applyPolicyProposals = operation({
  name: 'policy.apply-proposals',
  summary: 'Write what policy proposals lists into the policies, all of it or nothing.',
  request: z.strictObject({
    ifMatch: ifMatchField.describe('Go ahead only if the etag of policy proposals is still this'),
  }),
  response: z.object({ policies: z.array(policySchema), changeCount: z.number().int() }),
  errors: ['NotAuthorized', 'NoEtagMatch', 'LimitExceeded', 'NotAllowed'],
  permission: 'POLICY_UPDATE',
  isApprovable: true,
  confirm: { question: 'Write every change that policy proposals lists into the policies?' },
});
