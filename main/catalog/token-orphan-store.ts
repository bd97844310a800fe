import type Database from 'better-sqlite3';
import { z } from 'zod';
import { materialIdSchema, ocidSchema } from '../../shared/domain/identifiers.ts';
import { regionIdSchema } from '../../shared/domain/region.ts';
import { catalogDamaged, withSqliteErrors } from './sqlite-errors.ts';

const tokenOrphanSchema = z.object({
  region: regionIdSchema,
  materialId: materialIdSchema,
  /** The work request that left it, if one did. */
  workRequestId: ocidSchema('workrequest').optional(),
});

/** A token object that must be destroyed at the next login to its region (rule R73). */
export type TokenOrphan = z.infer<typeof tokenOrphanSchema>;

interface OrphanRow {
  readonly region: string;
  readonly materialId: Buffer;
  readonly workRequestId: string | null;
}

/** What creation or restore makes on a token stands here until it is usable, so that nothing half made survives. */
export class TokenOrphanStore {
  readonly #insert: Database.Statement;
  readonly #delete: Database.Statement;
  readonly #deleteOf: Database.Statement;
  readonly #takeOver: Database.Statement;
  readonly #listOf: Database.Statement<unknown[], OrphanRow>;
  readonly #addAll: (orphans: readonly TokenOrphan[]) => void;
  readonly #removeAll: (region: string, materialIds: readonly string[]) => void;

  constructor(database: Database.Database) {
    this.#insert = database.prepare(
      `INSERT INTO token_orphans (region, material_id, work_request_id) VALUES (?, ?, ?)
       ON CONFLICT (region, material_id) DO UPDATE SET work_request_id = excluded.work_request_id`,
    );
    this.#delete = database.prepare('DELETE FROM token_orphans WHERE region = ? AND material_id = ?');
    this.#deleteOf = database.prepare('DELETE FROM token_orphans WHERE work_request_id = ?');
    this.#takeOver = database.prepare(
      'UPDATE token_orphans SET work_request_id = @to WHERE work_request_id = @from',
    );
    this.#listOf = database.prepare<unknown[], OrphanRow>(
      `SELECT region, material_id AS materialId, work_request_id AS workRequestId
       FROM token_orphans WHERE region = ? ORDER BY material_id`,
    );
    this.#addAll = database.transaction((orphans: readonly TokenOrphan[]) => {
      for (const { region, materialId, workRequestId } of orphans) {
        this.#insert.run(region, Buffer.from(materialId, 'hex'), workRequestId ?? null);
      }
    });
    this.#removeAll = database.transaction((region: string, materialIds: readonly string[]) => {
      for (const materialId of materialIds) this.#delete.run(region, Buffer.from(materialId, 'hex'));
    });
  }

  add(orphans: readonly TokenOrphan[]): void {
    withSqliteErrors(() => {
      this.#addAll(orphans);
    });
  }

  listOf(region: string): TokenOrphan[] {
    return withSqliteErrors(() => this.#listOf.all(region)).map(decodeOrphan);
  }

  /** What the work request made has become usable. */
  removeOf(workRequestId: string): void {
    withSqliteErrors(() => this.#deleteOf.run(workRequestId));
  }

  /** A work request goes on with what an interrupted one has left on a token. */
  takeOver(from: string, to: string): void {
    withSqliteErrors(() => this.#takeOver.run({ from, to }));
  }

  /** They are destroyed, or have become usable. */
  remove(region: string, materialIds: readonly string[]): void {
    withSqliteErrors(() => {
      this.#removeAll(region, materialIds);
    });
  }
}

function decodeOrphan(row: OrphanRow): TokenOrphan {
  const parsed = tokenOrphanSchema.safeParse({
    region: row.region,
    materialId: row.materialId.toString('hex'),
    ...(row.workRequestId === null ? {} : { workRequestId: row.workRequestId }),
  });
  if (parsed.success) return parsed.data;
  throw catalogDamaged(
    `a token orphan of region ${row.region} is not one that Strongroom wrote`,
    parsed.error,
  );
}
