import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, realpath, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { makePracticeFolder } from '../hsm/practice-folder.ts';
import { Tokens } from '../hsm/tokens.ts';
import type { TokenSession } from '../hsm/token-session.ts';

/** A private folder that is memory on Linux: what is in it never reaches a disk, unless the machine swaps. */
const IN_MEMORY = '/dev/shm';
const NAME_PATTERN = /^strongroom-drill-[0-9a-f]{16}$/;
/** A token object and its lock in SoftHSM's folder, in whole blocks of a file system. */
const BYTES_PER_OBJECT = 8192;
const LABEL = 'strongroom-drill';

export interface PracticeScratch {
  readonly session: TokenSession;
  /** Ends the token's process. */
  close(): Promise<void>;
}

/** Names a new folder for a practice token of so many objects, in memory where there is room. Makes nothing yet. */
export async function namePracticeFolder(objects: number): Promise<string> {
  const parent = (await hasRoom(IN_MEMORY, objects)) ? IN_MEMORY : await realpath(tmpdir());
  return join(parent, `strongroom-drill-${randomBytes(8).toString('hex')}`);
}

async function hasRoom(folder: string, objects: number): Promise<boolean> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = await statfs(folder);
    // Half of it stays free: it is everybody's memory.
    return (bavail * bsize) / 2 >= objects * BYTES_PER_OBJECT;
  } catch {
    return false;
  }
}

/** Makes a practice token in that folder, in a process of its own, and logs in to it. */
export async function makePracticeScratch(folder: string): Promise<PracticeScratch> {
  await mkdir(folder, { mode: 0o700 });
  const practice = await makePracticeFolder(folder);
  const reference = { modulePath: practice.modulePath, tokenLabel: LABEL };
  const pin = { kind: 'file', path: await practice.newPinFile('user') } as const;
  const soPin = { kind: 'file', path: await practice.newPinFile('so') } as const;
  const tokens = new Tokens({ environment: practice.environment });
  try {
    await tokens.initialiseToken(reference, LABEL, soPin, pin);
    const session = await tokens.openSession(reference, pin);
    return { session, close: () => tokens.close() };
  } catch (failure) {
    await tokens.close();
    throw failure;
  }
}

/**
 * Deletes a practice token with all that was on it. Object by object would take SoftHSM time that grows with the square
 * of their number.
 * @throws StrongroomError ServiceUnavailable, reason `ScratchNotEmptied`, if anything of it is left.
 */
export async function deletePracticeFolder(folder: string): Promise<void> {
  // The name comes from the catalog: nothing but a folder that a drill made is ever deleted.
  const isOurs =
    NAME_PATTERN.test(basename(folder)) && [IN_MEMORY, await realpath(tmpdir())].includes(dirname(folder));
  try {
    if (!isOurs) throw new Error('it is not a folder that drills make');
    // The process of a program that was killed may still write to it for a moment.
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  } catch (cause) {
    throw new StrongroomError(
      'ServiceUnavailable',
      `The practice token of the drill in ${folder} could not be deleted: ${cause instanceof Error ? cause.message : 'unknown reason'}.`,
      'It holds the realm keys in software: delete the folder by hand.',
      { reason: 'ScratchNotEmptied', cause },
    );
  }
}
