import { z } from 'zod';
import { bucketSchema, objectSummarySchema } from '../domain/bucket.ts';
import {
  bucketNameField,
  compartmentIdField,
  ifMatchField,
  objectNameField,
  pageOf,
  pathSchema,
  regionField,
  retryTokenField,
} from './fields.ts';
import { operation } from './operation.ts';

export const createBucket = operation({
  name: 'bucket.create',
  summary: 'Create a bucket in an empty folder, or take in a folder that already holds this bucket.',
  request: z.strictObject({
    name: bucketNameField,
    kind: z.literal('folder').default('folder').describe('Where objects are kept: a folder'),
    location: pathSchema.describe('The folder'),
    region: regionField.optional(),
    compartmentId: compartmentIdField.optional().describe('OCID of the compartment; default: the tenancy'),
    retryToken: retryTokenField,
  }),
  response: bucketSchema,
  errors: [
    'Conflict',
    'NotAuthorizedOrNotFound',
    'NotAuthorizedOrResourceAlreadyExists',
    'NotAuthorized',
    'LimitExceeded',
  ],
  permission: 'BUCKET_CREATE',
});

export const listBuckets = operation({
  name: 'bucket.list',
  summary: 'List the buckets.',
  request: z.strictObject({ region: regionField.optional() }),
  response: pageOf(bucketSchema),
  errors: [],
  permission: 'BUCKET_INSPECT',
  isReadOnly: true,
});

export const getBucket = operation({
  name: 'bucket.get',
  summary: 'Show one bucket.',
  request: z.strictObject({ bucketName: bucketNameField, region: regionField.optional() }),
  response: bucketSchema,
  errors: ['NotAuthorizedOrNotFound'],
  permission: 'BUCKET_READ',
  isReadOnly: true,
});

export const listObjects = operation({
  name: 'object.list',
  summary: 'List the objects of a bucket.',
  request: z.strictObject({ bucketName: bucketNameField, region: regionField.optional() }),
  response: pageOf(objectSummarySchema),
  errors: ['NotAuthorizedOrNotFound', 'Conflict'],
  permission: 'OBJECT_INSPECT',
  isReadOnly: true,
});

export const copyObject = operation({
  name: 'object.copy',
  summary: 'Copy an object to a bucket of another region, verified byte for byte.',
  request: z.strictObject({
    bucketName: bucketNameField.describe('Name of the source bucket'),
    region: regionField.optional().describe('Region of the source bucket'),
    sourceObjectName: objectNameField,
    destinationRegion: regionField.describe('Region of the destination bucket'),
    destinationBucket: bucketNameField.describe('Name of the destination bucket'),
    destinationObjectName: objectNameField.optional().describe('Default: the same name'),
    sourceObjectIfMatchETag: z
      .string()
      .max(200)
      .optional()
      .describe('Copy only if the source object has this ETag'),
    retryToken: retryTokenField,
  }),
  response: z.object({
    workRequestId: z.string(),
    region: z.string(),
    bucketName: z.string(),
    objectName: z.string(),
    etag: z.string(),
    size: z.number().int(),
    backupId: z.string().optional(),
  }),
  errors: [
    'NotAuthorizedOrNotFound',
    'NoEtagMatch',
    'NotAuthorizedOrResourceAlreadyExists',
    'Conflict',
    'NotAuthorized',
  ],
  permission: 'OBJECT_READ',
  workRequest: 'COPY_OBJECT',
});

export const deleteObject = operation({
  name: 'object.delete',
  summary: 'Delete an object of a bucket; the last verified copy of a backup only if told so.',
  request: z.strictObject({
    bucketName: bucketNameField,
    region: regionField.optional(),
    objectName: objectNameField,
    ifMatch: ifMatchField,
    isDeleteLastCopy: z
      .boolean()
      .default(false)
      .describe('Delete it even if it is the last verified copy of a backup, which is then lost for good'),
  }),
  response: z.object({
    region: z.string(),
    bucketName: z.string(),
    objectName: z.string(),
    /** False: it was gone already, and only the catalog still knew of it. */
    wasThere: z.boolean(),
    etag: z.string().optional(),
    /** The backup that it was a copy of, and how many copies the catalog still knows. */
    backupId: z.string().optional(),
    remainingCopies: z.number().int().optional(),
  }),
  errors: ['NotAuthorizedOrNotFound', 'Conflict', 'NoEtagMatch', 'NotAuthorized'],
  permission: 'OBJECT_DELETE',
  isApprovable: true,
  confirm: { question: 'Delete this object for good?' },
});
