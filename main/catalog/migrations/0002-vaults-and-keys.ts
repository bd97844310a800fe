import type { Migration } from './migration.ts';

/**
 * Compartments, vaults, keys and key versions (rules R10 to R13). Regions are named, not referenced: detaching a
 * region keeps its records. Key versions are many: they have no index but those that queries need.
 */
export const vaultsAndKeys: Migration = {
  version: 2,
  sql: `
    CREATE TABLE compartments (
      id TEXT PRIMARY KEY,
      compartment_id TEXT REFERENCES compartments (id),
      name TEXT NOT NULL,
      time_created TEXT NOT NULL,
      -- NULL: no.
      is_approval_required INTEGER CHECK (is_approval_required IN (0, 1))
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX compartments_by_parent ON compartments (compartment_id);

    CREATE TABLE vaults (
      id TEXT PRIMARY KEY,
      region TEXT NOT NULL,
      compartment_id TEXT NOT NULL REFERENCES compartments (id),
      display_name TEXT NOT NULL,
      vault_type TEXT NOT NULL CHECK (vault_type IN ('VIRTUAL_PRIVATE', 'DEFAULT')),
      lifecycle_state TEXT NOT NULL CHECK (lifecycle_state IN (
        'CREATING', 'ACTIVE', 'DELETING', 'DELETED', 'PENDING_DELETION', 'SCHEDULING_DELETION',
        'CANCELLING_DELETION', 'UPDATING', 'BACKUP_IN_PROGRESS', 'RESTORING')),
      freeform_tags TEXT NOT NULL CHECK (json_valid(freeform_tags)),
      defined_tags TEXT NOT NULL CHECK (json_valid(defined_tags)),
      time_created TEXT NOT NULL,
      time_of_deletion TEXT,
      restored_from_vault_id TEXT,
      metadata_time TEXT NOT NULL
    ) STRICT;
    CREATE INDEX vaults_by_compartment ON vaults (compartment_id);
    CREATE INDEX vaults_by_origin ON vaults (restored_from_vault_id) WHERE restored_from_vault_id IS NOT NULL;

    -- No foreign key for the current version: a restore commits its keys before their versions come. The trigger below
    -- sees to it that no key becomes usable without it.
    CREATE TABLE keys (
      id TEXT PRIMARY KEY,
      vault_id TEXT NOT NULL REFERENCES vaults (id),
      compartment_id TEXT NOT NULL REFERENCES compartments (id),
      display_name TEXT NOT NULL,
      key_shape TEXT NOT NULL CHECK (json_valid(key_shape)),
      protection_mode TEXT NOT NULL CHECK (protection_mode IN ('HSM', 'SOFTWARE')),
      lifecycle_state TEXT NOT NULL CHECK (lifecycle_state IN (
        'CREATING', 'ENABLING', 'ENABLED', 'DISABLING', 'DISABLED', 'DELETING', 'DELETED', 'PENDING_DELETION',
        'SCHEDULING_DELETION', 'CANCELLING_DELETION', 'UPDATING', 'BACKUP_IN_PROGRESS', 'RESTORING')),
      current_key_version TEXT NOT NULL,
      freeform_tags TEXT NOT NULL CHECK (json_valid(freeform_tags)),
      defined_tags TEXT NOT NULL CHECK (json_valid(defined_tags)),
      time_created TEXT NOT NULL,
      time_of_deletion TEXT,
      restored_from_key_id TEXT,
      metadata_time TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX keys_in_vault ON keys (id, vault_id);
    CREATE INDEX keys_by_vault ON keys (vault_id, time_created, id);
    CREATE INDEX keys_by_time ON keys (time_created, id);
    CREATE INDEX keys_by_compartment ON keys (compartment_id);
    CREATE INDEX keys_by_origin ON keys (restored_from_key_id) WHERE restored_from_key_id IS NOT NULL;

    CREATE TABLE key_versions (
      id TEXT PRIMARY KEY,
      key_id TEXT NOT NULL,
      vault_id TEXT NOT NULL,
      compartment_id TEXT NOT NULL,
      region TEXT NOT NULL,
      lifecycle_state TEXT NOT NULL CHECK (lifecycle_state IN (
        'CREATING', 'ENABLING', 'ENABLED', 'DISABLING', 'DISABLED', 'DELETING', 'DELETED', 'PENDING_DELETION',
        'SCHEDULING_DELETION', 'CANCELLING_DELETION')),
      origin TEXT NOT NULL CHECK (origin IN ('INTERNAL', 'EXTERNAL')),
      public_key TEXT,
      time_created TEXT NOT NULL,
      time_of_deletion TEXT,
      restored_from_key_version_id TEXT,
      material_id BLOB NOT NULL CHECK (length(material_id) = 16),
      FOREIGN KEY (key_id, vault_id) REFERENCES keys (id, vault_id) DEFERRABLE INITIALLY DEFERRED
    ) STRICT;
    CREATE INDEX key_versions_by_key ON key_versions (key_id, time_created, id);
    -- What an interrupted creation or restore left: few rows, if any.
    CREATE INDEX key_versions_creating ON key_versions (time_created, id) WHERE lifecycle_state = 'CREATING';
    -- Not unique: what was restored elsewhere and comes back under new OCIDs has the same value.
    CREATE INDEX key_versions_by_material ON key_versions (material_id);

    CREATE TRIGGER keys_have_their_current_version BEFORE UPDATE OF lifecycle_state, current_key_version ON keys
    WHEN NEW.lifecycle_state IN ('ENABLED', 'DISABLED')
      AND NOT EXISTS (SELECT 1 FROM key_versions WHERE id = NEW.current_key_version AND key_id = NEW.id)
    BEGIN
      SELECT RAISE(ABORT, 'the current version of a key is not there');
    END;
  `,
};
