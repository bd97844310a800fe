import type { Migration } from './migration.ts';

/** The realm of this home, the regions attached to it, and enrolments that wait for their grant (rules R1 to R3). */
export const realmAndRegions: Migration = {
  version: 1,
  sql: `
    CREATE TABLE realm (
      realm_id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      tenancy_id TEXT NOT NULL,
      tenancy_name TEXT NOT NULL,
      rbk_id TEXT NOT NULL,
      rak_id TEXT NOT NULL,
      rbk_check_value TEXT NOT NULL,
      rak_check_value TEXT NOT NULL,
      time_created TEXT NOT NULL,
      only_one INTEGER NOT NULL DEFAULT 1 UNIQUE CHECK (only_one = 1)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE regions (
      region_id TEXT PRIMARY KEY,
      region_key TEXT NOT NULL UNIQUE,
      token TEXT NOT NULL CHECK (json_valid(token)),
      profile TEXT NOT NULL CHECK (json_valid(profile)),
      time_bound TEXT NOT NULL,
      time_proven TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE enrolments (
      request_id TEXT PRIMARY KEY,
      region_id TEXT NOT NULL,
      region_key TEXT NOT NULL,
      token TEXT NOT NULL CHECK (json_valid(token)),
      request_file_sha256 TEXT NOT NULL,
      time_created TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
