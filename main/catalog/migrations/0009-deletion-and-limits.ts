import type { Migration } from './migration.ts';

/** What is scheduled for deletion and how to cancel it (rule R13), and limits that were changed (rule R45). */
export const deletionAndLimits: Migration = {
  version: 9,
  sql: `
    CREATE TABLE scheduled_deletions (
      entity_type TEXT NOT NULL CHECK (entity_type IN ('vault', 'key', 'keyVersion')),
      entity_id TEXT NOT NULL,
      region TEXT NOT NULL,
      time_of_deletion TEXT NOT NULL,
      time_scheduled TEXT NOT NULL,
      -- What cancelling brings back.
      state_before TEXT NOT NULL CHECK (state_before IN ('ACTIVE', 'ENABLED', 'DISABLED')),
      -- A key that was scheduled with its vault is cancelled with it.
      with_vault_id TEXT,
      PRIMARY KEY (entity_type, entity_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX scheduled_deletions_by_time ON scheduled_deletions (time_of_deletion, entity_id);
    CREATE INDEX scheduled_deletions_by_vault ON scheduled_deletions (with_vault_id) WHERE with_vault_id IS NOT NULL;

    -- What is being destroyed: few rows, and none most of the time.
    CREATE INDEX vaults_deleting ON vaults (region) WHERE lifecycle_state = 'DELETING';
    CREATE INDEX keys_deleting ON keys (vault_id) WHERE lifecycle_state = 'DELETING';
    CREATE INDEX key_versions_deleting ON key_versions (region) WHERE lifecycle_state = 'DELETING';

    CREATE TABLE limits (
      region TEXT NOT NULL,
      name TEXT NOT NULL,
      value INTEGER NOT NULL CHECK (value >= 0),
      PRIMARY KEY (region, name)
    ) STRICT, WITHOUT ROWID;
  `,
};
