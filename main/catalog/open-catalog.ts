import { chmodSync, closeSync, openSync, readSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import Database from 'better-sqlite3';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { Catalog } from './catalog.ts';
import { APPLICATION_ID, MIGRATIONS, migrate, NEWEST_VERSION, readVersion } from './migrations.ts';
import { catalogDamaged, withSqliteErrors } from './sqlite-errors.ts';

export type { Catalog } from './catalog.ts';

/** The first bytes of every SQLite 3 file (sqlite.org/fileformat.html, 1.3). */
const SQLITE_MAGIC = Buffer.from('SQLite format 3\0', 'latin1');

/** Pages kept in memory: enough for the indexes of 100,000 key versions while they are inserted in random order. */
const CACHE_KIBIBYTES = 65_536;

/** How long a call waits for another process to end its transaction. */
const BUSY_TIMEOUT_MILLISECONDS = 5000;

/**
 * Opens the catalog at a path, making it if there is none, and brings its schema to this version. The file is input
 * like any other (rule R74): a file that is not a sound catalog of this or an older version is refused unchanged.
 * @throws StrongroomError InvalidParameter: `NotACatalog`, `CatalogDamaged`, `NoCatalogFolder`; IncorrectState:
 * `CatalogFromTheFuture`; ServiceUnavailable: `CatalogBusy`, `CatalogDiskFull`, `CatalogUnreachable`.
 */
export function openCatalog(path: string): Catalog {
  const database = openDatabase(path);
  return withSqliteErrors(() => new Catalog(database));
}

/** The checked and migrated database beneath a catalog; for the catalog and its tests alone. */
export function openDatabase(path: string, busyTimeout = BUSY_TIMEOUT_MILLISECONDS): Database.Database {
  // Absolute: SQLite takes `file:` and `:memory:` for something else.
  const file = resolve(path);
  requireSqliteFile(file);
  return withSqliteErrors(() => {
    const database = new Database(file, { fileMustExist: true, timeout: busyTimeout });
    try {
      prepare(database, file);
      return database;
    } catch (thrown) {
      database.close();
      throw thrown;
    }
  });
}

function prepare(database: Database.Database, file: string): void {
  // Nothing in the schema may call functions with side effects, before anything of the schema is used.
  database.pragma('trusted_schema = OFF');
  database.pragma('cell_size_check = ON');
  requireOurs(database, file);
  database.pragma('foreign_keys = ON');
  database.pragma('synchronous = FULL');
  // What is destroyed leaves no bytes behind in free pages: sealed key values, secrets (rules R13, R15).
  database.pragma('secure_delete = ON');
  database.pragma(`cache_size = -${CACHE_KIBIBYTES}`);
  database.pragma('journal_mode = WAL');
  requireSound(database);
  migrate(database);
  requireOurSchema(database);
}

/** Makes the file, readable by its owner only, or looks at its first bytes before SQLite touches it. */
function requireSqliteFile(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600));
    return;
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') {
      throw new StrongroomError(
        'InvalidParameter',
        `The folder for the catalog ${file} does not exist.`,
        'Create it, or choose another home (--home).',
        { reason: 'NoCatalogFolder', cause: thrown },
      );
    }
    if (errorCode(thrown) !== 'EEXIST') throw unreachable(file, thrown);
  }
  const start = Buffer.alloc(SQLITE_MAGIC.length);
  let length: number;
  try {
    if (!statSync(file).isFile()) throw notACatalog(file);
    const descriptor = openSync(file, 'r');
    try {
      length = readSync(descriptor, start, 0, start.length, 0);
    } finally {
      closeSync(descriptor);
    }
  } catch (thrown) {
    throw thrown instanceof StrongroomError ? thrown : unreachable(file, thrown);
  }
  // An empty file is what a crash leaves between making the file and its first transaction.
  if (length !== 0 && !start.equals(SQLITE_MAGIC)) throw notACatalog(file);
}

function requireOurs(database: Database.Database, file: string): void {
  const applicationId = database.pragma('application_id', { simple: true });
  const version = readVersion(database);
  if (applicationId === APPLICATION_ID) {
    if (version <= NEWEST_VERSION) {
      // A catalog names vaults, keys and places: it may have been copied here with wider rights.
      chmodSync(file, 0o600);
      return;
    }
    throw new StrongroomError(
      'IncorrectState',
      `The catalog is of a newer Strongroom: its version is ${version}, this program knows up to ${NEWEST_VERSION}.`,
      'Install the newer Strongroom that last used this home. The catalog was not changed.',
      { reason: 'CatalogFromTheFuture' },
    );
  }
  const hasTables = database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() !== undefined;
  if (applicationId !== 0 || version !== 0 || hasTables) throw notACatalog(file);
}

function requireSound(database: Database.Database): void {
  const [row] = database.pragma('quick_check(1)') as { readonly quick_check: string }[];
  if (row?.quick_check !== 'ok') throw catalogDamaged(row?.quick_check ?? 'the check told nothing');
}

/** A table changed or a trigger slipped in by somebody else would make this program do what it does not say. */
function requireOurSchema(database: Database.Database): void {
  const fresh = new Database(':memory:');
  try {
    migrate(fresh, MIGRATIONS.length);
    if (schemaOf(fresh) !== schemaOf(database))
      throw catalogDamaged('its tables are not those of its version');
  } finally {
    fresh.close();
  }
}

function schemaOf(database: Database.Database): string {
  return JSON.stringify(
    database
      .prepare(
        `SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\'
         ORDER BY type, name`,
      )
      .all(),
  );
}

function notACatalog(file: string): StrongroomError {
  return new StrongroomError(
    'InvalidParameter',
    `The file ${file} is not a catalog of Strongroom; it was not changed.`,
    'Choose another home (--home), or move that file away.',
    { reason: 'NotACatalog' },
  );
}

function unreachable(file: string, cause: unknown): StrongroomError {
  return new StrongroomError(
    'ServiceUnavailable',
    `The catalog ${file} cannot be opened (${errorCode(cause) ?? 'unknown error'}).`,
    'Check that you may read and write it and its folder, then try again.',
    { reason: 'CatalogUnreachable', cause },
  );
}

function errorCode(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : undefined;
}
