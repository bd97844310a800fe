import { z } from 'zod';
import { bucketSchema, objectSummarySchema } from '../domain/bucket.ts';
import {
  bucketNameField,
  compartmentIdField,
  objectNameField,
  pageOf,
  pathSchema,
  regionField,
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
  }),
  response: bucketSchema,
  errors: ['Conflict', 'NotAuthorizedOrNotFound', 'NotAuthorizedOrResourceAlreadyExists', 'NotAuthorized'],
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
