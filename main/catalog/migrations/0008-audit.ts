import type { Migration } from './migration.ts';

/**
 * The audit log (rule R61; docs/audit-log.md). The triggers keep this program from changing what it wrote; who writes
 * into the file otherwise is found by the hash chain and the checkpoints.
 */
export const audit: Migration = {
  version: 8,
  sql: `
    CREATE TABLE audit_log (
      log_id BLOB PRIMARY KEY CHECK (length(log_id) = 16),
      only_one INTEGER NOT NULL DEFAULT 1 UNIQUE CHECK (only_one = 1)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE audit_entries (
      sequence INTEGER PRIMARY KEY CHECK (sequence >= 1),
      time TEXT NOT NULL,
      event_id BLOB NOT NULL CHECK (length(event_id) = 16),
      operator_id TEXT,
      operator_name TEXT,
      operation_name TEXT NOT NULL,
      outcome TEXT NOT NULL CHECK (outcome IN ('BEGUN', 'SUCCEEDED', 'REFUSED', 'FAILED', 'INTERRUPTED')),
      compartment_id TEXT,
      resources TEXT NOT NULL CHECK (json_valid(resources)),
      error_code TEXT,
      error_reason TEXT,
      detail TEXT NOT NULL CHECK (json_valid(detail)),
      previous_hash BLOB CHECK (length(previous_hash) = 32),
      hash BLOB NOT NULL CHECK (length(hash) = 32)
    ) STRICT;
    CREATE INDEX audit_entries_by_time ON audit_entries (time);
    CREATE TRIGGER audit_entries_stay BEFORE UPDATE ON audit_entries
      BEGIN SELECT raise(ABORT, 'an audit entry is never changed'); END;
    CREATE TRIGGER audit_entries_are_kept BEFORE DELETE ON audit_entries
      BEGIN SELECT raise(ABORT, 'an audit entry is never removed'); END;

    -- Actions that have begun and not ended: what a crash leaves here gets its outcome at the next start.
    CREATE TABLE audit_open_events (
      event_id BLOB PRIMARY KEY CHECK (length(event_id) = 16),
      sequence INTEGER NOT NULL REFERENCES audit_entries (sequence)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE audit_checkpoints (
      sequence INTEGER NOT NULL CHECK (sequence >= 1),
      region_id TEXT NOT NULL,
      time TEXT NOT NULL,
      hash BLOB NOT NULL CHECK (length(hash) = 32),
      mac BLOB NOT NULL CHECK (length(mac) = 32),
      PRIMARY KEY (sequence, region_id)
    ) STRICT, WITHOUT ROWID;
  `,
};
