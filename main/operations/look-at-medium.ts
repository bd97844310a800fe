import { basename, dirname, resolve } from 'node:path';
import type { RefusedFile } from '../../shared/contract/media.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { MANIFEST_NAME } from '../../shared/domain/media-manifest.ts';
import type { MediaManifest, MediaManifestEntry } from '../../shared/domain/media-manifest.ts';
import { openRegularFile } from '../storage/file-reader.ts';
import { listFolder, openMediaFolder } from '../storage/media-folder.ts';
import type { FoundFile, MediaFolder } from '../storage/media-folder.ts';
import { readManifest } from '../storage/media-manifest.ts';
import { offlineFile } from '../storage/offline-file.ts';
import type { CandidateFile } from './take-in-backups.ts';

/** What there is to import, before anything is read in earnest. */
export interface Medium {
  readonly files: readonly CandidateFile[];
  /** What the manifest lists and is not there. */
  readonly missing: readonly RefusedFile[];
  readonly manifest: MediaManifest | undefined;
  /** Why the manifest could not be used. */
  readonly manifestFlaw: string | undefined;
}

/** Looks at a folder of exported backups, or at one file. @throws what openMediaFolder says; NotAuthorizedOrNotFound `FileNotFound` */
export async function lookAtMedium(path: string): Promise<Medium> {
  try {
    return await lookIntoFolder(await openMediaFolder(path));
  } catch (thrown) {
    if (thrown instanceof StrongroomError && thrown.reason === 'NotAFolder') return await lookAtFile(path);
    if (thrown instanceof StrongroomError && thrown.reason === 'BucketFolderMissing')
      throw nothingThere(path);
    throw thrown;
  }
}

/** Looks into a folder of exported backups: at what lies there, and what its manifest says. */
export async function lookIntoFolder(folder: MediaFolder): Promise<Medium> {
  let manifest: MediaManifest | undefined;
  let manifestFlaw: string | undefined;
  try {
    manifest = await readManifest(folder.location);
  } catch (thrown) {
    if (!(thrown instanceof StrongroomError) || thrown.code !== 'Conflict') throw thrown;
    // Any text may stand under that name: the backups beside it are as good as their seals.
    manifestFlaw = thrown.message;
  }
  const pathOf = (name: string): string => resolve(folder.location, name);
  const listed = new Map((manifest?.backups ?? []).map((entry) => [entry.fileName, entry]));
  const files = (await listFolder(folder.location))
    .filter(({ name }) => name !== MANIFEST_NAME)
    .map((found) => candidateOf(folder, pathOf(found.name), found, listed.get(found.name)));
  for (const { found } of files) listed.delete(found.name);
  const missing = [...listed.values()].map((entry) => ({
    path: pathOf(entry.fileName),
    reason: 'FileMissing',
    message: `The manifest lists this file, the backup ${entry.backupId} of ${entry.timeCreated}, and it is not there. Look for another copy of it.`,
  }));
  return { files, missing, manifest, manifestFlaw };
}

function candidateOf(
  folder: MediaFolder,
  path: string,
  found: FoundFile,
  listed: MediaManifestEntry | undefined,
): CandidateFile {
  return {
    path,
    found,
    place: { kind: 'file', path },
    ...(listed === undefined ? {} : { listed }),
    open: () => folder.open(found.name),
  };
}

/** One file that a person chose: a link to it is followed. @throws InvalidParameter `NotAFile` */
async function lookAtFile(path: string): Promise<Medium> {
  const file = offlineFile(path);
  // Opened to be sure that it is a file, which waits for nobody even if it is a pipe.
  const { reader, modified } = await openRegularFile(file.path, file.name, 'follow');
  await using opened = reader;
  const found = { name: file.name, size: opened.size, isFile: true, timeModified: modified.time };
  const candidate: CandidateFile = {
    path: file.path,
    found,
    place: { kind: 'file', path: file.path },
    // Whoever names a file means it to be a backup: that it is none is told.
    isMeant: true,
    open: () => file.open(),
  };
  return { files: [candidate], missing: [], manifest: undefined, manifestFlaw: undefined };
}

function nothingThere(path: string): StrongroomError {
  return new StrongroomError(
    'NotAuthorizedOrNotFound',
    `There is no folder or file ${basename(path)} in ${dirname(path)}.`,
    'Check the path, and mount the medium if it is on one.',
    { reason: 'FileNotFound' },
  );
}

/** What is to be said of a folder's manifest. */
export function manifestWarnings({ manifest, manifestFlaw, files }: Medium, realmId: string): string[] {
  if (manifestFlaw !== undefined) {
    return [`${manifestFlaw} The files were verified without it: whether any is missing is not known.`];
  }
  if (manifest === undefined) return [];
  const unlisted = files.filter((file) => file.listed === undefined && file.found.isFile).length;
  return [
    ...(manifest.realmId === realmId
      ? []
      : [`The manifest names another realm, ${manifest.realmId}: each file shows for itself whose it is.`]),
    ...(unlisted === 0
      ? []
      : [
          unlisted === 1
            ? '1 file is not in the manifest; it was looked at all the same.'
            : `${unlisted} files are not in the manifest; they were looked at all the same.`,
        ]),
  ];
}
