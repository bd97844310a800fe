import type Database from 'better-sqlite3';
import type { JsonValue } from './json-value.ts';
import { withSqliteErrors } from './sqlite-errors.ts';

/** A request that was made with a retry token (rule R60). */
export interface RetryTokenRecord {
  readonly operatorId: string;
  readonly retryToken: string;
  readonly operation: string;
  readonly requestSha256: string;
  readonly timeCreated: string;
  readonly workRequestId?: string;
  /** Absent: it was begun and not answered. */
  readonly answered?: RetryTokenAnswer;
}

/** What was answered, and what had been decided about it. */
export interface RetryTokenAnswer {
  readonly response: JsonValue;
  readonly demands: JsonValue;
}

interface Row {
  readonly operation: string;
  readonly requestSha256: string;
  readonly timeCreated: string;
  readonly workRequestId: string | null;
  readonly response: string | null;
  readonly demands: string | null;
}

/** Retry tokens of the last 24 hours, each operator's own. */
export class RetryTokenStore {
  readonly #insert: Database.Statement;
  readonly #get: Database.Statement<unknown[], Row>;
  readonly #setWorkRequest: Database.Statement;
  readonly #setAnswered: Database.Statement;
  readonly #delete: Database.Statement;
  readonly #forget: Database.Statement;

  constructor(database: Database.Database) {
    const atToken = 'operator_id = @operatorId AND retry_token = @retryToken';
    this.#insert = database.prepare(
      `INSERT INTO retry_tokens (operator_id, retry_token, operation, request_sha256, time_created)
       VALUES (@operatorId, @retryToken, @operation, @requestSha256, @timeCreated)`,
    );
    this.#get = database.prepare<unknown[], Row>(
      `SELECT operation, request_sha256 AS requestSha256, time_created AS timeCreated,
         work_request_id AS workRequestId, response, demands FROM retry_tokens WHERE ${atToken}`,
    );
    this.#setWorkRequest = database.prepare(
      `UPDATE retry_tokens SET work_request_id = @workRequestId WHERE ${atToken}`,
    );
    this.#setAnswered = database.prepare(
      `UPDATE retry_tokens SET response = @response, demands = @demands WHERE ${atToken}`,
    );
    this.#delete = database.prepare(`DELETE FROM retry_tokens WHERE ${atToken}`);
    this.#forget = database.prepare('DELETE FROM retry_tokens WHERE time_created <= ?');
  }

  insert(record: Omit<RetryTokenRecord, 'answered' | 'workRequestId'>): void {
    withSqliteErrors(() => this.#insert.run(record));
  }

  get(operatorId: string, retryToken: string): RetryTokenRecord | undefined {
    const row = withSqliteErrors(() => this.#get.get({ operatorId, retryToken }));
    if (row === undefined) return undefined;
    const { workRequestId, response, demands, ...rest } = row;
    return {
      operatorId,
      retryToken,
      ...rest,
      ...(workRequestId === null ? {} : { workRequestId }),
      ...(response === null || demands === null
        ? {}
        : {
            answered: {
              response: JSON.parse(response) as JsonValue,
              demands: JSON.parse(demands) as JsonValue,
            },
          }),
    };
  }

  setWorkRequest(operatorId: string, retryToken: string, workRequestId: string): void {
    withSqliteErrors(() => this.#setWorkRequest.run({ operatorId, retryToken, workRequestId }));
  }

  setAnswered(operatorId: string, retryToken: string, { response, demands }: RetryTokenAnswer): void {
    withSqliteErrors(() =>
      this.#setAnswered.run({
        operatorId,
        retryToken,
        response: JSON.stringify(response),
        demands: JSON.stringify(demands),
      }),
    );
  }

  delete(operatorId: string, retryToken: string): void {
    withSqliteErrors(() => this.#delete.run({ operatorId, retryToken }));
  }

  /** Forgets those made at a time or before. */
  forget(time: string): void {
    withSqliteErrors(() => this.#forget.run(time));
  }
}
