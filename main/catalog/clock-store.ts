import type Database from 'better-sqlite3';
import { withSqliteErrors } from './sqlite-errors.ts';

/** The newest times that the catalog has written down: an earlier clock was set back (rules R13, R74). */
export class ClockStore {
  readonly #newest: Database.Statement<unknown[], { readonly newest: string | null }>;

  constructor(database: Database.Database) {
    this.#newest = database.prepare(`
      SELECT max(time) AS newest FROM (
        SELECT max(time_accepted) AS time FROM work_requests
        UNION ALL SELECT max(time_finished) FROM work_requests
        UNION ALL SELECT max(time_scheduled) FROM scheduled_deletions
        UNION ALL SELECT max(time_proven) FROM regions
        UNION ALL SELECT max(time_created) FROM vaults
        UNION ALL SELECT max(metadata_time) FROM vaults
        UNION ALL SELECT max(time_created) FROM keys
        UNION ALL SELECT max(metadata_time) FROM keys
        UNION ALL SELECT max(time_created) FROM key_versions
        UNION ALL SELECT max(time_created) FROM backups
        UNION ALL SELECT max(time) FROM audit_entries)`);
  }

  /** Undefined in a new catalog. */
  newestTime(): string | undefined {
    return withSqliteErrors(() => this.#newest.get())?.newest ?? undefined;
  }
}
