import type Database from 'better-sqlite3';
import type { z } from 'zod';
import {
  workRequestErrorSchema,
  workRequestLogEntrySchema,
  workRequestResourceSchema,
} from '../../shared/domain/work-request.ts';
import type {
  WorkRequestError,
  WorkRequestLogEntry,
  WorkRequestResource,
} from '../../shared/domain/work-request.ts';
import type { JsonValue } from './json-value.ts';
import { catalogDamaged, withSqliteErrors } from './sqlite-errors.ts';
import { journalEntrySchema } from './work-request-store.ts';
import type { JournalEntry } from './work-request-store.ts';

type Row = Record<string, unknown>;

/** What a work request writes down while it runs: log, errors, journal, resources. Kept for good (rule R60). */
export class WorkRequestNotes {
  readonly #insertLog: Database.Statement;
  readonly #insertError: Database.Statement;
  readonly #insertJournal: Database.Statement;
  readonly #putResource: Database.Statement;
  readonly #settleResources: Database.Statement;
  readonly #logs: Database.Statement<unknown[], Row>;
  readonly #errors: Database.Statement<unknown[], Row>;
  readonly #journal: Database.Statement<unknown[], Row>;
  readonly #resources: Database.Statement<unknown[], Row>;

  constructor(database: Database.Database) {
    const next = (table: string): string =>
      `(SELECT coalesce(max(sequence), 0) + 1 FROM ${table} WHERE work_request_id = @id)`;
    this.#insertLog = database.prepare(
      `INSERT INTO work_request_logs (work_request_id, sequence, timestamp, message)
       VALUES (@id, ${next('work_request_logs')}, @timestamp, @message)`,
    );
    this.#insertError = database.prepare(
      `INSERT INTO work_request_errors (work_request_id, sequence, timestamp, code, message)
       VALUES (@id, ${next('work_request_errors')}, @timestamp, @code, @message)`,
    );
    this.#insertJournal = database.prepare(
      `INSERT INTO work_request_journal (work_request_id, sequence, step, detail, time)
       VALUES (@id, ${next('work_request_journal')}, @step, @detail, @time)`,
    );
    this.#putResource = database.prepare(
      `INSERT INTO work_request_resources (work_request_id, entity_type, identifier, action_type)
       VALUES (@id, @entityType, @identifier, @actionType)
       ON CONFLICT (work_request_id, entity_type, identifier) DO UPDATE SET action_type = excluded.action_type`,
    );
    this.#settleResources = database.prepare(
      `UPDATE work_request_resources SET action_type = 'RELATED'
       WHERE work_request_id = ? AND action_type = 'IN_PROGRESS'`,
    );
    this.#logs = database.prepare<unknown[], Row>(
      'SELECT timestamp, message FROM work_request_logs WHERE work_request_id = ? ORDER BY sequence',
    );
    this.#errors = database.prepare<unknown[], Row>(
      'SELECT timestamp, code, message FROM work_request_errors WHERE work_request_id = ? ORDER BY sequence',
    );
    this.#journal = database.prepare<unknown[], Row>(
      'SELECT sequence, step, detail, time FROM work_request_journal WHERE work_request_id = ? ORDER BY sequence',
    );
    this.#resources = database.prepare<unknown[], Row>(
      `SELECT action_type AS actionType, entity_type AS entityType, identifier
       FROM work_request_resources WHERE work_request_id = ? ORDER BY entity_type, identifier`,
    );
  }

  log(id: string, timestamp: string, message: string): void {
    withSqliteErrors(() => this.#insertLog.run({ id, timestamp, message }));
  }

  error(id: string, { timestamp, code, message }: WorkRequestError): void {
    withSqliteErrors(() => this.#insertError.run({ id, timestamp, code, message }));
  }

  journal(id: string, time: string, step: string, detail: JsonValue): void {
    withSqliteErrors(() => this.#insertJournal.run({ id, step, detail: JSON.stringify(detail), time }));
  }

  /** Adds a resource; one that is there takes the new action type. */
  putResource(id: string, { entityType, identifier, actionType }: WorkRequestResource): void {
    withSqliteErrors(() => this.#putResource.run({ id, entityType, identifier, actionType }));
  }

  /** At the end nothing is in progress any more. */
  settleResources(id: string): void {
    withSqliteErrors(() => this.#settleResources.run(id));
  }

  logs(id: string): WorkRequestLogEntry[] {
    return parseRows(id, workRequestLogEntrySchema, this.#logs);
  }

  errors(id: string): WorkRequestError[] {
    return parseRows(id, workRequestErrorSchema, this.#errors);
  }

  journalOf(id: string): JournalEntry[] {
    return parseRows(id, journalEntrySchema, this.#journal, (row) => ({
      ...row,
      detail: JSON.parse(row['detail'] as string) as JsonValue,
    }));
  }

  resources(id: string): WorkRequestResource[] {
    return parseRows(id, workRequestResourceSchema, this.#resources);
  }
}

function parseRows<Note>(
  id: string,
  schema: z.ZodType<Note>,
  statement: Database.Statement<unknown[], Row>,
  decode: (row: Row) => Row = (row) => row,
): Note[] {
  const rows = withSqliteErrors(() => statement.all(id));
  try {
    return rows.map((row) => schema.parse(decode(row)));
  } catch (thrown) {
    throw catalogDamaged(`what work request ${id} wrote down is not what Strongroom writes`, thrown);
  }
}
