import type { Migration } from './migration.ts';

/** What running work requests have changed for the time being, and how to finish or undo it (rules R46, R47, R73). */
export const pendingChanges: Migration = {
  version: 6,
  sql: `
    CREATE TABLE pending_changes (
      entity_type TEXT NOT NULL CHECK (entity_type IN ('compartment', 'vault', 'key', 'keyVersion')),
      entity_id TEXT NOT NULL,
      work_request_id TEXT NOT NULL REFERENCES work_requests (id),
      -- NULL: the work request made it, and undoing takes it away.
      state_before TEXT,
      -- NULL: compartments have no state.
      state_after TEXT,
      PRIMARY KEY (entity_type, entity_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX pending_changes_by_work_request ON pending_changes (work_request_id, entity_type);
  `,
};
