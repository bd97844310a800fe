import { z } from 'zod';
import { ocidSchema } from '../domain/identifiers.ts';
import { secretNameSchema, secretSchema } from '../domain/secret.ts';
import { keyIdField, pageFields, pageOf, pathSchema, retryTokenField, vaultIdField } from './fields.ts';
import { operation } from './operation.ts';

export const createSecret = operation({
  name: 'secret.create',
  summary: 'Keep a small secret in a vault, encrypted by one of its keys. Secrets are never in a backup.',
  request: z.strictObject({
    vaultId: vaultIdField,
    keyId: keyIdField.describe('OCID of the key that encrypts it: an AES or RSA key of the vault'),
    name: secretNameSchema.describe('Name that no other secret of the vault has'),
    contentFile: pathSchema.describe('File that holds the content: 1 to 25,600 bytes of any kind'),
    retryToken: retryTokenField,
  }),
  response: secretSchema,
  errors: [
    'NotAuthorizedOrNotFound',
    'IncorrectState',
    'NotAuthenticated',
    'NotAuthorizedOrResourceAlreadyExists',
  ],
  permission: 'SECRET_CREATE',
});

export const listSecrets = operation({
  name: 'secret.list',
  summary: 'List the secrets of a vault, without their contents.',
  request: z.strictObject({ vaultId: vaultIdField, ...pageFields }),
  response: pageOf(secretSchema),
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'SECRET_INSPECT',
  isReadOnly: true,
});

/** Not `isReadOnly`: that a secret was read belongs in the audit log, as a decryption does (rule R61). */
export const getSecret = operation({
  name: 'secret.get',
  summary: 'Show one secret; with --out write its content, decrypted, into a new file.',
  request: z.strictObject({
    secretId: ocidSchema('vaultsecret').describe('OCID of the secret'),
    out: pathSchema
      .optional()
      .describe('Where to write the content, readable by you only; an existing file is not replaced'),
  }),
  // No hash of the content: of a password it would be as good as the password.
  response: secretSchema.extend({
    content: z.object({ path: z.string(), bytes: z.number().int() }).optional(),
  }),
  errors: [
    'NotAuthorizedOrNotFound',
    'IncorrectState',
    'NotAuthenticated',
    'NotAuthorizedOrResourceAlreadyExists',
  ],
  permission: 'SECRET_READ',
});
