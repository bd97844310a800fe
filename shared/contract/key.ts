import { z } from 'zod';
import { uncoveredSchema } from '../domain/deletion.ts';
import { definedTagsSchema, freeformTagsSchema } from '../domain/identifiers.ts';
import { keyShapeSchema, signingAlgorithmSchema } from '../domain/key-shape.ts';
import { keySchema, keyVersionSchema, protectionModeSchema } from '../domain/key.ts';
import {
  compartmentIdField,
  displayNameField,
  etagField,
  ifMatchField,
  metadataChangeFields,
  keyIdField,
  keyVersionIdField,
  pageFields,
  pageOf,
  pathSchema,
  scheduleDeletionFields,
  vaultIdField,
  retryTokenField,
} from './fields.ts';
import { operation } from './operation.ts';

export const keyWithEtagSchema = keySchema.extend({ etag: etagField });
export const keyVersionWithEtagSchema = keyVersionSchema.extend({ etag: etagField });

export const createKey = operation({
  name: 'key.create',
  summary: 'Create a key; an HSM key’s versions are made in the token of the vault’s region and stay there.',
  request: z.strictObject({
    vaultId: vaultIdField,
    displayName: displayNameField,
    keyShape: keyShapeSchema.describe(
      '{"algorithm":"AES","length":32}; lengths in bytes: AES 16, 24, 32; RSA 256, 384, 512; ECDSA 32, 48, 66',
    ),
    protectionMode: protectionModeSchema
      .default('HSM')
      .describe(
        'HSM: made in the token, stays there. SOFTWARE: kept encrypted under a token key, has no backup',
      ),
    compartmentId: compartmentIdField.optional().describe('OCID of the compartment; default: the vault’s'),
    freeformTags: freeformTagsSchema.default({}).describe('Tags, as a JSON object of strings'),
    definedTags: definedTagsSchema.default({}).describe('Tags by namespace, as a JSON object of objects'),
    retryToken: retryTokenField,
  }),
  response: keyWithEtagSchema,
  errors: ['NotAuthorizedOrNotFound', 'IncorrectState', 'NotAuthenticated', 'LimitExceeded'],
  permission: 'KEY_CREATE',
});

export const getKey = operation({
  name: 'key.get',
  summary: 'Show one key.',
  request: z.strictObject({ keyId: keyIdField }),
  response: keyWithEtagSchema,
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'KEY_READ',
  isReadOnly: true,
});

export const listKeys = operation({
  name: 'key.list',
  summary: 'List the keys of a vault, or of all vaults.',
  request: z.strictObject({
    vaultId: vaultIdField.optional(),
    compartmentId: compartmentIdField.optional(),
    ...pageFields,
  }),
  response: pageOf(keyWithEtagSchema),
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'KEY_INSPECT',
  isReadOnly: true,
});

export const enableKey = operation({
  name: 'key.enable',
  summary: 'Enable a disabled key.',
  request: z.strictObject({ keyId: keyIdField, ifMatch: ifMatchField }),
  response: keyWithEtagSchema,
  errors: ['NotAuthorizedOrNotFound', 'IncorrectState', 'Conflict', 'NoEtagMatch'],
  permission: 'KEY_UPDATE',
});

export const disableKey = operation({
  name: 'key.disable',
  summary: 'Disable a key: it stays, is still backed up, and cannot be used until it is enabled.',
  request: z.strictObject({ keyId: keyIdField, ifMatch: ifMatchField }),
  response: keyWithEtagSchema,
  errors: ['NotAuthorizedOrNotFound', 'IncorrectState', 'Conflict', 'NoEtagMatch'],
  permission: 'KEY_UPDATE',
});

export const updateKey = operation({
  name: 'key.update',
  summary: 'Change a key’s name or tags.',
  request: z.strictObject({ keyId: keyIdField, ...metadataChangeFields, ifMatch: ifMatchField }),
  response: keyWithEtagSchema,
  errors: ['NotAuthorizedOrNotFound', 'IncorrectState', 'NoEtagMatch'],
  permission: 'KEY_UPDATE',
});

export const scheduleKeyDeletion = operation({
  name: 'key.schedule-deletion',
  summary:
    'Schedule a key and all its versions for deletion: unusable at once, destroyed when due (deletion execute), cancelled until then if wanted.',
  request: z.strictObject({ keyId: keyIdField, ...scheduleDeletionFields }),
  response: keyWithEtagSchema.extend({ uncovered: uncoveredSchema }),
  errors: ['NotAuthorizedOrNotFound', 'IncorrectState', 'Conflict', 'NoEtagMatch'],
  permission: 'KEY_DELETE',
  isApprovable: true,
});

export const cancelKeyDeletion = operation({
  name: 'key.cancel-deletion',
  summary:
    'Cancel a key’s deletion: it is as before. One that was scheduled with its vault comes back with the vault.',
  request: z.strictObject({ keyId: keyIdField, ifMatch: ifMatchField }),
  response: keyWithEtagSchema,
  errors: ['NotAuthorizedOrNotFound', 'IncorrectState', 'NoEtagMatch'],
  permission: 'KEY_DELETE',
});

export const createKeyVersion = operation({
  name: 'key-version.create',
  summary: 'Rotate a key: make a new version and make it current; older versions still decrypt and verify.',
  request: z.strictObject({ keyId: keyIdField, retryToken: retryTokenField }),
  response: keyVersionWithEtagSchema,
  errors: ['NotAuthorizedOrNotFound', 'IncorrectState', 'Conflict', 'NotAuthenticated', 'LimitExceeded'],
  permission: 'KEY_ROTATE',
});

export const listKeyVersions = operation({
  name: 'key-version.list',
  summary: 'List the versions of a key.',
  request: z.strictObject({ keyId: keyIdField, ...pageFields }),
  response: pageOf(keyVersionWithEtagSchema),
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'KEY_INSPECT',
  isReadOnly: true,
});

export const getKeyVersion = operation({
  name: 'key-version.get',
  summary: 'Show one key version.',
  request: z.strictObject({ keyVersionId: keyVersionIdField }),
  response: keyVersionWithEtagSchema,
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'KEY_READ',
  isReadOnly: true,
});

export const scheduleKeyVersionDeletion = operation({
  name: 'key-version.schedule-deletion',
  summary:
    'Schedule one older version of a key for deletion: what it encrypted cannot be decrypted any more, at once.',
  request: z.strictObject({ keyVersionId: keyVersionIdField, ...scheduleDeletionFields }),
  response: keyVersionWithEtagSchema.extend({ uncovered: uncoveredSchema }),
  errors: ['NotAuthorizedOrNotFound', 'IncorrectState', 'Conflict', 'NoEtagMatch'],
  permission: 'KEY_DELETE',
  isApprovable: true,
});

export const cancelKeyVersionDeletion = operation({
  name: 'key-version.cancel-deletion',
  summary: 'Cancel a key version’s deletion: it is as before.',
  request: z.strictObject({ keyVersionId: keyVersionIdField, ifMatch: ifMatchField }),
  response: keyVersionWithEtagSchema,
  errors: ['NotAuthorizedOrNotFound', 'IncorrectState', 'NoEtagMatch'],
  permission: 'KEY_DELETE',
});

const fileResultSchema = z.object({ path: z.string(), bytes: z.number().int(), sha256: z.string() });

export const encryptFile = operation({
  name: 'crypto.encrypt',
  summary: 'Encrypt a file of any size with the current version of a key.',
  request: z.strictObject({
    keyId: keyIdField,
    in: pathSchema.describe('The file to encrypt'),
    out: pathSchema.describe('Where to write the ciphertext; an existing file is not replaced'),
  }),
  response: z.object({
    keyId: z.string(),
    keyVersionId: z.string(),
    plaintext: fileResultSchema,
    ciphertext: fileResultSchema,
  }),
  errors: [
    'NotAuthorizedOrNotFound',
    'IncorrectState',
    'NotAuthenticated',
    'NotAuthorizedOrResourceAlreadyExists',
  ],
  permission: 'KEY_ENCRYPT',
});

export const decryptFile = operation({
  name: 'crypto.decrypt',
  summary: 'Decrypt a file with the key version that it names.',
  request: z.strictObject({
    keyId: keyIdField.optional().describe('OCID of the key; checked if given, else the ciphertext tells'),
    in: pathSchema.describe('The ciphertext'),
    out: pathSchema.describe('Where to write the plaintext; an existing file is not replaced'),
  }),
  response: z.object({
    keyId: z.string(),
    keyVersionId: z.string(),
    plaintext: fileResultSchema,
    ciphertext: fileResultSchema,
  }),
  errors: [
    'NotAuthorizedOrNotFound',
    'IncorrectState',
    'NotAuthenticated',
    'NotAuthorizedOrResourceAlreadyExists',
  ],
  permission: 'KEY_DECRYPT',
});

export const signFile = operation({
  name: 'crypto.sign',
  summary: 'Sign a file with the current version of an RSA or ECDSA key.',
  request: z.strictObject({
    keyId: keyIdField,
    in: pathSchema.describe('The file to sign'),
    signature: pathSchema.describe('Where to write the signature; an existing file is not replaced'),
    signingAlgorithm: signingAlgorithmSchema.optional().describe('Default: the usual one of the key’s shape'),
  }),
  response: z.object({
    keyId: z.string(),
    keyVersionId: z.string(),
    signingAlgorithm: signingAlgorithmSchema,
    message: fileResultSchema,
    signatureFile: z.string(),
  }),
  errors: [
    'NotAuthorizedOrNotFound',
    'IncorrectState',
    'NotAuthenticated',
    'NotAuthorizedOrResourceAlreadyExists',
  ],
  permission: 'KEY_SIGN',
});

export const verifyFile = operation({
  name: 'crypto.verify',
  summary: 'Verify a file’s signature with the public part of the key version that made it; needs no token.',
  request: z.strictObject({
    keyId: keyIdField.optional().describe('OCID of the key; checked if given, else the signature tells'),
    in: pathSchema.describe('The file that was signed'),
    signature: pathSchema.describe('The signature file'),
  }),
  response: z.object({
    isValid: z.literal(true),
    keyId: z.string(),
    keyVersionId: z.string(),
    signingAlgorithm: signingAlgorithmSchema,
    message: fileResultSchema,
  }),
  errors: ['NotAuthorizedOrNotFound', 'IncorrectState'],
  permission: 'KEY_VERIFY',
});
