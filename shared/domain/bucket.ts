import { z } from 'zod';
import { ocidSchema, sha256Schema, timeSchema } from './identifiers.ts';
import { regionIdSchema } from './region.ts';

/**
 * Names that mean a device on Windows whatever follows their first dot. A bucket is carried between systems on
 * removable media, so that what one of them cannot store is refused by all.
 */
const WINDOWS_DEVICE_PATTERN = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;

/** Plain ASCII: no separators, no characters that a file system normalises, no leading dot, no trailing dot (Windows drops it). */
const FILE_NAME_PATTERN = /^[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?$/;

function fileNameSchema(longest: number) {
  return z
    .string()
    .min(1)
    .max(longest)
    .regex(FILE_NAME_PATTERN, {
      error: 'may have letters, digits, . _ and -, must not start with . or - and must not end with .',
    })
    .refine((name) => !name.includes('..'), { error: 'must not have two dots in a row' })
    .refine((name) => !WINDOWS_DEVICE_PATTERN.test(name), {
      error: 'must not be a name that Windows keeps for devices, such as con or nul.txt',
    });
}

/** An object's name, which is also its file's name in a folder bucket. */
export const objectNameSchema = fileNameSchema(200);

export const bucketNameSchema = fileNameSchema(100);

/** A folder's path, absolute or relative. */
export const folderLocationSchema = z
  .string()
  .min(1)
  .max(4096)
  .refine((path) => !path.includes('\0'), { error: 'must not have a NUL character' });

/** A place for backups in one region (rule R23), with the reference's field names and its location on this machine. */
export const bucketSchema = z.object({
  id: ocidSchema('bucket'),
  namespace: z.string().min(1).max(100),
  name: bucketNameSchema,
  compartmentId: z.union([ocidSchema('compartment'), ocidSchema('tenancy')]),
  kind: z.literal('folder'),
  region: regionIdSchema,
  location: folderLocationSchema,
  timeCreated: timeSchema,
});
export type Bucket = z.infer<typeof bucketSchema>;

/** What is known of a stored object without reading it (reference: ObjectSummary). */
export const objectSummarySchema = z.object({
  name: z.string(),
  /** Bytes. */
  size: z.number().int().nonnegative(),
  /** SHA-256 of the content: the object's ETag (rule R30). */
  etag: sha256Schema,
  timeCreated: timeSchema,
});
export type ObjectSummary = z.infer<typeof objectSummarySchema>;
