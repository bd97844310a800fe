import Database from 'better-sqlite3';
import { StrongroomError } from '../../shared/domain/errors.ts';

/** What to do about a catalog that cannot be trusted: it is a cache of the buckets and tokens. */
export const REBUILD_CATALOG =
  'Move catalog.sqlite out of the home folder and keep it for inspection; then attach each token again (region attach) and make the catalog anew from buckets and media (backup rebuild-catalog).';

export function catalogDamaged(what: string, cause?: unknown): StrongroomError {
  return new StrongroomError('InvalidParameter', `The catalog is damaged: ${what}.`, REBUILD_CATALOG, {
    reason: 'CatalogDamaged',
    cause,
  });
}

/**
 * Runs work on the database and turns SQLite's failures into errors that say what to do (rules R73, R74).
 * Violated constraints pass unchanged: whoever wrote the row knows what they mean.
 */
export function withSqliteErrors<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (thrown) {
    throw translate(thrown);
  }
}

function translate(thrown: unknown): unknown {
  if (!(thrown instanceof Database.SqliteError)) return thrown;
  // Extended result codes (SQLITE_IOERR_FSYNC) begin with their primary code (sqlite.org/rescode.html).
  const primary = /^SQLITE_[A-Z]+/.exec(thrown.code)?.[0];
  switch (primary) {
    case 'SQLITE_BUSY':
    case 'SQLITE_LOCKED':
      return new StrongroomError(
        'ServiceUnavailable',
        'Another process holds the catalog.',
        'Close the other Strongroom that uses this home, then try again.',
        { reason: 'CatalogBusy', cause: thrown },
      );
    case 'SQLITE_FULL':
      return new StrongroomError(
        'ServiceUnavailable',
        'The disk of the catalog is full; nothing was changed.',
        'Make room on the disk that holds Strongroom’s home, then try again.',
        { reason: 'CatalogDiskFull', cause: thrown },
      );
    case 'SQLITE_READONLY':
    case 'SQLITE_CANTOPEN':
    case 'SQLITE_IOERR':
    case 'SQLITE_PERM':
      return new StrongroomError(
        'ServiceUnavailable',
        `The catalog cannot be read or written (${thrown.code}).`,
        'Check that the disk works and that you may write in Strongroom’s home, then try again.',
        { reason: 'CatalogUnreachable', cause: thrown },
      );
    case 'SQLITE_CORRUPT':
    case 'SQLITE_NOTADB':
      return catalogDamaged(thrown.message, thrown);
    default:
      return thrown;
  }
}

/** Whether a write failed because a row with the same key or unique name is there already. */
export function isDuplicate(thrown: unknown): boolean {
  return (
    thrown instanceof Database.SqliteError &&
    (thrown.code === 'SQLITE_CONSTRAINT_PRIMARYKEY' || thrown.code === 'SQLITE_CONSTRAINT_UNIQUE')
  );
}
