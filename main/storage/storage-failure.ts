import { statfs } from 'node:fs/promises';
import { errnoOf } from '../../shared/domain/errno.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';

/** What was going on when the operating system refused. */
export interface StorageAttempt {
  /** As it reads after "could not": `write the object to /media/stick`. */
  readonly doing: string;
  readonly access: 'read' | 'write';
  /** The folder or file concerned. */
  readonly path: string;
  /** Bytes that were still to be written, for a full disk. */
  readonly bytesNeeded?: number;
}

/** Bytes that this user can still write in the file system of `location`, or undefined if it cannot tell. */
export async function freeBytes(location: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(location);
    return bavail * bsize;
  } catch {
    // Only ever used to explain or to plan: a medium that cannot tell is no reason to fail.
    return undefined;
  }
}

/**
 * The one table from what an operating system says of a medium to what an officer is told (rule R73). Anything
 * that the operating system did not throw comes back as it was.
 */
export function storageFailure(thrown: unknown, attempt: StorageAttempt, free?: number): unknown {
  const errno = errnoOf(thrown);
  if (errno === undefined || thrown instanceof StrongroomError) return thrown;
  const could = `Strongroom could not ${attempt.doing}`;
  switch (errno) {
    case 'ENOSPC':
    case 'EDQUOT': {
      const needed =
        attempt.bytesNeeded === undefined ? '' : ` ${attempt.bytesNeeded} more bytes are needed,`;
      const left = free === undefined ? ' the storage is full' : ` ${free} bytes are free`;
      return new StrongroomError(
        'ServiceUnavailable',
        `${could}:${needed}${left}${errno === 'EDQUOT' ? ' within the quota' : ''}.`,
        'Free some space or choose another destination, then try again. Nothing was left behind.',
        { reason: 'StorageFull', cause: thrown },
      );
    }
    case 'EFBIG':
      return new StrongroomError(
        'ServiceUnavailable',
        `${could}: its file system takes no file of that size.`,
        'Choose a destination with a file system that takes larger files (FAT ends at 4 GiB), then try again.',
        { reason: 'StorageFileTooLarge', cause: thrown },
      );
    case 'EROFS':
      return notPermitted(could, 'it is mounted read-only', 'StorageReadOnly', thrown);
    case 'EACCES':
    case 'EPERM':
      return attempt.access === 'write'
        ? notPermitted(could, 'this user may not write there', 'StorageReadOnly', thrown)
        : notPermitted(could, 'this user may not read it', 'StorageNotReadable', thrown);
    case 'EIO':
    case 'ENODEV':
    case 'ENXIO':
    case 'ESTALE':
    case 'ENOTCONN':
    case 'EREMOTEIO':
    case 'ETIMEDOUT':
    case 'EHOSTDOWN':
      return new StrongroomError(
        'ServiceUnavailable',
        `${could}: the medium does not answer (${errno}).`,
        'Attach the medium again, check it for errors, then try again.',
        { reason: 'StorageLost', cause: thrown },
      );
    case 'ENOENT':
    case 'ENOTDIR':
      return new StrongroomError(
        'NotAuthorizedOrNotFound',
        `${could}: ${attempt.path} is not there.`,
        'Check the path, and mount the medium if it is on one.',
        { reason: 'FileNotFound', cause: thrown },
      );
    case 'ENAMETOOLONG':
      return new StrongroomError(
        'InvalidParameter',
        `${could}: its file system takes no name of that length.`,
        'Choose a shorter name.',
        { reason: 'NameTooLong', cause: thrown },
      );
    default:
      return new StrongroomError(
        'ServiceUnavailable',
        `${could} (${errno}).`,
        'Check that the destination is healthy, then try again.',
        { reason: 'StorageFailed', cause: thrown },
      );
  }
}

function notPermitted(could: string, because: string, reason: string, cause: unknown): StrongroomError {
  return new StrongroomError(
    'NotAuthorized',
    `${could}: ${because}.`,
    'Change the permissions or the mount options, or choose another place, then try again.',
    { reason, cause },
  );
}

/** What to throw instead of what was thrown; the free space is looked up only where it matters. */
export async function explain(thrown: unknown, attempt: StorageAttempt): Promise<unknown> {
  const errno = errnoOf(thrown);
  const full = errno === 'ENOSPC' || errno === 'EDQUOT';
  return storageFailure(thrown, attempt, full ? await freeBytes(attempt.path) : undefined);
}

/** Runs one piece of work on a medium and explains its failure. */
export async function explainFailure<Result>(
  attempt: StorageAttempt,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    throw await explain(thrown, attempt);
  }
}
