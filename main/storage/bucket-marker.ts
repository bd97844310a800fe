import { z } from 'zod';
import { bucketNameSchema } from '../../shared/domain/bucket.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { timeSchema } from '../../shared/domain/identifiers.ts';
import { regionIdSchema } from '../../shared/domain/region.ts';
import { openRegularFile } from './file-reader.ts';
import { join } from 'node:path';

/** The file that makes a folder a bucket, and says which: a bucket is recognised wherever its medium is mounted. */
export const MARKER_NAME = '.strongroom-bucket.json';

const LONGEST_MARKER = 64 * 1024;

const markerSchema = z.object({
  formatVersion: z.literal(1),
  name: bucketNameSchema,
  region: regionIdSchema,
  timeCreated: timeSchema,
});
export type BucketMarker = z.infer<typeof markerSchema>;

const anyVersionSchema = z.object({ formatVersion: z.number() });

export function encodeMarker(marker: BucketMarker): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(marker, undefined, 2)}\n`);
}

/**
 * @returns the marker of a folder, or undefined if it has none
 * @throws Conflict `BucketMarkerUnreadable`, `BucketFormatUnknown`
 */
export async function readMarker(folder: string): Promise<BucketMarker | undefined> {
  const path = join(folder, MARKER_NAME);
  const opened = await openRegularFile(path, MARKER_NAME).catch((thrown: unknown) => {
    if (thrown instanceof StrongroomError && thrown.reason === 'FileNotFound') return undefined;
    throw thrown;
  });
  if (opened === undefined) return undefined;
  await using marker = opened.reader;
  if (marker.size > LONGEST_MARKER) throw unreadable(path);
  const bytes = await marker.read(0, marker.size);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (thrown) {
    throw unreadable(path, thrown);
  }
  const version = anyVersionSchema.safeParse(json).data?.formatVersion;
  if (version !== undefined && version !== 1) {
    throw new StrongroomError(
      'Conflict',
      `The bucket in ${folder} has format ${version}; this Strongroom knows format 1.`,
      'Use it with the newer Strongroom that made it.',
      { reason: 'BucketFormatUnknown' },
    );
  }
  const parsed = markerSchema.safeParse(json);
  if (!parsed.success) throw unreadable(path, parsed.error);
  return parsed.data;
}

function unreadable(path: string, cause?: unknown): StrongroomError {
  return new StrongroomError(
    'Conflict',
    `${path}, which says which bucket this is, cannot be read.`,
    'Check the medium. The objects beside it can still be restored as offline files.',
    { reason: 'BucketMarkerUnreadable', cause },
  );
}
