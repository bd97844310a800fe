import { z } from 'zod';
import {
  definedTagsSchema,
  displayNameSchema,
  freeformTagsSchema,
  ocidSchema,
  sha256Schema,
} from '../domain/identifiers.ts';
import { preAuthenticatedUriSchema } from '../domain/pre-authenticated-uri.ts';
import { regionIdSchema, regionKeySchema } from '../domain/region.ts';

/** Fields that several operations share; their descriptions are the help texts of the flags. */

export const compartmentIdField = z
  .union([ocidSchema('compartment'), ocidSchema('tenancy')], {
    error: 'must be the OCID of a compartment or of the tenancy',
  })
  .describe('OCID of the compartment');
export const vaultIdField = ocidSchema('vault').describe('OCID of the vault');
export const keyIdField = ocidSchema('key').describe('OCID of the key');
export const keyVersionIdField = ocidSchema('keyversion').describe('OCID of the key version');
export const regionField = regionIdSchema.describe('Region identifier, such as eu-frankfurt-1');
export const displayNameField = displayNameSchema.describe('Name that people read; need not be unique');
export const pathSchema = z
  .string()
  .min(1)
  .max(4096)
  .refine((path) => !path.includes('\0'), { error: 'must be a path' });

/** How a request names a token that no region is bound to yet. */
export const tokenFields = {
  module: pathSchema.describe('Path of the PKCS#11 module library'),
  moduleParameters: z
    .string()
    .max(4096)
    .optional()
    .describe("Library parameters, which NSS needs: configdir='sql:DIR' ..."),
  tokenLabel: z.string().min(1).max(32).optional().describe('Label of the token'),
  slotSerial: z
    .string()
    .min(1)
    .max(16)
    .optional()
    .describe('Serial number of the token, where labels are not unique'),
};
export const newRegionFields = {
  region: regionField,
  regionKey: regionKeySchema
    .optional()
    .describe('Short key of the region, such as FRA; known for well-known regions'),
  ...tokenFields,
};

export const pageFields = {
  limit: z.number().int().min(1).max(1000).default(100).describe('How many rows at the most'),
  page: z.string().max(1024).optional().describe('Where to go on: the nextPage of the answer before'),
};

/** A page of a list, as in the reference. */
export function pageOf<Row extends z.ZodType>(row: Row) {
  return z.object({ data: z.array(row), nextPage: z.string().optional() });
}

export const bucketNameField = z.string().min(1).max(100).describe('Name of the bucket');
export const objectNameField = z.string().min(1).max(200).describe('Name of the object');

/** An object by a URL that lets whoever has it in, in the reference's words; redactRequest knows `uri` as a secret. */
const preAuthenticatedRequestSchema = z.strictObject({
  destination: z.literal('PRE_AUTHENTICATED_REQUEST_URI'),
  uri: preAuthenticatedUriSchema,
  caFile: pathSchema.optional(),
});

/** Where a backup goes (rule R23); without an object name one is made. */
export const backupDestinationSchema = z.discriminatedUnion('destination', [
  z.strictObject({
    destination: z.literal('BUCKET'),
    bucketName: bucketNameField,
    objectName: objectNameField.optional(),
  }),
  preAuthenticatedRequestSchema,
  z.strictObject({ destination: z.literal('OFFLINE_FILE'), file: pathSchema }),
]);
export type BackupDestination = z.infer<typeof backupDestinationSchema>;

/** Where a backup is (rule R40). */
export const backupSourceSchema = z.discriminatedUnion('destination', [
  z.strictObject({
    destination: z.literal('BUCKET'),
    bucketName: bucketNameField,
    objectName: objectNameField,
  }),
  preAuthenticatedRequestSchema,
  z.strictObject({ destination: z.literal('OFFLINE_FILE'), file: pathSchema }),
]);
export type BackupSource = z.infer<typeof backupSourceSchema>;

export const confirmWordsField = z
  .string()
  .max(400)
  .describe('The twelve words that the other side shows, read out by the person there');

export const planHashField = sha256Schema
  .optional()
  .describe('Execute exactly the plan that was shown under this hash');

/** Makes a repeated request the same request for 24 hours (rule R60). */
export const retryTokenField = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9._-]+$/, { error: 'may have letters, digits, . _ and - only' })
  .optional()
  .describe('A word of your own: the same request with the same word within 24 hours is done once');

/** Guards against a stale change (rule R60): the `etag` of what was read. */
export const ifMatchField = z
  .string()
  .min(1)
  .max(128)
  .optional()
  .describe('Go ahead only if its etag is still this');

/** What `ifMatch` is compared with: it changes with anything about the record. */
export const etagField = z.string();

/** What an update may change; one of them at least is named. */
export const metadataChangeFields = {
  displayName: displayNameField.optional(),
  freeformTags: freeformTagsSchema
    .optional()
    .describe('Tags in the stead of those there, as a JSON object of strings'),
  definedTags: definedTagsSchema
    .optional()
    .describe('Tags by namespace in the stead of those there, as a JSON object of objects'),
};

/** How a deletion is scheduled (rule R13). */
export const scheduleDeletionFields = {
  timeOfDeletion: z.iso
    .datetime({ offset: true, error: 'must be a time such as 2026-12-24T00:00:00Z' })
    .optional()
    .describe('When, 7 to 30 days ahead, such as 2026-12-24T00:00:00Z; default: in 30 days'),
  isOverrideCoverage: z
    .boolean()
    .default(false)
    .describe('Go ahead although no verified backup has all of it: what is in none is lost for good'),
  ifMatch: ifMatchField,
};
