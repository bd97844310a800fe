import Database from 'better-sqlite3';
import { readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { errnoOf } from '../../shared/domain/errno.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { displayNameSchema, timeSchema } from '../../shared/domain/identifiers.ts';

/** A home that is this process's until it is released, or the process ends in whatever way. */
export interface HomeLock extends AsyncDisposable {
  /** Lets the next program in. Further calls do nothing. */
  release(): Promise<void>;
}

const holderSchema = z.object({
  pid: z.number().int().positive(),
  /** As it stands in a sentence: `Strongroom window`, `strongroom vault backup`. */
  program: displayNameSchema,
  since: timeSchema,
});
type Holder = z.infer<typeof holderSchema>;

/**
 * Takes the home for one program at a time (CLI.md), or says who has it.
 *
 * [Note: the home's lock] The lock is an exclusive transaction, never written to and open as long as the process lives,
 * on a SQLite file of its own. SQLite holds it with the operating system's record locks (fcntl on POSIX, LockFileEx on
 * Windows), which the kernel drops when the process ends, by kill -9 too (rule R73). A file with a process number in it
 * outlives its process, and the number is given to another one sooner or later: such a lock is believed when it should
 * not be, or broken when it should be believed. `holder.json` therefore only explains the lock and is never the lock.
 *
 * POSIX drops a process's record locks on a file as soon as the process closes any descriptor of that file, so that
 * nothing but SQLite may ever open `home.lock` (SQLite knows and shares its descriptors).
 *
 * @param program who takes it, as it stands in a sentence after "The"
 * @throws Conflict `HomeInUse`; NotAuthorized `HomeNotWritable`; Conflict `HomeLockUnusable`
 */
export async function holdHome(homePath: string, program: string): Promise<HomeLock> {
  const holderPath = join(homePath, 'holder.json');
  const database = await lock(join(homePath, 'home.lock'), holderPath);
  try {
    await writeHolder(holderPath, { pid: process.pid, program, since: new Date().toISOString() });
  } catch (thrown) {
    database.close();
    throw notWritable(homePath, thrown);
  }
  let held = true;
  const release = async (): Promise<void> => {
    if (!held) return;
    held = false;
    // Removed while the lock is still held: afterwards it could be the next holder's.
    await unlink(holderPath).catch(() => undefined);
    database.close();
  };
  return { release, [Symbol.asyncDispose]: release };
}

async function lock(lockPath: string, holderPath: string): Promise<Database.Database> {
  let database: Database.Database | undefined;
  try {
    // timeout 0: who has the home has it for long, there is nothing to wait for.
    database = new Database(lockPath, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (thrown) {
    database?.close();
    const code = thrown instanceof Database.SqliteError ? thrown.code : '';
    if (code.startsWith('SQLITE_BUSY')) throw homeInUse(await readHolder(holderPath), thrown);
    if (code.startsWith('SQLITE_NOTADB') || code.startsWith('SQLITE_CORRUPT')) {
      throw new StrongroomError(
        'Conflict',
        `${lockPath} is not Strongroom's lock.`,
        'It holds no data: make sure that no Strongroom is running, delete it, and try again.',
        { reason: 'HomeLockUnusable', cause: thrown },
      );
    }
    throw notWritable(lockPath, thrown);
  }
}

function notWritable(path: string, cause: unknown): StrongroomError {
  return new StrongroomError(
    'NotAuthorized',
    `Strongroom could not take its home for itself: ${path} cannot be written.`,
    'Choose a home on a disk that this user can write to and that is not full (--home).',
    { reason: 'HomeNotWritable', cause },
  );
}

function homeInUse(holder: Holder | undefined, cause: unknown): StrongroomError {
  const who =
    holder === undefined
      ? 'Another Strongroom is using this home.'
      : `The ${holder.program} (process ${holder.pid}) has used this home since ${clockTime(holder.since)}.`;
  return new StrongroomError(
    'Conflict',
    who,
    'Close it or wait until it is done, or use another home (--home).',
    { reason: 'HomeInUse', cause },
  );
}

async function writeHolder(path: string, holder: Holder): Promise<void> {
  // Renamed into place, so that nobody reads half of it. Only the lock's holder writes here: one temporary name will do.
  const temporary = `${path}.new`;
  await writeFile(temporary, `${JSON.stringify(holder)}\n`, { mode: 0o600 });
  await rename(temporary, path);
}

/**
 * Who holds the lock. What is read may be left of a program that was killed, while the present holder has not written its
 * own yet: one whose process is gone is not believed, and the present holder is given a moment.
 */
async function readHolder(path: string): Promise<Holder | undefined> {
  for (let attempt = 0; attempt < 5; attempt++) {
    if (attempt > 0) await setTimeout(50);
    try {
      const holder = holderSchema.parse(JSON.parse(await readFile(path, 'utf8')));
      if (isRunning(holder.pid)) return holder;
    } catch {
      // Not there, or not readable: as good as not known.
    }
  }
  return undefined;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    // EPERM: it runs, as another user.
    return errnoOf(thrown) === 'EPERM';
  }
}

/** `08:14`, or `2026-11-23 08:14` if that was not today; local time. */
function clockTime(time: string): string {
  const date = new Date(time);
  const two = (value: number): string => value.toString().padStart(2, '0');
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (date.toDateString() === new Date().toDateString()) return clock;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock}`;
}
