import { mkdir, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { errnoOf } from '../../shared/domain/errno.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';

/** Where Strongroom keeps what belongs to one user on one machine. All paths are absolute. */
export interface HomeFolder {
  readonly path: string;
  /** The catalog's SQLite file. */
  readonly catalog: string;
  /** The lock's SQLite file: opened by holdHome and by nothing else. */
  readonly lock: string;
  /** An existing folder for what need not survive. */
  readonly temporary: string;
}

/**
 * Opens the home, making it if it is not there.
 * @param path chosen by the user (--home, STRONGROOM_HOME); undefined: the place where this platform keeps a user's data
 * @throws InvalidParameter `HomeNotAFolder`, `HomePathInvalid`; NotAuthorized `HomeNotPrivate`, `HomeNotWritable`
 */
export async function openHomeFolder(path: string | undefined): Promise<HomeFolder> {
  const chosen = resolve(path ?? defaultHome(process.platform, process.env, homedir()));
  if (path === '' || chosen.includes('\0')) {
    throw new StrongroomError(
      'InvalidParameter',
      'The path of the home cannot be used.',
      'Name a folder (--home).',
      {
        reason: 'HomePathInvalid',
      },
    );
  }
  const home = await makePrivateFolder(chosen);
  await requirePrivate(home);
  const temporary = await makePrivateFolder(join(home, 'temporary'));
  return { path: home, catalog: join(home, 'catalog.sqlite'), lock: join(home, 'home.lock'), temporary };
}

/** The home of a user who chose none. */
export function defaultHome(
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
  userHome: string,
): string {
  if (platform === 'win32')
    return join(environment['APPDATA'] ?? join(userHome, 'AppData', 'Roaming'), 'Strongroom');
  if (platform === 'darwin') return join(userHome, 'Library', 'Application Support', 'Strongroom');
  // XDG Base Directory Specification: a relative path is invalid and to be ignored, an empty one counts as unset.
  const dataHome = environment['XDG_DATA_HOME'] ?? '';
  return join(isAbsolute(dataHome) ? dataHome : join(userHome, '.local', 'share'), 'strongroom');
}

/** @returns the folder's path with links resolved, so that one home has one lock whatever path led to it */
async function makePrivateFolder(path: string): Promise<string> {
  try {
    await makeFolders(path);
    const real = await realpath(path);
    if ((await stat(real)).isDirectory()) return real;
  } catch (thrown) {
    const errno = errnoOf(thrown);
    if (errno !== 'ENOTDIR') {
      throw new StrongroomError(
        'NotAuthorized',
        `Strongroom could not make its home ${path} (${errno ?? 'no reason given'}).`,
        'Choose a home that this user can write to (--home).',
        { reason: 'HomeNotWritable', cause: thrown },
      );
    }
  }
  throw new StrongroomError(
    'InvalidParameter',
    `${path} is not a folder, or runs through something that is none.`,
    'Choose a folder as home (--home).',
    { reason: 'HomeNotAFolder' },
  );
}

/**
 * Makes a folder and the parents it lacks, for this user alone; those that are there keep their mode. Not mkdir's own
 * `recursive`: where the system answers ENOENT although the parent is there (as in /proc), Node 24 tries forever.
 */
async function makeFolders(path: string): Promise<void> {
  const first = await tryToMake(path);
  if (first === 'made' || dirname(path) === path) return;
  await makeFolders(dirname(path));
  await mkdir(path, { mode: 0o700 });
}

async function tryToMake(path: string): Promise<'made' | 'parent missing'> {
  try {
    await mkdir(path, { mode: 0o700 });
    return 'made';
  } catch (thrown) {
    switch (errnoOf(thrown)) {
      case 'ENOENT':
        return 'parent missing';
      case 'EEXIST':
        return 'made';
      default:
        // EROFS and EACCES come before EEXIST on some systems.
        if (
          await stat(path).then(
            () => true,
            () => false,
          )
        )
          return 'made';
        throw thrown;
    }
  }
}

/**
 * Refuses a home that others can read or write, or that is another user's, as ssh refuses such keys: the catalog names
 * vaults, keys and people, and who can write it can mislead the officer. Nothing is changed silently: the folder may be
 * open for a reason, and may have been read already. Windows guards a user's data folder with access lists that the
 * mode does not show.
 */
async function requirePrivate(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const { mode, uid } = await stat(path);
  const self = process.getuid?.();
  if (uid !== self) {
    throw new StrongroomError(
      'NotAuthorized',
      `The home ${path} belongs to another user.`,
      'Run Strongroom as that user, or choose a home of your own (--home).',
      { reason: 'HomeNotPrivate' },
    );
  }
  if ((mode & 0o077) === 0) return;
  throw new StrongroomError(
    'NotAuthorized',
    `The home ${path} is open to other users of this machine (mode ${(mode & 0o777).toString(8).padStart(4, '0')}).`,
    `If that is an oversight: chmod 700 ${shellQuoted(path)}. Else choose another home (--home).`,
    { reason: 'HomeNotPrivate' },
  );
}

function shellQuoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
