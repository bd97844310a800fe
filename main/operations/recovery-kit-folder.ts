import { lstat, mkdir, readdir, rmdir, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { errnoOf } from '../../shared/domain/errno.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { RecoveryKitFile } from '../../shared/domain/recovery-kit.ts';
import { offlineFile } from '../storage/offline-file.ts';
import { syncFolder } from '../storage/publish.ts';
import { explain } from '../storage/storage-failure.ts';
import { writeJsonFile } from './json-file.ts';

export const KIT_FILE_NAME = 'recovery-kit.json';

export function shareFileName(index: number, shareCount: number): string {
  return `share-${index}-of-${shareCount}.txt`;
}

/** The folder that a new recovery kit is written into: everything, or nothing. */
export class KitFolder {
  readonly path: string;
  /** Whether it was there before: an empty folder that the officer made stays. */
  readonly #wasThere: boolean;
  readonly #written: string[] = [];

  private constructor(path: string, wasThere: boolean) {
    this.path = path;
    this.#wasThere = wasThere;
  }

  /**
   * Takes an empty folder, or makes one that only its owner can enter.
   * @throws NotAuthorizedOrResourceAlreadyExists, reason `FolderNotEmpty`; InvalidParameter, reason `NotAFolder`.
   */
  static async take(path: string): Promise<KitFolder> {
    try {
      await mkdir(path, { mode: 0o700 });
      return new KitFolder(path, false);
    } catch (thrown) {
      if (errnoOf(thrown) !== 'EEXIST') {
        throw await explain(thrown, { doing: `make the folder ${path}`, access: 'write', path });
      }
    }
    if (!(await lstat(path)).isDirectory()) {
      throw new StrongroomError(
        'InvalidParameter',
        `${path} is not a folder.`,
        'Name a new or an empty folder.',
        { reason: 'NotAFolder' },
      );
    }
    const there = await readdir(path).catch(async (thrown: unknown) => {
      throw await explain(thrown, { doing: `read the folder ${path}`, access: 'read', path });
    });
    if (there.length === 0) return new KitFolder(path, true);
    throw new StrongroomError(
      'NotAuthorizedOrResourceAlreadyExists',
      `The folder ${path} is not empty.`,
      'Name a new or an empty folder: the parts of a kit must not be mixed with anything.',
      { reason: 'FolderNotEmpty' },
    );
  }

  /** Writes one share, readable by its owner only, and reads it back. The text's bytes are wiped. @returns its path. */
  async writeShare(index: number, shareCount: number, text: string): Promise<string> {
    const path = join(this.path, shareFileName(index, shareCount));
    const bytes = Buffer.from(text);
    try {
      await using staged = await offlineFile(path).stage();
      await staged.write(bytes);
      await staged.publish(basename(path));
      this.#written.push(path);
      return path;
    } finally {
      bytes.fill(0);
    }
  }

  async writeKit(kit: RecoveryKitFile): Promise<{ readonly path: string; readonly sha256: string }> {
    const path = join(this.path, KIT_FILE_NAME);
    const sha256 = await writeJsonFile(path, kit);
    this.#written.push(path);
    return { path, sha256 };
  }

  /** Takes away what was written: shares of a kit that counts as not made must not lie about. @returns whether all went. */
  async undo(): Promise<boolean> {
    try {
      for (const path of this.#written) await unlink(path);
      if (this.#wasThere) await syncFolder(this.path);
      else await rmdir(this.path);
      return true;
    } catch {
      // The medium is gone, or somebody put something else there: the caller says so.
      return this.#written.length === 0;
    }
  }
}

/**
 * Takes away what an interrupted creation left: only files that say of themselves that they are of this set.
 * @returns whether none is left.
 */
export async function removeKitFiles(folder: string, setId: string, shareCount: number): Promise<boolean> {
  const names = Array.from({ length: shareCount }, (_, place) => shareFileName(place + 1, shareCount));
  try {
    for (const name of [...names, KIT_FILE_NAME]) {
      const path = join(folder, name);
      // What was being written under a temporary name goes first: it may be a whole share.
      await offlineFile(path).sweep();
      if (await isOfSet(path, setId)) await unlink(path);
    }
    await rmdir(folder).catch(() => undefined);
    return true;
  } catch (thrown) {
    // A folder that is not there any more has nothing in it.
    return errnoOf(thrown) === 'ENOENT';
  }
}

async function isOfSet(path: string, setId: string): Promise<boolean> {
  try {
    await using file = await offlineFile(path).open();
    const bytes = await file.read(0, Math.min(file.size, 16 * 1024));
    const text = Buffer.from(bytes).toString('utf8').replaceAll(' ', '');
    return text.includes(setId);
  } catch (thrown) {
    if (thrown instanceof StrongroomError && thrown.reason === 'FileNotFound') return false;
    throw thrown;
  }
}
