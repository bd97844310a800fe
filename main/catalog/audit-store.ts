import type Database from 'better-sqlite3';
import { auditEntrySchema } from '../../shared/domain/audit.ts';
import type { AuditCheckpoint, AuditEntry, AuditOutcome } from '../../shared/domain/audit.ts';
import { decodePageToken, encodePageToken, requireLimit } from './page.ts';
import type { Page, PageRequest } from './page.ts';
import { catalogDamaged, withSqliteErrors } from './sqlite-errors.ts';

/** A row as it stands, believed in nothing: what verification reads. */
export interface AuditRow {
  readonly sequence: number;
  readonly time: string;
  readonly eventId: Buffer;
  readonly operatorId: string | null;
  readonly operatorName: string | null;
  readonly operationName: string;
  readonly outcome: string;
  readonly compartmentId: string | null;
  readonly resources: string;
  readonly errorCode: string | null;
  readonly errorReason: string | null;
  readonly detail: string;
  readonly previousHash: Buffer | null;
  readonly hash: Buffer;
}

/** A checkpoint's own columns; realm and log are the home's. Bytes in hexadecimal. */
export type AuditCheckpointRow = Pick<AuditCheckpoint, 'sequence' | 'regionId' | 'time' | 'hash' | 'mac'>;

/** Narrows a list of entries; what is absent does not. */
export interface AuditQuery extends PageRequest {
  /** Entries of this time and later, in ISO 8601 as entries have it. */
  readonly since?: string | undefined;
  /** Entries before this time. */
  readonly until?: string | undefined;
  readonly operatorName?: string | undefined;
  readonly operationName?: string | undefined;
  readonly outcome?: AuditOutcome | undefined;
}

const COLUMNS = `sequence, time, event_id AS eventId, operator_id AS operatorId, operator_name AS operatorName,
  operation_name AS operationName, outcome, compartment_id AS compartmentId, resources, error_code AS errorCode,
  error_reason AS errorReason, detail, previous_hash AS previousHash, hash`;

/** The rows of the audit log. What they mean, and whether they are what was written, is main/audit's. */
export class AuditStore {
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(database: Database.Database) {
    this.#database = database;
  }

  /** @returns the log's id in hexadecimal, undefined before the first entry. */
  logId(): string | undefined {
    const [row] = this.#all<{ logId: Buffer }>('SELECT log_id AS logId FROM audit_log');
    return row?.logId.toString('hex');
  }

  insertLog(logId: string): void {
    this.#run('INSERT INTO audit_log (log_id) VALUES (?)', Buffer.from(logId, 'hex'));
  }

  insert(entry: AuditEntry): void {
    this.#run(
      `INSERT INTO audit_entries (sequence, time, event_id, operator_id, operator_name, operation_name, outcome,
         compartment_id, resources, error_code, error_reason, detail, previous_hash, hash)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      entry.sequence,
      entry.time,
      Buffer.from(entry.eventId, 'hex'),
      entry.operatorId ?? null,
      entry.operatorName ?? null,
      entry.operationName,
      entry.outcome,
      entry.compartmentId ?? null,
      JSON.stringify(entry.resources),
      entry.errorCode ?? null,
      entry.errorReason ?? null,
      JSON.stringify(entry.detail),
      entry.previousHash === undefined ? null : Buffer.from(entry.previousHash, 'hex'),
      Buffer.from(entry.hash, 'hex'),
    );
  }

  /** The newest entry's place in the chain. */
  head(): { readonly sequence: number; readonly hash: string; readonly time: string } | undefined {
    const [row] = this.#all<Pick<AuditRow, 'sequence' | 'hash' | 'time'>>(
      'SELECT sequence, hash, time FROM audit_entries ORDER BY sequence DESC LIMIT 1',
    );
    return row === undefined ? undefined : { ...row, hash: row.hash.toString('hex') };
  }

  /** @throws StrongroomError InvalidParameter, reason `CatalogDamaged`, if it is none that Strongroom wrote. */
  get(sequence: number): AuditEntry | undefined {
    return this.#all(`SELECT ${COLUMNS} FROM audit_entries WHERE sequence = ?`, sequence).map(parseRow)[0];
  }

  /** The next entries in order. @throws StrongroomError InvalidParameter, reason `CatalogDamaged`, as `get` does. */
  entriesAfter(sequence: number, limit: number): readonly AuditEntry[] {
    return this.rowsAfter(sequence, limit).map(parseRow);
  }

  /** The row at a place, unchecked. */
  rowAt(sequence: number): AuditRow | undefined {
    return this.rowsAfter(sequence - 1, 1).find((row) => row.sequence === sequence);
  }

  /** The next rows in order, unchecked. */
  rowsAfter(sequence: number, limit: number): readonly AuditRow[] {
    return this.#all(
      `SELECT ${COLUMNS} FROM audit_entries WHERE sequence > ? ORDER BY sequence LIMIT ?`,
      sequence,
      limit,
    );
  }

  /** The rows that follow a hash as their predecessor's, unchecked; reads the whole log. @param hash undefined: none. */
  rowsFollowing(hash: string | undefined): readonly AuditRow[] {
    return this.#all(
      `SELECT ${COLUMNS} FROM audit_entries WHERE previous_hash IS ? ORDER BY sequence LIMIT 3`,
      hash === undefined ? null : Buffer.from(hash, 'hex'),
    );
  }

  /** The first entry of a time or later, in the order of the log. */
  firstSince(time: string): number | undefined {
    const [row] = this.#all<{ sequence: number }>(
      'SELECT sequence FROM audit_entries WHERE time >= ? ORDER BY sequence LIMIT 1',
      time,
    );
    return row?.sequence;
  }

  /**
   * In the order of the log: oldest first.
   * @throws StrongroomError InvalidParameter, reason `PageToken`, `PageLimit`, or `CatalogDamaged`
   */
  list(query: AuditQuery = {}): Page<AuditEntry> {
    const limit = requireLimit(query.limit);
    const conditions: string[] = [];
    const values: (string | number)[] = [];
    const narrow = (condition: string, value: string | number | undefined): void => {
      if (value === undefined) return;
      conditions.push(condition);
      values.push(value);
    };
    const after = query.page === undefined ? undefined : decodePageToken(query.page, 1)[0];
    narrow('sequence > CAST(? AS INTEGER)', after);
    narrow('time >= ?', query.since);
    narrow('time < ?', query.until);
    narrow('operator_name = ?', query.operatorName);
    narrow('operation_name = ?', query.operationName);
    narrow('outcome = ?', query.outcome);
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    const rows = this.#all(
      `SELECT ${COLUMNS} FROM audit_entries ${where} ORDER BY sequence LIMIT ?`,
      ...values,
      limit + 1,
    );
    const data = rows.slice(0, limit).map(parseRow);
    const last = data.at(-1);
    if (rows.length <= limit || last === undefined) return { data };
    return { data, nextPage: encodePageToken([String(last.sequence)]) };
  }

  openEvent(eventId: string, sequence: number): void {
    this.#run(
      'INSERT INTO audit_open_events (event_id, sequence) VALUES (?, ?)',
      Buffer.from(eventId, 'hex'),
      sequence,
    );
  }

  /** @returns the sequence of its BEGUN, undefined if no such event is open. */
  closeEvent(eventId: string): number | undefined {
    const [row] = this.#all<{ sequence: number }>(
      'DELETE FROM audit_open_events WHERE event_id = ? RETURNING sequence',
      Buffer.from(eventId, 'hex'),
    );
    return row?.sequence;
  }

  /** Ids of the events that have begun and not ended, oldest first. */
  openEvents(): readonly string[] {
    return this.#all<{ eventId: Buffer }>(
      'SELECT event_id AS eventId FROM audit_open_events ORDER BY sequence',
    ).map((row) => row.eventId.toString('hex'));
  }

  /** A region's checkpoint of the same entry takes the place of the one before. */
  putCheckpoint(checkpoint: AuditCheckpointRow): void {
    this.#run(
      `INSERT INTO audit_checkpoints (sequence, region_id, time, hash, mac) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (sequence, region_id) DO UPDATE SET time = excluded.time, hash = excluded.hash, mac = excluded.mac`,
      checkpoint.sequence,
      checkpoint.regionId,
      checkpoint.time,
      Buffer.from(checkpoint.hash, 'hex'),
      Buffer.from(checkpoint.mac, 'hex'),
    );
  }

  newestCheckpoint(): AuditCheckpointRow | undefined {
    return this.#checkpoints('ORDER BY sequence DESC, time DESC LIMIT 1')[0];
  }

  /** By sequence and region, unchecked. @param after the last one read, undefined to begin. */
  checkpointsAfter(
    after: { readonly sequence: number; readonly regionId: string } | undefined,
    limit: number,
  ): readonly AuditCheckpointRow[] {
    return this.#checkpoints(
      'WHERE (sequence, region_id) > (?, ?) ORDER BY sequence, region_id LIMIT ?',
      after?.sequence ?? 0,
      after?.regionId ?? '',
      limit,
    );
  }

  #checkpoints(clauses: string, ...values: readonly (string | number)[]): AuditCheckpointRow[] {
    return this.#all<{ sequence: number; regionId: string; time: string; hash: Buffer; mac: Buffer }>(
      `SELECT sequence, region_id AS regionId, time, hash, mac FROM audit_checkpoints ${clauses}`,
      ...values,
    ).map((row) => ({ ...row, hash: row.hash.toString('hex'), mac: row.mac.toString('hex') }));
  }

  #statement(sql: string): Database.Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #run(sql: string, ...values: readonly unknown[]): void {
    withSqliteErrors(() => this.#statement(sql).run(...values));
  }

  #all<Row = AuditRow>(sql: string, ...values: readonly unknown[]): Row[] {
    return withSqliteErrors(() => this.#statement(sql).all(...values) as Row[]);
  }
}

function parseRow(row: AuditRow): AuditEntry {
  try {
    const present = Object.entries(row as unknown as Record<string, unknown>).filter(
      ([, value]) => value !== null,
    );
    return auditEntrySchema.parse({
      ...Object.fromEntries(present),
      eventId: row.eventId.toString('hex'),
      resources: JSON.parse(row.resources) as unknown,
      detail: JSON.parse(row.detail) as unknown,
      ...(row.previousHash === null ? {} : { previousHash: row.previousHash.toString('hex') }),
      hash: row.hash.toString('hex'),
    });
  } catch (thrown) {
    throw catalogDamaged(
      `audit entry ${row.sequence} is not one that Strongroom wrote (audit verify tells more)`,
      thrown,
    );
  }
}
