import type Database from 'better-sqlite3';
import { scheduledDeletionSchema } from '../../shared/domain/deletion.ts';
import type { DeletableType, ScheduledDeletion } from '../../shared/domain/deletion.ts';
import { keyStatesBefore } from '../../shared/domain/lifecycle.ts';
import type { KeyState } from '../../shared/domain/lifecycle.ts';
import type { ProtectionMode } from '../../shared/domain/key.ts';
import { decodePageToken, encodePageToken, requireLimit } from './page.ts';
import type { Page, PageRequest } from './page.ts';
import { catalogDamaged, withSqliteErrors } from './sqlite-errors.ts';

/** Fixed names: none of them ever comes from outside. */
const TABLES: Readonly<Record<DeletableType, string>> = {
  vault: 'vaults',
  key: 'keys',
  keyVersion: 'key_versions',
};

/** What execution must know of a scheduled deletion beyond what lists show. */
export interface DueDeletion extends ScheduledDeletion {
  /** Of the key or of the key version's key; a vault has none. */
  readonly protectionMode: ProtectionMode | undefined;
}

/** A key that stands in the way of its vault's deletion. */
export interface KeyInTheWay {
  readonly displayName: string;
  readonly lifecycleState: KeyState;
  readonly timeOfDeletion: string | undefined;
}

export interface LeftToDestroy {
  readonly vaultCount: number;
  readonly keyCount: number;
  readonly keyVersionCount: number;
}

export interface DueQuery {
  readonly region?: string | undefined;
  /** Of vaults, keys or key versions; what is in a named vault or key belongs to it. */
  readonly ids?: readonly string[] | undefined;
}

type Row = Readonly<Record<string, string | number | null>>;

const SCHEDULED = `
  SELECT s.entity_type AS entityType, s.entity_id AS id, s.region, s.time_of_deletion AS timeOfDeletion,
    s.with_vault_id IS NOT NULL AS isScheduledWithVault, s.time_of_deletion <= @now AS isDue,
    coalesce(k.display_name, v.display_name) AS displayName,
    coalesce(n.compartment_id, k.compartment_id, v.compartment_id) AS compartmentId,
    v.id AS vaultId, k.id AS keyId, k.protection_mode AS protectionMode,
    coalesce(n.lifecycle_state, k.lifecycle_state, v.lifecycle_state) AS lifecycleState
  FROM scheduled_deletions s
  LEFT JOIN key_versions n ON s.entity_type = 'keyVersion' AND n.id = s.entity_id
  LEFT JOIN keys k ON k.id = CASE s.entity_type WHEN 'key' THEN s.entity_id ELSE n.key_id END
  JOIN vaults v ON v.id = CASE s.entity_type WHEN 'vault' THEN s.entity_id ELSE k.vault_id END`;

/**
 * Scheduled deletions: what they are, the states that cancelling brings back, and when (rule R13). Every change is one
 * statement over all rows that it is about, for vaults have many keys; all of them belong into the caller's transaction.
 */
export class ScheduledDeletionStore {
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement<unknown[], Row>>();

  constructor(database: Database.Database) {
    this.#database = database;
  }

  /** Makes a vault, key or key version PENDING_DELETION; its present state is what cancelling brings back. */
  schedule(
    entityType: DeletableType,
    id: string,
    times: { readonly region: string; readonly timeOfDeletion: string; readonly timeScheduled: string },
  ): void {
    const table = TABLES[entityType];
    this.#run(
      `INSERT INTO scheduled_deletions (entity_type, entity_id, region, time_of_deletion, time_scheduled, state_before)
       SELECT @entityType, id, @region, @timeOfDeletion, @timeScheduled, lifecycle_state FROM ${table} WHERE id = @id`,
      { entityType, id, ...times },
    );
    this.#run(
      `UPDATE ${table} SET lifecycle_state = 'PENDING_DELETION', time_of_deletion = @timeOfDeletion WHERE id = @id`,
      { id, timeOfDeletion: times.timeOfDeletion },
    );
  }

  /** The same for every key of a vault that can be scheduled. @returns how many. */
  scheduleKeysOf(
    vaultId: string,
    times: { readonly region: string; readonly timeOfDeletion: string; readonly timeScheduled: string },
  ): number {
    const states = JSON.stringify(keyStatesBefore('SCHEDULING_DELETION'));
    this.#run(
      `INSERT INTO scheduled_deletions
         (entity_type, entity_id, region, time_of_deletion, time_scheduled, state_before, with_vault_id)
       SELECT 'key', id, @region, @timeOfDeletion, @timeScheduled, lifecycle_state, vault_id FROM keys
       WHERE vault_id = @vaultId AND lifecycle_state IN (SELECT value FROM json_each(@states))`,
      { vaultId, states, ...times },
    );
    return this.#run(
      `UPDATE keys SET lifecycle_state = 'PENDING_DELETION', time_of_deletion = @timeOfDeletion
       WHERE vault_id = @vaultId AND lifecycle_state IN (SELECT value FROM json_each(@states))`,
      { vaultId, states, timeOfDeletion: times.timeOfDeletion },
    );
  }

  /** Brings one back into the state it had. */
  cancel(entityType: DeletableType, id: string): void {
    this.#run(
      `UPDATE ${TABLES[entityType]} SET time_of_deletion = NULL, lifecycle_state = (
         SELECT state_before FROM scheduled_deletions WHERE entity_type = @entityType AND entity_id = @id)
       WHERE id = @id`,
      { entityType, id },
    );
    this.#run('DELETE FROM scheduled_deletions WHERE entity_type = @entityType AND entity_id = @id', {
      entityType,
      id,
    });
  }

  /** Brings back every key that was scheduled with this vault; one that was scheduled before it stays scheduled. */
  cancelKeysWith(vaultId: string): void {
    this.#run(
      `UPDATE keys SET time_of_deletion = NULL, lifecycle_state = (
         SELECT state_before FROM scheduled_deletions WHERE entity_type = 'key' AND entity_id = keys.id)
       WHERE id IN (SELECT entity_id FROM scheduled_deletions WHERE with_vault_id = @vaultId)`,
      { vaultId },
    );
    this.#run('DELETE FROM scheduled_deletions WHERE with_vault_id = @vaultId', { vaultId });
  }

  /** A key of the vault that is neither schedulable, nor scheduled, nor gone: its vault must wait for it. */
  unsettledKeyOf(vaultId: string): KeyInTheWay | undefined {
    const settled = [...keyStatesBefore('SCHEDULING_DELETION'), 'PENDING_DELETION', 'DELETING', 'DELETED'];
    return this.#keyInTheWay(
      'AND lifecycle_state NOT IN (SELECT value FROM json_each(@value)) ORDER BY time_created, id',
      vaultId,
      JSON.stringify(settled),
    );
  }

  /** The key of the vault that is scheduled last, if that is later than a time. */
  keyScheduledAfter(vaultId: string, time: string): KeyInTheWay | undefined {
    return this.#keyInTheWay(
      `AND lifecycle_state = 'PENDING_DELETION' AND time_of_deletion > @value ORDER BY time_of_deletion DESC, id`,
      vaultId,
      time,
    );
  }

  /** What is scheduled or being destroyed, soonest first. */
  list(
    query: { readonly region?: string | undefined; readonly now: string } & PageRequest,
  ): Page<ScheduledDeletion> {
    const limit = requireLimit(query.limit);
    const [time, id] = query.page === undefined ? [] : decodePageToken(query.page, 2);
    const rows = this.#all(
      `${SCHEDULED} WHERE (@region IS NULL OR s.region = @region)
         AND (@time IS NULL OR (s.time_of_deletion, s.entity_id) > (@time, @id))
       ORDER BY s.time_of_deletion, s.entity_id LIMIT @limit`,
      { now: query.now, region: query.region ?? null, time: time ?? null, id: id ?? null, limit: limit + 1 },
    ).map(decode);
    const data = rows.slice(0, limit);
    const last = data.at(-1);
    if (rows.length <= limit || last === undefined) return { data };
    return { data, nextPage: encodePageToken([last.timeOfDeletion, last.id]) };
  }

  /** How many are due, for whoever opens the home. */
  countDue(now: string): number {
    const [row] = this.#all(
      'SELECT count(*) AS count FROM scheduled_deletions WHERE time_of_deletion <= @now',
      {
        now,
      },
    );
    return row?.['count'] as number;
  }

  /** What execution destroys: all that is due, and what an interrupted execution left DELETING. Soonest first. */
  listDue(query: DueQuery, now: string): DueDeletion[] {
    return this.#all(
      `${SCHEDULED} WHERE (s.time_of_deletion <= @now
           OR coalesce(n.lifecycle_state, k.lifecycle_state, v.lifecycle_state) = 'DELETING')
         AND (@region IS NULL OR s.region = @region)
         AND (@ids IS NULL OR s.entity_id IN (SELECT value FROM json_each(@ids))
           OR k.id IN (SELECT value FROM json_each(@ids)) OR v.id IN (SELECT value FROM json_each(@ids)))
         -- What is current is not destroyed by itself, whatever a restore made current since it was scheduled.
         AND NOT (s.entity_type = 'keyVersion' AND k.current_key_version = s.entity_id
           AND k.lifecycle_state NOT IN ('PENDING_DELETION', 'DELETING', 'DELETED'))
       ORDER BY s.time_of_deletion, s.entity_id`,
      {
        now,
        region: query.region ?? null,
        ids: query.ids === undefined ? null : JSON.stringify(query.ids),
      },
    ).map((row) => ({
      ...decode(row),
      protectionMode: (row['protectionMode'] ?? undefined) as ProtectionMode,
    }));
  }

  /**
   * The point of no return: makes what is listed DELETING with everything in it, and writes down which token objects go
   * ([Note: token orphans] in token-orphans.ts). An object stays that another version of its region still uses.
   * @param tokenRegions whose tokens this work request will destroy objects on; elsewhere nothing may be written down for
   * it.
   */
  beginDestroying(
    workRequestId: string,
    due: readonly DueDeletion[],
    tokenRegions: readonly string[],
    now: string,
  ): void {
    this.#run(
      `UPDATE vaults SET lifecycle_state = 'DELETING'
       WHERE lifecycle_state = 'PENDING_DELETION' AND id IN (SELECT value FROM json_each(@ids))`,
      { ids: idsOf(due, 'vault') },
    );
    // No key of a vault is scheduled later than the vault.
    this.#run(
      `UPDATE keys SET lifecycle_state = 'DELETING' WHERE lifecycle_state = 'PENDING_DELETION'
         AND (id IN (SELECT value FROM json_each(@ids)) OR vault_id IN (SELECT value FROM json_each(@vaultIds)))`,
      { ids: idsOf(due, 'key'), vaultIds: idsOf(due, 'vault') },
    );
    this.#run(
      `UPDATE key_versions SET lifecycle_state = 'DELETING', time_of_deletion = coalesce(time_of_deletion, @now)
       WHERE lifecycle_state NOT IN ('DELETING', 'DELETED')
         AND key_id IN (SELECT id FROM keys WHERE lifecycle_state = 'DELETING')`,
      { now },
    );
    this.#run(
      `UPDATE key_versions SET lifecycle_state = 'DELETING'
       WHERE lifecycle_state = 'PENDING_DELETION' AND id IN (SELECT value FROM json_each(@ids))`,
      { ids: idsOf(due, 'keyVersion') },
    );
    this.#run(
      `INSERT INTO token_orphans (region, material_id, work_request_id)
       SELECT DISTINCT n.region, n.material_id, @workRequestId
       FROM key_versions n JOIN keys k ON k.id = n.key_id
       WHERE n.lifecycle_state = 'DELETING' AND n.region IN (SELECT value FROM json_each(@regions))
         AND k.protection_mode = 'HSM'
         AND NOT EXISTS (SELECT 1 FROM key_versions other WHERE other.material_id = n.material_id
           AND other.region = n.region AND other.lifecycle_state NOT IN ('DELETING', 'DELETED'))
       ON CONFLICT (region, material_id) DO UPDATE SET work_request_id = excluded.work_request_id`,
      { workRequestId, regions: JSON.stringify(tokenRegions) },
    );
  }

  /**
   * Makes DELETED whatever is DELETING and has nothing left on a token: versions, then keys without any other version,
   * then vaults without any other key. Sealed software material and contents of secrets go with them. Changes nothing
   * that has been done before.
   */
  finishDestroying(): void {
    const keyVersions = this.#run(
      `UPDATE key_versions SET lifecycle_state = 'DELETED' WHERE lifecycle_state = 'DELETING'
         AND NOT EXISTS (SELECT 1 FROM token_orphans o
           WHERE o.region = key_versions.region AND o.material_id = key_versions.material_id)`,
    );
    const keys = this.#run(
      `UPDATE keys SET lifecycle_state = 'DELETED' WHERE lifecycle_state = 'DELETING'
         AND NOT EXISTS (SELECT 1 FROM key_versions n WHERE n.key_id = keys.id AND n.lifecycle_state <> 'DELETED')`,
    );
    const vaults = this.#run(
      `UPDATE vaults SET lifecycle_state = 'DELETED' WHERE lifecycle_state = 'DELETING'
         AND NOT EXISTS (SELECT 1 FROM keys k WHERE k.vault_id = vaults.id AND k.lifecycle_state <> 'DELETED')`,
    );
    if (keyVersions + keys + vaults > 0) this.#forgetDestroyed();
  }

  /** How much of what is listed, and in it, is not DELETED. */
  countLeft(due: readonly DueDeletion[]): LeftToDestroy {
    const [row] = this.#all(
      `SELECT
         (SELECT count(*) FROM vaults WHERE id IN (SELECT value FROM json_each(@vaultIds))
           AND lifecycle_state <> 'DELETED') AS vaultCount,
         (SELECT count(*) FROM keys WHERE id IN (SELECT value FROM json_each(@keyIds))
           AND lifecycle_state <> 'DELETED') AS keyCount,
         (SELECT count(*) FROM key_versions WHERE lifecycle_state <> 'DELETED'
           AND (id IN (SELECT value FROM json_each(@keyVersionIds))
             OR key_id IN (SELECT value FROM json_each(@keyIds)))) AS keyVersionCount`,
      {
        vaultIds: idsOf(due, 'vault'),
        keyIds: idsOf(due, 'key'),
        keyVersionIds: idsOf(due, 'keyVersion'),
      },
    );
    return {
      vaultCount: row?.['vaultCount'] as number,
      keyCount: row?.['keyCount'] as number,
      keyVersionCount: row?.['keyVersionCount'] as number,
    };
  }

  #forgetDestroyed(): void {
    // The rows still name everything that became DELETED: they go last.
    this.#run(
      `DELETE FROM software_key_materials WHERE key_version_id IN (
         SELECT n.id FROM key_versions n JOIN software_key_materials m ON m.key_version_id = n.id
         WHERE n.lifecycle_state = 'DELETED')`,
    );
    // A secret is lost with the version that encrypts it, and with its key and vault.
    const lost = `SELECT c.id FROM secrets c JOIN keys k ON k.id = c.key_id JOIN vaults v ON v.id = c.vault_id
       WHERE c.lifecycle_state <> 'DELETED' AND (k.lifecycle_state = 'DELETED' OR v.lifecycle_state = 'DELETED'
         OR EXISTS (SELECT 1 FROM key_versions n
           WHERE n.key_id = c.key_id AND n.material_id = c.material_id AND n.lifecycle_state = 'DELETED'))`;
    this.#run(`DELETE FROM secret_contents WHERE secret_id IN (${lost})`);
    this.#run(`UPDATE secrets SET lifecycle_state = 'DELETED' WHERE id IN (${lost})`);
    for (const [entityType, table] of Object.entries(TABLES)) {
      this.#run(
        `DELETE FROM scheduled_deletions WHERE entity_type = @entityType
           AND entity_id IN (SELECT e.id FROM scheduled_deletions s JOIN ${table} e ON e.id = s.entity_id
             WHERE s.entity_type = @entityType AND e.lifecycle_state = 'DELETED')`,
        { entityType },
      );
    }
  }

  #keyInTheWay(conditions: string, vaultId: string, value: string): KeyInTheWay | undefined {
    const [row] = this.#all(
      `SELECT display_name AS displayName, lifecycle_state AS lifecycleState, time_of_deletion AS timeOfDeletion
       FROM keys WHERE vault_id = @vaultId ${conditions} LIMIT 1`,
      { vaultId, value },
    );
    if (row === undefined) return undefined;
    return {
      displayName: row['displayName'] as string,
      lifecycleState: row['lifecycleState'] as KeyState,
      timeOfDeletion: (row['timeOfDeletion'] ?? undefined) as string | undefined,
    };
  }

  /** @returns how many rows changed. */
  #run(sql: string, values: Record<string, string> = {}): number {
    return withSqliteErrors(() => this.#statement(sql).run(values)).changes;
  }

  #all(sql: string, values: Record<string, string | number | null>): Row[] {
    return withSqliteErrors(() => this.#statement(sql).all(values));
  }

  #statement(sql: string): Database.Statement<unknown[], Row> {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = withSqliteErrors(() => this.#database.prepare<unknown[], Row>(sql));
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function idsOf(due: readonly DueDeletion[], type: DeletableType): string {
  return JSON.stringify(due.filter((one) => one.entityType === type).map((one) => one.id));
}

function decode(row: Row): ScheduledDeletion {
  const { keyId, protectionMode: _protectionMode, ...rest } = row;
  const parsed = scheduledDeletionSchema.safeParse({
    ...rest,
    ...(keyId === null ? {} : { keyId }),
    isDue: row['isDue'] === 1,
    isScheduledWithVault: row['isScheduledWithVault'] === 1,
  });
  if (parsed.success) return parsed.data;
  throw catalogDamaged(
    `the scheduled deletion of ${String(row['id'])} is not one that Strongroom wrote`,
    parsed.error,
  );
}
