import type Database from 'better-sqlite3';
import { LIMITS } from '../../shared/domain/limit.ts';
import type { LimitName } from '../../shared/domain/limit.ts';
import type { ProtectionMode } from '../../shared/domain/key.ts';
import type { VaultType } from '../../shared/domain/vault.ts';
import { withSqliteErrors } from './sqlite-errors.ts';

type Row = Readonly<Record<string, string | number>>;

/**
 * Versions that count: enabled and disabled ones, and those that are being made, so that two creations cannot both
 * take the last place; none of a key that is scheduled for deletion or gone.
 */
const COUNTED = `n.lifecycle_state IN ('CREATING', 'ENABLING', 'ENABLED', 'DISABLING', 'DISABLED')
  AND k.lifecycle_state NOT IN ('SCHEDULING_DELETION', 'PENDING_DELETION', 'DELETING', 'DELETED')`;

/** Limits that were changed, and what is used of each (rule R45). */
export class LimitStore {
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement<unknown[], Row>>();

  constructor(database: Database.Database) {
    this.#database = database;
  }

  valueOf(region: string, name: LimitName): number {
    const [row] = this.#all('SELECT value FROM limits WHERE region = ? AND name = ?', region, name);
    return (row?.['value'] as number | undefined) ?? LIMITS[name].defaultValue;
  }

  set(region: string, name: LimitName, value: number): void {
    withSqliteErrors(() =>
      this.#statement(
        `INSERT INTO limits (region, name, value) VALUES (?, ?, ?)
         ON CONFLICT (region, name) DO UPDATE SET value = excluded.value`,
      ).run(region, name, value),
    );
  }

  vaultsIn(region: string, vaultType: VaultType): number {
    return this.#count(
      `SELECT count(*) AS count FROM vaults WHERE region = ? AND vault_type = ? AND lifecycle_state <> 'DELETED'`,
      region,
      vaultType,
    );
  }

  bucketsIn(region: string): number {
    return this.#count('SELECT count(*) AS count FROM buckets WHERE region = ?', region);
  }

  /** What a vault's key versions take of its limit: RSA and ECDSA twice (keyVersionWeight). */
  keyVersionWeightIn(vaultId: string): number {
    return this.#count(
      `SELECT coalesce(sum(CASE k.key_shape ->> '$.algorithm' WHEN 'AES' THEN 1 ELSE 2 END), 0) AS count
       FROM keys k JOIN key_versions n ON n.key_id = k.id
       WHERE k.vault_id = ? AND k.protection_mode = 'HSM' AND ${COUNTED}`,
      vaultId,
    );
  }

  keysIn(vaultId: string, protectionMode: ProtectionMode): number {
    return this.#count(
      `SELECT count(*) AS count FROM keys
       WHERE vault_id = ? AND protection_mode = ? AND lifecycle_state <> 'DELETED'`,
      vaultId,
      protectionMode,
    );
  }

  keyVersionsIn(vaultId: string, protectionMode: ProtectionMode): number {
    return this.#count(
      `SELECT count(*) AS count FROM keys k JOIN key_versions n ON n.key_id = k.id
       WHERE k.vault_id = ? AND k.protection_mode = ? AND n.lifecycle_state <> 'DELETED'`,
      vaultId,
      protectionMode,
    );
  }

  #count(sql: string, ...values: string[]): number {
    return this.#all(sql, ...values)[0]?.['count'] as number;
  }

  #all(sql: string, ...values: string[]): Row[] {
    return withSqliteErrors(() => this.#statement(sql).all(...values));
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
