import type { Migration } from './migration.ts';

/** Drills, the scratch tokens that they may have left something on, and backup targets (rules R51, R52, R73). */
export const drillsAndTargets: Migration = {
  version: 12,
  sql: `
    -- The newest of each backup; a backup need not be one that the catalog knows.
    CREATE TABLE drills (
      backup_id TEXT PRIMARY KEY,
      report_id TEXT NOT NULL,
      time TEXT NOT NULL,
      outcome TEXT NOT NULL CHECK (outcome IN ('PROVEN', 'FAILED')),
      report_sha256 TEXT NOT NULL,
      milliseconds INTEGER NOT NULL CHECK (milliseconds >= 0)
    ) STRICT, WITHOUT ROWID;

    -- Here from before the realm keys go on a scratch token until it is proven empty again.
    CREATE TABLE scratch_tokens (
      work_request_id TEXT PRIMARY KEY REFERENCES work_requests (id),
      -- The folder of a practice token, which exists for one drill only.
      practice_folder TEXT,
      token TEXT CHECK (json_valid(token)),
      -- Names the transport key.
      request_id TEXT NOT NULL,
      time_created TEXT NOT NULL,
      CHECK ((practice_folder IS NULL) = (token IS NOT NULL))
    ) STRICT, WITHOUT ROWID;

    -- What a drill puts on a token that is not its own to delete.
    CREATE TABLE scratch_objects (
      work_request_id TEXT NOT NULL REFERENCES scratch_tokens (work_request_id),
      material_id BLOB NOT NULL CHECK (length(material_id) = 16),
      PRIMARY KEY (work_request_id, material_id)
    ) STRICT, WITHOUT ROWID;

    -- A vault's own target; that of the empty id is the home's.
    CREATE TABLE backup_targets (
      vault_id TEXT PRIMARY KEY,
      maximum_age_hours INTEGER NOT NULL CHECK (maximum_age_hours BETWEEN 1 AND 87600),
      minimum_copies INTEGER NOT NULL CHECK (minimum_copies BETWEEN 1 AND 100),
      minimum_regions INTEGER NOT NULL CHECK (minimum_regions BETWEEN 0 AND 100)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO backup_targets VALUES ('', 168, 2, 2);
  `,
};
