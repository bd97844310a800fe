import { lstat, opendir, readFile, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { errnoOf } from '../../shared/domain/errno.ts';
import { explain } from './storage-failure.ts';
import { parseTemporaryName, writerOf, type TemporaryName } from './temporary-names.ts';

const WEEK_MILLISECONDS = 7 * 24 * 60 * 60 * 1000;

/**
 * Removes the temporary files of writers that are dead (see [Note: names of temporary files]) from one folder. The
 * staged part of a resumable copy is kept for a week, so that the copy can go on. A medium that cannot be written is
 * left alone: nothing on it is half-usable, only untidy.
 * @returns the names removed
 */
export async function sweepFolder(folder: string): Promise<readonly string[]> {
  const removed: string[] = [];
  try {
    for await (const { name } of await opendir(folder)) {
      const parts = parseTemporaryName(name);
      if (parts !== undefined && (await isLeftover(folder, name, parts))) {
        if (parts.kind === 'publishing') await removePlaceholder(folder, name);
        await unlink(join(folder, name));
        removed.push(name);
      }
    }
  } catch (thrown) {
    const errno = errnoOf(thrown);
    // ENOENT: another sweep was faster, or the folder is not there and holds nothing.
    if (errno !== 'ENOENT' && errno !== 'EROFS' && errno !== 'EACCES' && errno !== 'EPERM') {
      throw await explain(thrown, { doing: `tidy up ${folder}`, access: 'write', path: folder });
    }
  }
  return removed.sort();
}

async function isLeftover(folder: string, name: string, parts: TemporaryName): Promise<boolean> {
  const writer = writerOf(name, parts);
  if (writer === 'alive') return false;
  if (writer === 'dead' && parts.key.startsWith('r')) return true;
  const { mtimeMs, nlink } = await lstat(join(folder, name));
  // Published already: its writer died before it took this name away (see [Note: publishing without replacing]).
  if (writer === 'dead' && nlink > 1) return true;
  return Date.now() - mtimeMs > WEEK_MILLISECONDS;
}

/** The note of a publish that a crash cut off names the file that took the name; only if it is still empty does it go. */
async function removePlaceholder(folder: string, noteName: string): Promise<void> {
  const note = join(folder, noteName);
  const stat = await lstat(note);
  if (!stat.isFile() || stat.size > 4096) return;
  const name = await readFile(note, 'utf8');
  // The note is only text in a folder that others may write to: it must name a file of this folder.
  if (name === '' || name === '.' || name === '..' || name.includes('\0') || basename(name) !== name) return;
  const path = join(folder, name);
  const placeholder = await lstat(path).catch(() => undefined);
  if (placeholder?.isFile() === true && placeholder.size === 0) await unlink(path);
}
