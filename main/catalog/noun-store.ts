import type Database from 'better-sqlite3';
import type { z } from 'zod';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { decodePageToken, encodePageToken, MAXIMUM_LIMIT, requireLimit } from './page.ts';
import type { Page, PageRequest } from './page.ts';
import { catalogDamaged, isDuplicate, withSqliteErrors } from './sqlite-errors.ts';

/**
 * How a property is kept in its column: `hex` is a hexadecimal string kept as bytes, `bytes` a Uint8Array, `json` any
 * value kept as its text, `boolean` 0 or 1. A property that is absent is NULL.
 */
export type ColumnKind = 'text' | 'integer' | 'boolean' | 'json' | 'hex' | 'bytes';

/** One table and the nouns in it. Columns are named as the properties, in snake_case. */
export interface TableDescription<Row, Filter extends keyof Row & string = never> {
  readonly table: string;
  /** What a row is called in messages. */
  readonly noun: string;
  /** The command that shows which rows there are. */
  readonly listCommand: string;
  readonly schema: z.ZodType<Row>;
  readonly columns: Readonly<Record<keyof Row & string, ColumnKind>>;
  readonly key: keyof Row & string;
  /** What lists can be narrowed by. */
  readonly filters: readonly Filter[];
  /** Text or hex columns that order lists; the last of them is unique. */
  readonly order: readonly (keyof Row & string)[];
  /** Lists begin with the greatest: newest first. */
  readonly isDescending?: boolean;
}

/** Equality on some properties; one that is undefined does not filter. */
export type Filters<Row, Filter extends keyof Row> = { readonly [Name in Filter]?: Row[Name] | undefined };

type SqlValue = string | number | Buffer | null;
type SqlRow = Record<string, unknown>;

/**
 * What the stores of all nouns have in common. A row is input like any other: it is parsed when it is read, and a
 * row that does not parse means a damaged catalog. Stores hold no state but prepared statements.
 */
export class NounStore<Row extends object, Filter extends keyof Row & string = never> {
  readonly #database: Database.Database;
  readonly #description: TableDescription<Row, Filter>;
  readonly #properties: readonly (keyof Row & string)[];
  readonly #select: string;
  readonly #insert: string;
  readonly #statements = new Map<string, Database.Statement<unknown[], SqlRow>>();

  constructor(database: Database.Database, description: TableDescription<Row, Filter>) {
    this.#database = database;
    this.#description = description;
    this.#properties = Object.keys(description.columns) as (keyof Row & string)[];
    const columns = this.#properties.map(columnName);
    this.#select = `SELECT ${this.#properties
      .map((property) => `${columnName(property)} AS "${property}"`)
      .join(', ')} FROM ${description.table}`;
    this.#insert = `INSERT INTO ${description.table} (${columns.join(', ')})
      VALUES (${columns.map(() => '?').join(', ')})`;
  }

  /** @throws StrongroomError NotAuthorizedOrResourceAlreadyExists, reason `AlreadyInCatalog` */
  insert(row: Row): void {
    const { noun, key, listCommand } = this.#description;
    const statement = this.statement(this.#insert);
    this.#requireSound(row);
    const values = this.#properties.map((property) => this.#encode(property, row[property]));
    try {
      withSqliteErrors(() => statement.run(...values));
    } catch (thrown) {
      if (!isDuplicate(thrown)) throw thrown;
      throw new StrongroomError(
        'NotAuthorizedOrResourceAlreadyExists',
        `The ${noun} ${String(row[key])} is in the catalog already, or another ${noun} has its name.`,
        `Look at what there is: ${listCommand}.`,
        { reason: 'AlreadyInCatalog', cause: thrown },
      );
    }
  }

  get(id: string): Row | undefined {
    return this.selectOne(`WHERE ${columnName(this.#description.key)} = ?`, [this.#keyValue(id)]);
  }

  /** @throws StrongroomError NotAuthorizedOrNotFound, reason `NotInCatalog` */
  require(id: string): Row {
    return this.get(id) ?? this.#throwNotFound(id);
  }

  /**
   * Changes the properties that the patch has; one that is there and undefined is cleared.
   * @throws StrongroomError NotAuthorizedOrNotFound, reason `NotInCatalog`
   */
  update(id: string, patch: Partial<Row>): void {
    const { table, key } = this.#description;
    this.#requireSound({ ...this.require(id), ...patch });
    const properties = this.#properties.filter((property) => property in patch);
    if (properties.length === 0) return;
    const statement = this.statement(
      `UPDATE ${table} SET ${properties.map((property) => `${columnName(property)} = ?`).join(', ')}
       WHERE ${columnName(key)} = ?`,
    );
    const values = properties.map((property) => this.#encode(property, patch[property]));
    withSqliteErrors(() => statement.run(...values, this.#keyValue(id)));
  }

  /** @throws StrongroomError InvalidParameter, reason `PageToken` or `PageLimit` */
  list(query: Filters<Row, Filter> & PageRequest = {}): Page<Row> {
    const { order } = this.#description;
    const limit = requireLimit(query.limit);
    const after = query.page === undefined ? undefined : decodePageToken(query.page, order.length);
    // One row more than asked for tells whether there is a next page.
    const rows = this.#selectPage(query, after, limit + 1);
    const data = rows.slice(0, limit);
    const last = data.at(-1);
    if (rows.length <= limit || last === undefined) return { data };
    return { data, nextPage: encodePageToken(this.#sortKey(last)) };
  }

  /**
   * Every row in the order of `list`. It reads page by page, because better-sqlite3 forbids writing on a connection
   * while a statement of it is being stepped: the caller may write between two rows.
   */
  *iterate(filters: Filters<Row, Filter> = {}): Generator<Row, void, void> {
    let after: readonly string[] | undefined;
    for (;;) {
      const rows = this.#selectPage(filters, after, MAXIMUM_LIMIT);
      yield* rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < MAXIMUM_LIMIT) return;
      after = this.#sortKey(last);
    }
  }

  /** For stores whose rows may go; the others keep theirs for good. @returns whether it was there. */
  protected remove(id: string): boolean {
    const { table, key } = this.#description;
    const statement = this.statement(`DELETE FROM ${table} WHERE ${columnName(key)} = ?`);
    return withSqliteErrors(() => statement.run(this.#keyValue(id))).changes > 0;
  }

  protected selectOne(clauses: string, values: readonly SqlValue[]): Row | undefined {
    return this.selectAll(`${clauses} LIMIT 1`, values)[0];
  }

  protected selectAll(clauses: string, values: readonly SqlValue[]): Row[] {
    const statement = this.statement(`${this.#select} ${clauses}`);
    return withSqliteErrors(() => statement.all(...values)).map((row) => this.#decode(row));
  }

  /** Prepares a statement once. */
  protected statement(sql: string): Database.Statement<unknown[], SqlRow> {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = withSqliteErrors(() => this.#database.prepare<unknown[], SqlRow>(sql));
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #selectPage(
    filters: Filters<Row, Filter>,
    after: readonly string[] | undefined,
    limit: number,
  ): readonly Row[] {
    const { order, isDescending } = this.#description;
    const filtered = this.#description.filters.filter((property) => filters[property] !== undefined);
    const conditions = filtered.map((property) => `${columnName(property)} = ?`);
    const values = filtered.map((property) => this.#encode(property, filters[property]));
    const orderColumns = order.map(columnName);
    if (after !== undefined) {
      const placeholders = orderColumns.map(() => '?').join(', ');
      conditions.push(`(${orderColumns.join(', ')}) ${isDescending === true ? '<' : '>'} (${placeholders})`);
      values.push(...after.map((value, index) => this.#encode(order[index] ?? this.#description.key, value)));
    }
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    const direction = isDescending === true ? ' DESC' : '';
    const orderBy = orderColumns.map((column) => `${column}${direction}`).join(', ');
    return this.selectAll(`${where} ORDER BY ${orderBy} LIMIT ?`, [...values, limit]);
  }

  #sortKey(row: Row): readonly string[] {
    return this.#description.order.map((property) => String(row[property]));
  }

  #keyValue(id: string): SqlValue {
    return this.#encode(this.#description.key, id);
  }

  #encode(property: keyof Row & string, value: unknown): SqlValue {
    if (value === undefined) return null;
    switch (this.#description.columns[property]) {
      case 'json':
        return JSON.stringify(value);
      case 'boolean':
        return value === true ? 1 : 0;
      case 'hex':
        return Buffer.from(value as string, 'hex');
      case 'bytes':
        return Buffer.from(value as Uint8Array);
      case 'text':
      case 'integer':
        return value as string | number;
    }
  }

  #decode(row: SqlRow): Row {
    const { noun, schema, columns, key } = this.#description;
    try {
      const values: SqlRow = {};
      for (const property of this.#properties) {
        const value = row[property];
        if (value === null) continue;
        const kind = columns[property];
        if (kind === 'json') values[property] = JSON.parse(value as string);
        else if (kind === 'boolean') values[property] = value === 1;
        else if (kind === 'hex') values[property] = (value as Buffer).toString('hex');
        else values[property] = value;
      }
      return schema.parse(values);
    } catch (thrown) {
      throw catalogDamaged(`the row of ${noun} ${String(row[key])} is not one that Strongroom wrote`, thrown);
    }
  }

  /** What would not parse when it is read must not be written: a bug of the caller, found where it is made. */
  #requireSound(row: Row): void {
    const parsed = this.#description.schema.safeParse(row);
    if (parsed.success) return;
    const where = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    throw new Error(`a ${this.#description.noun} is not as it must be: ${where}`);
  }

  #throwNotFound(id: string): never {
    const { noun, listCommand } = this.#description;
    throw new StrongroomError(
      'NotAuthorizedOrNotFound',
      `There is no ${noun} ${id} here, or you may not see it.`,
      `Look at what there is: ${listCommand}.`,
      { reason: 'NotInCatalog' },
    );
  }
}

function columnName(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
