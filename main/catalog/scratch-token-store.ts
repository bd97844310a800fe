import type Database from 'better-sqlite3';
import { z } from 'zod';
import { ocidSchema, timeSchema } from '../../shared/domain/identifiers.ts';
import { tokenReferenceSchema } from '../../shared/domain/region.ts';
import { NounStore } from './noun-store.ts';
import { withSqliteErrors } from './sqlite-errors.ts';

const scratchTokenSchema = z.object({
  /** The drill that uses it, or did. */
  workRequestId: ocidSchema('workrequest'),
  /** Folder of a practice token, which exists for one drill only. */
  practiceFolder: z.string().min(1).optional(),
  /** Any other scratch token. */
  token: tokenReferenceSchema.optional(),
  /** Of the enrolment by which it got the realm keys: names its transport key. */
  requestId: z.string().regex(/^[0-9a-f]{32}$/),
  timeCreated: timeSchema,
});

/** A scratch token that may hold the realm keys and keys of a backup (rules R51, R73). */
export type ScratchToken = z.infer<typeof scratchTokenSchema>;

/**
 * [Note: scratch tokens] A scratch token stands here, and each key version before it is put on it, from before the
 * realm keys go there until it is proven empty again. So whatever a crash or a pulled token leaves behind is known: the
 * next drill destroys it, and nothing else, for a token may have got another use since.
 */
export class ScratchTokenStore {
  readonly #rows: ScratchTokenRows;

  constructor(database: Database.Database) {
    this.#rows = new ScratchTokenRows(database);
  }

  insert(scratch: ScratchToken): void {
    this.#rows.insert(scratch);
  }

  get(workRequestId: string): ScratchToken | undefined {
    return this.#rows.get(workRequestId);
  }

  /** Oldest first; few, if any. */
  list(): ScratchToken[] {
    return [...this.#rows.iterate()];
  }

  /** Writes down what is about to be put on it. */
  addObjects(workRequestId: string, materialIds: readonly string[]): void {
    this.#rows.addObjects(workRequestId, materialIds);
  }

  /** Material ids, by themselves a thousand at a time: the caller may write between two. */
  objectsOf(workRequestId: string): Generator<string, void, void> {
    return this.#rows.objectsOf(workRequestId);
  }

  /** It is proven empty; the caller's transaction. */
  remove(workRequestId: string): void {
    this.#rows.removeWithObjects(workRequestId);
  }
}

const OBJECTS_AT_ONCE = 1000;

class ScratchTokenRows extends NounStore<ScratchToken> {
  constructor(database: Database.Database) {
    super(database, {
      table: 'scratch_tokens',
      noun: 'scratch token',
      listCommand: 'work-request list',
      schema: scratchTokenSchema,
      columns: {
        workRequestId: 'text',
        practiceFolder: 'text',
        token: 'json',
        requestId: 'text',
        timeCreated: 'text',
      },
      key: 'workRequestId',
      filters: [],
      order: ['timeCreated', 'workRequestId'],
    });
  }

  addObjects(workRequestId: string, materialIds: readonly string[]): void {
    const insert = this.statement(
      'INSERT INTO scratch_objects (work_request_id, material_id) VALUES (?, ?) ON CONFLICT DO NOTHING',
    );
    withSqliteErrors(() => {
      for (const materialId of materialIds) insert.run(workRequestId, Buffer.from(materialId, 'hex'));
    });
  }

  *objectsOf(workRequestId: string): Generator<string, void, void> {
    const select = this.statement(
      `SELECT hex(material_id) AS id FROM scratch_objects WHERE work_request_id = ? AND material_id > ?
       ORDER BY material_id LIMIT ${OBJECTS_AT_ONCE}`,
    );
    let after = '';
    for (;;) {
      const rows = withSqliteErrors(() => select.all(workRequestId, Buffer.from(after, 'hex')));
      for (const { id } of rows) {
        after = (id as string).toLowerCase();
        yield after;
      }
      if (rows.length < OBJECTS_AT_ONCE) return;
    }
  }

  removeWithObjects(workRequestId: string): void {
    const objects = this.statement('DELETE FROM scratch_objects WHERE work_request_id = ?');
    withSqliteErrors(() => objects.run(workRequestId));
    this.remove(workRequestId);
  }
}
