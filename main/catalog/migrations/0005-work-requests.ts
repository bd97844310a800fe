import type { Migration } from './migration.ts';

/** Work requests with their logs, errors, resources and journals, and the locks they hold (rules R47, R60, R73). */
export const workRequests: Migration = {
  version: 5,
  sql: `
    CREATE TABLE work_requests (
      id TEXT PRIMARY KEY,
      operation_type TEXT NOT NULL,
      -- What was called, for resuming it; a request with a secret in it is not kept.
      operation TEXT NOT NULL,
      request TEXT CHECK (request IS NULL OR json_valid(request)),
      resumed_from TEXT REFERENCES work_requests (id),
      status TEXT NOT NULL CHECK (status IN (
        'ACCEPTED', 'IN_PROGRESS', 'FAILED', 'SUCCEEDED', 'CANCELING', 'CANCELED')),
      compartment_id TEXT,
      percent_complete INTEGER NOT NULL CHECK (percent_complete BETWEEN 0 AND 100),
      activity TEXT,
      time_accepted TEXT NOT NULL,
      time_started TEXT,
      time_finished TEXT,
      intent TEXT NOT NULL CHECK (json_valid(intent)),
      CHECK ((percent_complete = 100) = (status = 'SUCCEEDED')),
      CHECK ((time_finished IS NOT NULL) = (status IN ('FAILED', 'SUCCEEDED', 'CANCELED')))
    ) STRICT;
    CREATE INDEX work_requests_by_time ON work_requests (time_accepted, id);
    CREATE INDEX work_requests_unfinished ON work_requests (time_accepted, id) WHERE time_finished IS NULL;

    CREATE TABLE work_request_resources (
      work_request_id TEXT NOT NULL REFERENCES work_requests (id),
      entity_type TEXT NOT NULL,
      identifier TEXT NOT NULL,
      action_type TEXT NOT NULL CHECK (action_type IN ('CREATED', 'UPDATED', 'DELETED', 'RELATED', 'IN_PROGRESS')),
      PRIMARY KEY (work_request_id, entity_type, identifier)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE work_request_logs (
      work_request_id TEXT NOT NULL REFERENCES work_requests (id),
      sequence INTEGER NOT NULL,
      timestamp TEXT NOT NULL,
      message TEXT NOT NULL,
      PRIMARY KEY (work_request_id, sequence)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE work_request_errors (
      work_request_id TEXT NOT NULL REFERENCES work_requests (id),
      sequence INTEGER NOT NULL,
      timestamp TEXT NOT NULL,
      code TEXT NOT NULL,
      message TEXT NOT NULL,
      PRIMARY KEY (work_request_id, sequence)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE work_request_journal (
      work_request_id TEXT NOT NULL REFERENCES work_requests (id),
      sequence INTEGER NOT NULL,
      step TEXT NOT NULL,
      detail TEXT NOT NULL CHECK (json_valid(detail)),
      time TEXT NOT NULL,
      PRIMARY KEY (work_request_id, sequence)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE resource_locks (
      resource_id TEXT PRIMARY KEY,
      work_request_id TEXT NOT NULL REFERENCES work_requests (id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX resource_locks_by_work_request ON resource_locks (work_request_id);
  `,
};
