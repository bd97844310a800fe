import { z } from 'zod';
import { operatorSchema, principalNameSchema } from '../domain/operator.ts';
import { ifMatchField, pageFields, pageOf, pathSchema, retryTokenField } from './fields.ts';
import { operation } from './operation.ts';

export const operatorNameField = principalNameSchema.describe('Name of the operator');

/** For the operations that make a home's realm known to it. */
export const administratorField = principalNameSchema
  .optional()
  .describe('Name of the first operator of this home, where it has none yet; it chooses a passphrase');

const newPassphraseFileField = pathSchema
  .optional()
  .describe(
    'File of your own (chmod 600) with the new passphrase as its only line; without it the passphrase is asked for twice',
  );

const operatorAnswerSchema = operatorSchema.extend({
  etag: z.string(),
  /** Names of the groups that the operator is in. */
  groups: z.array(z.string()),
  timeLastSignedIn: z.string().optional(),
  /** Until when signing in is locked, after too many failures. */
  lockedUntil: z.string().optional(),
});

export const createOperator = operation({
  name: 'operator.create',
  summary: 'Create an operator, who signs in with a passphrase and is in no group yet.',
  request: z.strictObject({
    operatorName: operatorNameField,
    newPassphraseFile: newPassphraseFileField,
    retryToken: retryTokenField,
  }),
  response: operatorAnswerSchema,
  errors: ['NotAuthorizedOrResourceAlreadyExists', 'NotAuthenticated', 'NotAllowed'],
  permission: 'OPERATOR_CREATE',
  isApprovable: true,
});

export const listOperators = operation({
  name: 'operator.list',
  summary: 'List the operators of this home.',
  request: z.strictObject(pageFields),
  response: pageOf(operatorAnswerSchema),
  errors: [],
  permission: 'OPERATOR_INSPECT',
  isReadOnly: true,
});

export const getOperator = operation({
  name: 'operator.get',
  summary: 'Show one operator.',
  request: z.strictObject({ operatorName: operatorNameField }),
  response: operatorAnswerSchema,
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'OPERATOR_INSPECT',
  isReadOnly: true,
});

export const updateOperator = operation({
  name: 'operator.update',
  summary: 'Give an operator a new passphrase, which also ends a lock after failed sign-ins.',
  request: z.strictObject({
    operatorName: operatorNameField,
    newPassphraseFile: newPassphraseFileField,
    ifMatch: ifMatchField,
  }),
  response: operatorAnswerSchema,
  errors: ['NotAuthorizedOrNotFound', 'NoEtagMatch', 'NotAuthenticated', 'NotAuthorized', 'NotAllowed'],
  permission: 'OPERATOR_UPDATE',
  isApprovable: true,
});

export const changePassphrase = operation({
  name: 'operator.change-passphrase',
  summary: 'Change your own passphrase; every operator may.',
  request: z.strictObject({ newPassphraseFile: newPassphraseFileField }),
  response: operatorAnswerSchema,
  errors: ['NotAuthenticated'],
  permission: undefined,
  isAboutCaller: true,
});

export const deleteOperator = operation({
  name: 'operator.delete',
  summary: 'Delete an operator, who leaves every group; the last administrator stays.',
  request: z.strictObject({ operatorName: operatorNameField, ifMatch: ifMatchField }),
  response: operatorSchema,
  errors: ['NotAuthorizedOrNotFound', 'NoEtagMatch', 'NotAuthorized', 'NotAllowed'],
  permission: 'OPERATOR_DELETE',
  isApprovable: true,
  confirm: { question: 'Delete the operator? Whoever it was cannot sign in any more.' },
});
