import type { Migration } from './migration.ts';

/**
 * Operators, groups and policies (rule R62). Name keys are the names as they are compared: without regard to case. The
 * triggers are the last line of the rule that a home is never without an administrator; main/access refuses before.
 */
export const access: Migration = {
  version: 7,
  sql: `
    CREATE TABLE operators (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      name_key TEXT NOT NULL UNIQUE,
      passphrase_hash TEXT NOT NULL CHECK (passphrase_hash LIKE '$argon2id$%'),
      time_created TEXT NOT NULL,
      time_passphrase_set TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX operators_by_time ON operators (time_created, id);

    -- By name, not by operator: names that nobody has are locked out in the same way.
    CREATE TABLE sign_ins (
      name_key TEXT PRIMARY KEY,
      failed_in_a_row INTEGER NOT NULL CHECK (failed_in_a_row >= 0),
      time_of_last_try TEXT NOT NULL,
      locked_until TEXT,
      time_of_last_success TEXT
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE groups (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      name_key TEXT NOT NULL UNIQUE,
      description TEXT NOT NULL,
      is_immutable INTEGER NOT NULL CHECK (is_immutable IN (0, 1)),
      time_created TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX groups_by_time ON groups (time_created, id);

    CREATE TABLE group_members (
      group_id TEXT NOT NULL REFERENCES groups (id),
      operator_id TEXT NOT NULL REFERENCES operators (id),
      PRIMARY KEY (group_id, operator_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX group_members_by_operator ON group_members (operator_id);

    CREATE TABLE policies (
      id TEXT PRIMARY KEY,
      compartment_id TEXT NOT NULL REFERENCES compartments (id),
      name TEXT NOT NULL,
      name_key TEXT NOT NULL UNIQUE,
      description TEXT NOT NULL,
      statements TEXT NOT NULL CHECK (json_valid(statements)),
      is_immutable INTEGER NOT NULL CHECK (is_immutable IN (0, 1)),
      time_created TEXT NOT NULL,
      time_modified TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX policies_by_time ON policies (time_created, id);
    CREATE INDEX policies_by_compartment ON policies (compartment_id);

    CREATE TRIGGER last_administrator_stays BEFORE DELETE ON group_members
    WHEN (SELECT is_immutable FROM groups WHERE id = OLD.group_id) = 1
      AND (SELECT count(*) FROM group_members WHERE group_id = OLD.group_id) = 1
    BEGIN
      SELECT RAISE(ABORT, 'the last administrator cannot be removed');
    END;
    CREATE TRIGGER administrators_group_stays BEFORE DELETE ON groups WHEN OLD.is_immutable = 1
    BEGIN
      SELECT RAISE(ABORT, 'the group of administrators cannot be removed');
    END;
    CREATE TRIGGER administrators_group_keeps_its_name BEFORE UPDATE OF name, name_key, is_immutable ON groups
    WHEN OLD.is_immutable = 1
    BEGIN
      SELECT RAISE(ABORT, 'the group of administrators keeps its name');
    END;
    CREATE TRIGGER administrators_policy_stays BEFORE DELETE ON policies WHEN OLD.is_immutable = 1
    BEGIN
      SELECT RAISE(ABORT, 'the policy of administrators cannot be removed');
    END;
    CREATE TRIGGER administrators_policy_is_unchanged BEFORE UPDATE ON policies WHEN OLD.is_immutable = 1
    BEGIN
      SELECT RAISE(ABORT, 'the policy of administrators cannot be changed');
    END;
  `,
};
