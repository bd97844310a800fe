import type { Migration } from './migration.ts';

/** Requests that are remembered: retry tokens (rule R60), and what waits for a second operator (rule R63). */
export const requests: Migration = {
  version: 13,
  sql: `
    CREATE TABLE retry_tokens (
      -- Empty where no operator calls.
      operator_id TEXT NOT NULL,
      retry_token TEXT NOT NULL,
      operation TEXT NOT NULL,
      request_sha256 TEXT NOT NULL,
      time_created TEXT NOT NULL,
      work_request_id TEXT,
      -- NULL: begun, and not answered yet.
      response TEXT CHECK (response IS NULL OR json_valid(response)),
      -- What was decided about it, to be decided again before the response is given again.
      demands TEXT CHECK (demands IS NULL OR json_valid(demands)),
      CHECK ((response IS NULL) = (demands IS NULL)),
      PRIMARY KEY (operator_id, retry_token)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX retry_tokens_by_time ON retry_tokens (time_created);

    CREATE TABLE approvals (
      id TEXT PRIMARY KEY,
      operation TEXT NOT NULL,
      plan_hash TEXT NOT NULL,
      summary TEXT NOT NULL,
      compartment_id TEXT NOT NULL,
      requested_by TEXT NOT NULL,
      time_requested TEXT NOT NULL,
      time_expires TEXT NOT NULL,
      decided_by TEXT,
      time_decided TEXT,
      state TEXT NOT NULL CHECK (state IN ('REQUESTED', 'GRANTED', 'DENIED', 'USED', 'EXPIRED')),
      CHECK ((decided_by IS NULL) = (time_decided IS NULL)),
      -- Nobody approves what they asked for themselves.
      CHECK (decided_by IS NULL OR state = 'DENIED' OR decided_by <> requested_by)
    ) STRICT;
    CREATE INDEX approvals_by_time ON approvals (time_requested, id);
    CREATE INDEX approvals_by_plan ON approvals (operation, plan_hash);
  `,
};
