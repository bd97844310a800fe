import type Database from 'better-sqlite3';
import { withSqliteErrors } from './sqlite-errors.ts';

/** Which work request holds which resource (rule R47). A lock outlives its process, until recovery releases it. */
export class ResourceLockStore {
  readonly #holder: Database.Statement<unknown[], { readonly workRequestId: string }>;
  readonly #insert: Database.Statement;
  readonly #release: Database.Statement;

  constructor(database: Database.Database) {
    this.#holder = database.prepare<unknown[], { workRequestId: string }>(
      'SELECT work_request_id AS workRequestId FROM resource_locks WHERE resource_id = ?',
    );
    this.#insert = database.prepare(
      'INSERT INTO resource_locks (resource_id, work_request_id) VALUES (?, ?)',
    );
    this.#release = database.prepare('DELETE FROM resource_locks WHERE work_request_id = ?');
  }

  /** @returns the OCID of the work request that holds the resource. */
  holderOf(resourceId: string): string | undefined {
    return withSqliteErrors(() => this.#holder.get(resourceId))?.workRequestId;
  }

  /** The resource must be free: ask in the same transaction. */
  insert(resourceId: string, workRequestId: string): void {
    withSqliteErrors(() => this.#insert.run(resourceId, workRequestId));
  }

  releaseOf(workRequestId: string): void {
    withSqliteErrors(() => this.#release.run(workRequestId));
  }
}
