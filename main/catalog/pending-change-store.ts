import type Database from 'better-sqlite3';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { KeyState, KeyVersionState, VaultState } from '../../shared/domain/lifecycle.ts';
import { isDuplicate, withSqliteErrors } from './sqlite-errors.ts';

/** What a work request can change for the time being, with the states each can have. */
interface EntityStates {
  readonly compartment: never;
  readonly vault: VaultState;
  readonly key: KeyState;
  readonly keyVersion: KeyVersionState;
}
export type PendingEntityType = keyof EntityStates;
type StatefulEntityType = Exclude<PendingEntityType, 'compartment'>;

/** Fixed names: none of them ever comes from outside. In the order in which changes are applied, parts first. */
const TABLES: Readonly<Record<StatefulEntityType, string>> = {
  keyVersion: 'key_versions',
  key: 'keys',
  vault: 'vaults',
};
const STATEFUL: readonly StatefulEntityType[] = ['keyVersion', 'key', 'vault'];

const OF_WORK_REQUEST = `SELECT entity_id FROM pending_changes WHERE work_request_id = ? AND entity_type = ?`;

/**
 * Changes that stand until their work request ends (rules R46, R47): states held, such as BACKUP_IN_PROGRESS, and
 * things made that are not usable yet. `apply` makes all of them final, `undo` takes all of them back; both belong
 * into the transaction that ends the work request, in this process or at recovery (rule R73).
 */
export class PendingChangeStore {
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement<unknown[], Record<string, unknown>>>();

  constructor(database: Database.Database) {
    this.#database = database;
  }

  /**
   * Puts something into a state until the work request ends, and then into another: the present one unless told
   * otherwise. Undoing gives it its present one in any case.
   * @throws StrongroomError Conflict, reason `ResourceBusy`, if a work request has changed it already.
   */
  hold<Type extends StatefulEntityType>(
    workRequestId: string,
    entityType: Type,
    entityId: string,
    heldState: EntityStates[Type],
    stateAfter?: EntityStates[Type],
  ): void {
    const table = TABLES[entityType];
    const found = this.#statement(`SELECT lifecycle_state AS state FROM ${table} WHERE id = ?`).get(entityId);
    if (found === undefined) throw new Error(`there is no ${entityType} ${entityId} to hold`);
    const before = found['state'] as string;
    this.#insert(workRequestId, entityType, entityId, before, stateAfter ?? before);
    withSqliteErrors(() =>
      this.#statement(`UPDATE ${table} SET lifecycle_state = ? WHERE id = ?`).run(heldState, entityId),
    );
  }

  /**
   * Writes down that the work request made something, and the state it gets when all is done.
   * @throws StrongroomError Conflict, reason `ResourceBusy`, if a work request has changed it already.
   */
  add<Type extends PendingEntityType>(
    workRequestId: string,
    entityType: Type,
    entityId: string,
    ...stateAfter: Type extends 'compartment' ? [] : [EntityStates[Type]]
  ): void {
    this.#insert(workRequestId, entityType, entityId, null, stateAfter[0] ?? null);
  }

  /** The state that a held vault or key goes back to; undefined if none is held or it was made just now. */
  stateBefore<Type extends 'vault' | 'key'>(
    entityType: Type,
    entityId: string,
  ): EntityStates[Type] | undefined {
    const row = withSqliteErrors(() =>
      this.#statement(
        `SELECT state_before AS state FROM pending_changes WHERE entity_type = ? AND entity_id = ?`,
      ).get(entityType, entityId),
    );
    return (row?.['state'] ?? undefined) as EntityStates[Type] | undefined;
  }

  /** Gives everything its final state. */
  apply(workRequestId: string): void {
    withSqliteErrors(() => {
      for (const entityType of STATEFUL) {
        this.#setStates(workRequestId, entityType, 'state_after');
        // What comes back from the dead has no time of deletion any more.
        this.#statement(
          `UPDATE ${TABLES[entityType]} SET time_of_deletion = NULL
           WHERE id IN (${OF_WORK_REQUEST} AND state_before = 'DELETED')`,
        ).run(workRequestId, entityType);
      }
      this.#forget(workRequestId);
    });
  }

  /** Gives what was held its state back, and takes away what was made. */
  undo(workRequestId: string): void {
    withSqliteErrors(() => {
      for (const entityType of STATEFUL) {
        this.#statement(
          `DELETE FROM ${TABLES[entityType]} WHERE id IN (${OF_WORK_REQUEST} AND state_before IS NULL)`,
        ).run(workRequestId, entityType);
        this.#setStates(workRequestId, entityType, 'state_before');
      }
      this.#removeEmptyCompartments(workRequestId);
      this.#forget(workRequestId);
    });
  }

  #setStates(
    workRequestId: string,
    entityType: StatefulEntityType,
    column: 'state_before' | 'state_after',
  ): void {
    const table = TABLES[entityType];
    this.#statement(
      `UPDATE ${table} SET lifecycle_state = (
         SELECT ${column} FROM pending_changes WHERE entity_type = '${entityType}' AND entity_id = ${table}.id)
       WHERE id IN (${OF_WORK_REQUEST} AND ${column} IS NOT NULL)`,
    ).run(workRequestId, entityType);
  }

  /** Compartments are not locked: one that somebody put something into meanwhile stays. Children go before parents. */
  #removeEmptyCompartments(workRequestId: string): void {
    const remove = this.#statement(
      `DELETE FROM compartments WHERE id IN (${OF_WORK_REQUEST})
         AND NOT EXISTS (SELECT 1 FROM vaults WHERE vaults.compartment_id = compartments.id)
         AND NOT EXISTS (SELECT 1 FROM keys WHERE keys.compartment_id = compartments.id)
         AND NOT EXISTS (SELECT 1 FROM buckets WHERE buckets.compartment_id = compartments.id)
         AND NOT EXISTS (SELECT 1 FROM compartments child WHERE child.compartment_id = compartments.id)`,
    );
    while (remove.run(workRequestId, 'compartment').changes > 0);
  }

  #forget(workRequestId: string): void {
    this.#statement('DELETE FROM pending_changes WHERE work_request_id = ?').run(workRequestId);
  }

  #insert(
    workRequestId: string,
    entityType: PendingEntityType,
    entityId: string,
    stateBefore: string | null,
    stateAfter: string | null,
  ): void {
    const insert = this.#statement(
      `INSERT INTO pending_changes (work_request_id, entity_type, entity_id, state_before, state_after)
       VALUES (?, ?, ?, ?, ?)`,
    );
    try {
      withSqliteErrors(() => insert.run(workRequestId, entityType, entityId, stateBefore, stateAfter));
    } catch (thrown) {
      if (!isDuplicate(thrown)) throw thrown;
      throw new StrongroomError(
        'Conflict',
        `A work request is changing the ${entityType} ${entityId} already.`,
        'Wait for it to end (work-request list), then try again.',
        { reason: 'ResourceBusy', cause: thrown },
      );
    }
  }

  #statement(sql: string): Database.Statement<unknown[], Record<string, unknown>> {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare<unknown[], Record<string, unknown>>(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
