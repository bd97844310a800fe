import type Database from 'better-sqlite3';
import { backupCopySchema } from '../../shared/domain/backup.ts';
import type { BackupCopy, BackupPlace, VerificationDepth } from '../../shared/domain/backup.ts';
import { catalogDamaged, withSqliteErrors } from './sqlite-errors.ts';

export type BackupCopyRecord = BackupCopy;

interface CopyRow {
  readonly backupId: string;
  readonly region: string | null;
  readonly bucketName: string | null;
  readonly objectName: string | null;
  readonly path: string | null;
  readonly uriHost: string | null;
  readonly uriSha256: string | null;
  readonly etag: string;
  readonly size: number;
  readonly timeCreated: string;
  readonly timeVerified: string | null;
  readonly verifiedDepth: string | null;
}

/** Where the copies of backups lie (rules R30, R52). A place holds one copy: the newest one written down there. */
export class BackupCopyStore {
  readonly #forget: Database.Statement;
  readonly #insert: Database.Statement;
  readonly #listOf: Database.Statement<unknown[], CopyRow>;
  readonly #at: Database.Statement<unknown[], CopyRow>;
  readonly #verify: Database.Statement;
  readonly #replace: (copy: BackupCopyRecord) => void;

  constructor(database: Database.Database) {
    const atPlace = `(region = @region AND bucket_name = @bucketName AND object_name = @objectName) OR path = @path
      OR uri_sha256 = @uriSha256`;
    this.#forget = database.prepare(`DELETE FROM backup_copies WHERE ${atPlace}`);
    this.#insert = database.prepare(
      `INSERT INTO backup_copies
         (backup_id, region, bucket_name, object_name, path, uri_host, uri_sha256, etag, size, time_created,
          time_verified, verified_depth)
       VALUES (@backupId, @region, @bucketName, @objectName, @path, @uriHost, @uriSha256, @etag, @size, @timeCreated,
         @timeVerified, @verifiedDepth)`,
    );
    const select = `SELECT backup_id AS backupId, region, bucket_name AS bucketName, object_name AS objectName, path,
         uri_host AS uriHost, uri_sha256 AS uriSha256, etag, size, time_created AS timeCreated, time_verified AS timeVerified, verified_depth AS verifiedDepth
       FROM backup_copies`;
    this.#listOf = database.prepare<unknown[], CopyRow>(`${select} WHERE backup_id = ? ORDER BY number`);
    this.#at = database.prepare<unknown[], CopyRow>(`${select} WHERE ${atPlace}`);
    this.#verify = database.prepare(
      `UPDATE backup_copies SET time_verified = @timeVerified, verified_depth = @verifiedDepth
       WHERE backup_id = @backupId AND etag = @etag AND (${atPlace})`,
    );
    this.#replace = database.transaction((copy: BackupCopyRecord) => {
      const place = placeColumns(copy.region, copy.place);
      this.#forget.run(place);
      this.#insert.run({
        ...place,
        backupId: copy.backupId,
        etag: copy.etag,
        size: copy.size,
        timeCreated: copy.timeCreated,
        timeVerified: copy.timeVerified ?? null,
        verifiedDepth: copy.verifiedDepth ?? null,
      });
    });
  }

  /** Writes down a copy, in the stead of what was known to be at its place. A bucket's copy needs its region. */
  insert(copy: BackupCopyRecord): void {
    withSqliteErrors(() => {
      this.#replace(copy);
    });
  }

  /** What is known to be at a place: the copy written down there last. */
  at(place: BackupPlace, region: string | undefined): BackupCopyRecord | undefined {
    const row = withSqliteErrors(() => this.#at.get(placeColumns(region, place)));
    return row === undefined ? undefined : decodeCopy(row);
  }

  /** Forgets what was known to be at a place. @returns whether anything was. */
  forget(place: BackupPlace, region: string | undefined): boolean {
    return withSqliteErrors(() => this.#forget.run(placeColumns(region, place))).changes > 0;
  }

  /** In the order in which they were written down. */
  listOf(backupId: string): BackupCopyRecord[] {
    return withSqliteErrors(() => this.#listOf.all(backupId)).map(decodeCopy);
  }

  /**
   * Writes down a successful verification of what lies at a place.
   * @returns whether the catalog knows that very copy; if not, nothing is written.
   */
  verified(
    place: BackupPlace,
    region: string | undefined,
    verification: {
      readonly backupId: string;
      readonly etag: string;
      readonly timeVerified: string;
      readonly verifiedDepth: VerificationDepth;
    },
  ): boolean {
    const columns = { ...placeColumns(region, place), ...verification };
    return withSqliteErrors(() => this.#verify.run(columns)).changes > 0;
  }
}

const NO_PLACE = {
  region: null,
  bucketName: null,
  objectName: null,
  path: null,
  uriHost: null,
  uriSha256: null,
};

function placeColumns(region: string | undefined, place: BackupPlace) {
  switch (place.kind) {
    case 'bucket':
      return {
        ...NO_PLACE,
        region: region ?? null,
        bucketName: place.bucketName,
        objectName: place.objectName,
      };
    case 'file':
      return { ...NO_PLACE, path: place.path };
    case 'uri':
      return { ...NO_PLACE, uriHost: place.host, uriSha256: place.uriSha256 };
  }
}

function placeOf(row: CopyRow) {
  if (row.path !== null) return { kind: 'file', path: row.path };
  if (row.uriSha256 !== null) return { kind: 'uri', host: row.uriHost, uriSha256: row.uriSha256 };
  return { kind: 'bucket', bucketName: row.bucketName, objectName: row.objectName };
}

function decodeCopy(row: CopyRow): BackupCopyRecord {
  const parsed = backupCopySchema.safeParse({
    backupId: row.backupId,
    ...(row.region === null ? {} : { region: row.region }),
    place: placeOf(row),
    etag: row.etag,
    size: row.size,
    timeCreated: row.timeCreated,
    ...(row.timeVerified === null ? {} : { timeVerified: row.timeVerified }),
    ...(row.verifiedDepth === null ? {} : { verifiedDepth: row.verifiedDepth }),
  });
  if (parsed.success) return parsed.data;
  throw catalogDamaged(`a copy of backup ${row.backupId} is not one that Strongroom wrote`, parsed.error);
}
