import { open, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { StrongroomError } from '../../shared/domain/errors.ts';
import {
  MANIFEST_NAME,
  MAXIMUM_MANIFEST_ENTRIES,
  mediaManifestSchema,
} from '../../shared/domain/media-manifest.ts';
import type { MediaManifest } from '../../shared/domain/media-manifest.ts';
import { openRegularFile } from './file-reader.ts';
import { syncFolder } from './publish.ts';
import { explainFailure } from './storage-failure.ts';
import { holdTemporaryName, makeTemporaryName, releaseTemporaryName } from './temporary-names.ts';

/** Above what the greatest manifest takes: whatever is longer is none. */
const LONGEST_MANIFEST = 64 * 1024 * 1024;

const anyVersionSchema = z.object({ format: z.literal('strongroom-media-manifest'), version: z.number() });

/**
 * @returns what the manifest of a folder lists, or undefined if it has none. It is somebody's text and proves nothing.
 * @throws Conflict `ManifestUnreadable`, `ManifestVersionUnknown`
 */
export async function readManifest(folder: string): Promise<MediaManifest | undefined> {
  const path = join(folder, MANIFEST_NAME);
  const opened = await openRegularFile(path, MANIFEST_NAME).catch((thrown: unknown) => {
    if (thrown instanceof StrongroomError && thrown.reason === 'FileNotFound') return undefined;
    if (thrown instanceof StrongroomError && thrown.reason === 'NotAFile') throw unreadable(path, thrown);
    throw thrown;
  });
  if (opened === undefined) return undefined;
  await using file = opened.reader;
  if (file.size > LONGEST_MANIFEST) throw unreadable(path);
  const bytes = await file.read(0, file.size);
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (thrown) {
    throw unreadable(path, thrown);
  }
  const version = anyVersionSchema.safeParse(json).data?.version;
  if (version !== undefined && version !== 1) {
    throw new StrongroomError(
      'Conflict',
      `The manifest ${path} has version ${version}; this Strongroom knows version 1.`,
      'Use the newer Strongroom that wrote it, or another folder.',
      { reason: 'ManifestVersionUnknown' },
    );
  }
  const parsed = mediaManifestSchema.safeParse(json);
  if (!parsed.success) throw unreadable(path, parsed.error);
  return parsed.data;
}

function unreadable(path: string, cause?: unknown): StrongroomError {
  return new StrongroomError(
    'Conflict',
    `${path}, which lists the backups beside it, cannot be read.`,
    'Move it away: the backups themselves do not need it, and the next export writes a new one.',
    { reason: 'ManifestUnreadable', cause },
  );
}

/**
 * Writes the manifest in one step in the stead of the older one: alone of all files it is replaced, as it is an index of
 * backups and none itself. Either is whole at every instant, and the new one is on the medium when this returns.
 * @throws InvalidParameter `ManifestTooLong`
 */
export async function writeManifest(folder: string, manifest: MediaManifest): Promise<string> {
  if (manifest.backups.length > MAXIMUM_MANIFEST_ENTRIES) {
    throw new StrongroomError(
      'InvalidParameter',
      `A folder's manifest lists ${MAXIMUM_MANIFEST_ENTRIES} backups at the most; this one would have ${manifest.backups.length}.`,
      'Export to another folder.',
      { reason: 'ManifestTooLong' },
    );
  }
  const path = join(folder, MANIFEST_NAME);
  const name = makeTemporaryName('staging');
  const temporary = join(folder, name);
  holdTemporaryName(name);
  try {
    await explainFailure({ doing: `write ${path}`, access: 'write', path: folder }, async () => {
      try {
        const handle = await open(temporary, 'wx', 0o600);
        try {
          await handle.writeFile(`${JSON.stringify(manifest, undefined, 2)}\n`);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await rename(temporary, path);
        await syncFolder(folder);
      } catch (thrown) {
        await unlink(temporary).catch(() => undefined);
        throw thrown;
      }
    });
  } finally {
    releaseTemporaryName(name);
  }
  return path;
}
