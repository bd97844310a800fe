import { z } from 'zod';
import { backupKindSchema } from './backup.ts';
import { objectNameSchema } from './bucket.ts';
import { ocidSchema, sha256Schema, timeSchema } from './identifiers.ts';
import { realmSchema } from './realm.ts';
import { regionIdSchema } from './region.ts';

/** The file beside exported backups that lists them (rule R31). */
export const MANIFEST_NAME = 'strongroom-manifest.json';

/** As many entries as a manifest may have; each takes some 400 bytes. */
export const MAXIMUM_MANIFEST_ENTRIES = 100_000;

/** What an export put on a medium: nothing that the backup's clear header does not say as well (rule R25). */
export const mediaManifestEntrySchema = z.object({
  /** Made of kind, time and SHA-256: no names of vaults or keys. */
  fileName: objectNameSchema,
  sha256: sha256Schema,
  size: z.number().int().positive(),
  backupId: ocidSchema('backup'),
  kind: backupKindSchema,
  sourceRegion: regionIdSchema,
  timeCreated: timeSchema,
  sequence: z.number().int().min(1),
});
export type MediaManifestEntry = z.infer<typeof mediaManifestEntrySchema>;

/** What everybody who opens a manifest should know of it; it stands in the file itself. */
export const MANIFEST_STATEMENT =
  'This list proves nothing: anybody could have written it. Only the seal of each backup proves what it is.';

/** An index of the backups on a medium, by which an import notices what is missing. Not authenticated, and never believed. */
export const mediaManifestSchema = z.object({
  format: z.literal('strongroom-media-manifest'),
  version: z.literal(1),
  statement: z.string().max(1000),
  realmId: realmSchema.shape.realmId,
  tenancyId: realmSchema.shape.tenancyId,
  timeWritten: timeSchema,
  backups: z.array(mediaManifestEntrySchema).max(MAXIMUM_MANIFEST_ENTRIES),
});
export type MediaManifest = z.infer<typeof mediaManifestSchema>;

/**
 * The manifest of a medium after an export: what the older one lists, and what was exported now. Ordered by file name.
 * @param older of the same realm.
 */
export function mergeManifest(
  older: MediaManifest | undefined,
  realm: { readonly realmId: string; readonly tenancyId: string },
  exported: readonly MediaManifestEntry[],
  timeWritten: string,
): MediaManifest {
  const entries = new Map([...(older?.backups ?? []), ...exported].map((entry) => [entry.fileName, entry]));
  return {
    format: 'strongroom-media-manifest',
    version: 1,
    statement: MANIFEST_STATEMENT,
    realmId: realm.realmId,
    tenancyId: realm.tenancyId,
    timeWritten,
    backups: [...entries.values()].sort((a, b) => (a.fileName < b.fileName ? -1 : 1)),
  };
}
