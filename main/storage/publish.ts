import { link, open, rename, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errnoOf } from '../../shared/domain/errno.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { holdTemporaryName, makeTemporaryName, releaseTemporaryName } from './temporary-names.ts';

/** link(2), replaceable because no file system without hard links can be had on every machine that runs the tests. */
export type LinkFile = (existing: string, added: string) => Promise<void>;

/**
 * What link(2) answers where there are no hard links: EPERM (Linux: FAT, exFAT), ENOTSUP and EOPNOTSUPP (macOS, network
 * shares), ENOSYS (FUSE), EMLINK (no more of them), EISDIR (how libuv renders Windows' ERROR_INVALID_FUNCTION on FAT).
 */
const NO_HARD_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EISDIR']);

/**
 * [Note: publishing without replacing]
 *
 * Gives a finished and flushed temporary file its name, in one step that fails if the name is taken. rename(2) would
 * replace silently, and checking first leaves a moment in which another writer can come between.
 *
 * link(2) is that step: it is atomic and never replaces. A crash between link and unlink leaves the whole object under
 * both names, and the sweep removes the temporary one.
 *
 * Without hard links the name is first taken by an empty file, created with O_EXCL, which only one writer can; rename
 * then replaces nothing but that empty file. A crash in between leaves the empty file: an empty file is never an
 * object (nothing empty can be published, listed or opened), and the `.publishing-` file beside it, written first,
 * lets the sweep remove it and nobody else's empty file. The alternative, copying into a file created with O_EXCL,
 * would show an object half written. On FAT no rename is safe against power loss while it happens; until the folder
 * is flushed nothing is reported done.
 *
 * @throws NotAuthorizedOrResourceAlreadyExists `NameTaken`; errors of the file system as they come
 */
export async function publishWithoutReplacing(
  temporary: string,
  final: string,
  linkFile: LinkFile = link,
): Promise<void> {
  try {
    await linkFile(temporary, final);
  } catch (thrown) {
    const errno = errnoOf(thrown) ?? '';
    if (errno === 'EEXIST') throw nameTaken(final);
    if (!NO_HARD_LINKS.has(errno)) throw thrown;
    await publishOverPlaceholder(temporary, final);
    return;
  }
  await unlink(temporary);
}

async function publishOverPlaceholder(temporary: string, final: string): Promise<void> {
  const folder = dirname(final);
  const noteName = makeTemporaryName('publishing');
  const note = join(folder, noteName);
  holdTemporaryName(noteName);
  try {
    await writeFile(note, basename(final), { flag: 'wx', mode: 0o600, flush: true });
    await syncFolder(folder);
    const placeholder = await open(final, 'wx', 0o600).catch((thrown: unknown) => {
      throw errnoOf(thrown) === 'EEXIST' ? nameTaken(final) : thrown;
    });
    await placeholder.close();
    try {
      await rename(temporary, final);
    } catch (thrown) {
      await unlink(final).catch(() => undefined);
      throw thrown;
    }
    await syncFolder(folder);
  } finally {
    await unlink(note).catch(() => undefined);
    releaseTemporaryName(noteName);
  }
}

export function nameTaken(final: string): StrongroomError {
  return new StrongroomError(
    'NotAuthorizedOrResourceAlreadyExists',
    `There is something named ${basename(final)} in ${dirname(final)} already; nothing is ever overwritten.`,
    'Choose another name or another place.',
    { reason: 'NameTaken' },
  );
}

/**
 * Makes names that were added to or removed from a folder survive power loss. EINVAL and ENOTSUP: the file system has
 * no flush for folders (some FUSE and network ones), and nothing better is to be had. Windows does not open folders;
 * NTFS journals names by itself.
 */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (thrown) {
    const errno = errnoOf(thrown);
    if (errno !== 'EINVAL' && errno !== 'ENOTSUP') throw thrown;
  } finally {
    await handle.close();
  }
}
