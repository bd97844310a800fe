import type { Migration } from './migration.ts';

/** Recovery kits that this home made or has seen all shares of (rule R5). What is secret of them is not here. */
export const recoveryKits: Migration = {
  version: 11,
  sql: `
    CREATE TABLE recovery_kits (
      set_id TEXT PRIMARY KEY,
      threshold INTEGER NOT NULL CHECK (threshold >= 2),
      share_count INTEGER NOT NULL CHECK (share_count BETWEEN threshold AND 16),
      kit_sha256 TEXT NOT NULL,
      time_created TEXT NOT NULL,
      time_confirmed TEXT,
      time_rehearsed TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX recovery_kits_by_time ON recovery_kits (time_created, set_id);

    ALTER TABLE regions ADD COLUMN is_ceremony_closed INTEGER NOT NULL DEFAULT 0 CHECK (is_ceremony_closed IN (0, 1));
  `,
};
