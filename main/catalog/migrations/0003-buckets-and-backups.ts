import type { Migration } from './migration.ts';

/**
 * Buckets, backups, where their copies lie, and which key versions they cover (rules R23, R30, R52). Backups name
 * vaults and keys without referencing them: a home may know backups of what it never had.
 */
export const bucketsAndBackups: Migration = {
  version: 3,
  sql: `
    CREATE TABLE buckets (
      id TEXT PRIMARY KEY,
      namespace TEXT NOT NULL,
      name TEXT NOT NULL,
      compartment_id TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('folder')),
      region TEXT NOT NULL,
      location TEXT NOT NULL,
      time_created TEXT NOT NULL,
      UNIQUE (region, name)
    ) STRICT, WITHOUT ROWID;

    -- The number keeps the coverage of 100,000 versions small: an OCID a row would be most of the catalog.
    CREATE TABLE backups (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL CHECK (kind IN ('VAULT', 'KEY')),
      source_region TEXT NOT NULL,
      compartment_id TEXT NOT NULL,
      vault_id TEXT NOT NULL,
      key_id TEXT CHECK ((kind = 'KEY') = (key_id IS NOT NULL)),
      vault_name TEXT NOT NULL,
      time_created TEXT NOT NULL,
      sequence INTEGER NOT NULL CHECK (sequence >= 1),
      previous_backup_sha256 TEXT,
      sha256 TEXT NOT NULL,
      size INTEGER NOT NULL CHECK (size >= 0),
      entry_count INTEGER NOT NULL CHECK (entry_count >= 0),
      key_count INTEGER NOT NULL CHECK (key_count >= 0),
      key_version_count INTEGER NOT NULL CHECK (key_version_count >= 0),
      is_include_keys INTEGER NOT NULL CHECK (is_include_keys IN (0, 1)),
      left_out TEXT NOT NULL CHECK (json_valid(left_out)),
      secrets_left_out INTEGER NOT NULL CHECK (secrets_left_out >= 0),
      work_request_id TEXT
    ) STRICT;
    CREATE INDEX backups_by_time ON backups (time_created, id);
    CREATE INDEX backups_by_vault ON backups (vault_id, time_created, id);
    CREATE INDEX backups_by_content ON backups (sha256);
    CREATE INDEX backups_by_sequence ON backups (source_region, sequence);

    -- Ordered by version, for the question is always which backups cover it.
    CREATE TABLE backup_key_versions (
      material_id BLOB NOT NULL CHECK (length(material_id) = 16),
      backup_number INTEGER NOT NULL REFERENCES backups (number),
      PRIMARY KEY (material_id, backup_number)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE backup_copies (
      number INTEGER PRIMARY KEY,
      backup_id TEXT NOT NULL REFERENCES backups (id),
      region TEXT,
      bucket_name TEXT,
      object_name TEXT,
      path TEXT,
      uri_host TEXT,
      uri_sha256 TEXT,
      etag TEXT NOT NULL,
      size INTEGER NOT NULL CHECK (size >= 0),
      time_created TEXT NOT NULL,
      time_verified TEXT,
      verified_depth TEXT CHECK (verified_depth IN ('structure', 'seal', 'keys')),
      -- An object of a bucket, a file, or an object behind a URL.
      CHECK ((region IS NOT NULL) + (path IS NOT NULL) + (uri_sha256 IS NOT NULL) = 1),
      CHECK ((region IS NULL) = (bucket_name IS NULL)),
      CHECK ((region IS NULL) = (object_name IS NULL)),
      CHECK ((uri_sha256 IS NULL) = (uri_host IS NULL)),
      CHECK ((time_verified IS NULL) = (verified_depth IS NULL)),
      UNIQUE (region, bucket_name, object_name),
      UNIQUE (path),
      UNIQUE (uri_sha256)
    ) STRICT;
    CREATE INDEX backup_copies_by_backup ON backup_copies (backup_id, number);
  `,
};
