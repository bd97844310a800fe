import { lstat, mkdir, opendir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf } from '../../shared/domain/errno.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { MARKER_NAME } from './bucket-marker.ts';
import { syncFolder } from './publish.ts';
import { explain, explainFailure } from './storage-failure.ts';
import { parseTemporaryName } from './temporary-names.ts';

/** What a freshly formatted or once attached medium has in its top folder without anybody having put it there. */
const SYSTEM_LITTER = new Set([
  'lost+found',
  'System Volume Information',
  '$RECYCLE.BIN',
  '.DS_Store',
  '.Spotlight-V100',
  '.Trashes',
  '.fseventsd',
]);

/** Makes a folder whose parent exists; one that is there already is left as it is. @throws InvalidParameter `ParentFolderMissing` */
export async function makeFolder(location: string): Promise<void> {
  try {
    await mkdir(location, { mode: 0o700 });
    await syncFolder(dirname(location));
  } catch (thrown) {
    const errno = errnoOf(thrown);
    if (errno === 'EEXIST') return;
    if (errno === 'ENOENT' || errno === 'ENOTDIR') {
      throw new StrongroomError(
        'InvalidParameter',
        `There is no folder ${dirname(location)} to make the bucket's folder in.`,
        'Mount the medium, or make that folder first.',
        { reason: 'ParentFolderMissing', cause: thrown },
      );
    }
    // EROFS comes before EEXIST on some systems: an existing folder is looked at all the same.
    const exists = await lstat(location).then(
      () => true,
      () => false,
    );
    if (!exists)
      throw await explain(thrown, { doing: `make ${location}`, access: 'write', path: dirname(location) });
  }
}

/**
 * Resolves links in the path once, so that later changes of a link cannot lead an open bucket elsewhere.
 * @throws NotAuthorizedOrNotFound `BucketFolderMissing`; InvalidParameter `NotAFolder`
 */
export async function realFolder(location: string): Promise<string> {
  try {
    const folder = await realpath(location);
    if ((await lstat(folder)).isDirectory()) return folder;
  } catch (thrown) {
    const errno = errnoOf(thrown);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') throw folderMissing(location, thrown);
    throw await explain(thrown, { doing: `open ${location}`, access: 'read', path: location });
  }
  throw new StrongroomError('InvalidParameter', `${location} is not a folder.`, 'Name a folder.', {
    reason: 'NotAFolder',
  });
}

function folderMissing(location: string, cause: unknown): StrongroomError {
  return new StrongroomError(
    'NotAuthorizedOrNotFound',
    `The bucket's folder ${location} is not there.`,
    'Mount the medium that it is on, or correct the location.',
    { reason: 'BucketFolderMissing', cause },
  );
}

/** Tells one folder of one mounted file system from any other. */
export async function identityOf(folder: string): Promise<string> {
  try {
    const { dev, ino } = await lstat(folder, { bigint: true });
    return `${dev}:${ino}`;
  } catch (thrown) {
    if (errnoOf(thrown) === 'ENOENT') throw folderMissing(folder, thrown);
    throw await explain(thrown, { doing: `open ${folder}`, access: 'read', path: folder });
  }
}

/** @throws Conflict `BucketFolderNotEmpty` */
export async function requireEmpty(folder: string): Promise<void> {
  await explainFailure({ doing: `list ${folder}`, access: 'read', path: folder }, async () => {
    for await (const { name } of await opendir(folder)) {
      if (SYSTEM_LITTER.has(name) || parseTemporaryName(name) !== undefined) continue;
      throw new StrongroomError(
        'Conflict',
        `${folder} is not empty.`,
        'Choose an empty folder, or one that does not exist yet.',
        { reason: 'BucketFolderNotEmpty' },
      );
    }
  });
}

/** Whether the file system takes two names that differ in case for one. */
export async function foldsCase(folder: string): Promise<boolean> {
  return await lstat(join(folder, MARKER_NAME.toUpperCase())).then(
    () => true,
    () => false,
  );
}

/** Whether the folder has exactly this name: where case folds, opening `ABC` would open `abc`, another object's name. */
export async function isSpelledSo(folder: string, name: string): Promise<boolean> {
  return await explainFailure({ doing: `list ${folder}`, access: 'read', path: folder }, async () => {
    for await (const entry of await opendir(folder)) {
      if (entry.name === name) return true;
    }
    return false;
  });
}
