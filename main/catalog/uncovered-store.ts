import type Database from 'better-sqlite3';
import { withSqliteErrors } from './sqlite-errors.ts';

/** What of the catalog the question is about: one of the three. */
export type UncoveredScope =
  { readonly vaultId: string } | { readonly keyId: string } | { readonly keyVersionId: string };

export interface UncoveredKey {
  readonly id: string;
  readonly displayName: string;
  readonly keyVersionCount: number;
}

type Row = Readonly<Record<string, string | number>>;

/**
 * Backups that count, as in the coverage survey (rule R52): with a copy that was verified with the realm keys, for the
 * structure alone can be anybody's, and without a drill that failed. Numbers, for they are what coverage is kept by.
 */
const VERIFIED = `verified AS MATERIALIZED (
  SELECT number, kind, vault_id FROM backups b
  WHERE EXISTS (SELECT 1 FROM backup_copies c
      WHERE c.backup_id = b.id AND c.etag = b.sha256 AND c.verified_depth IN ('seal', 'keys'))
    AND NOT EXISTS (SELECT 1 FROM drills d WHERE d.backup_id = b.id AND d.outcome = 'FAILED'))`;

/** Keys that were scheduled before have been decided about: what they would lose is not asked again. */
const LIVE_KEY = `k.lifecycle_state NOT IN ('PENDING_DELETION', 'DELETING', 'DELETED')`;
const LIVE_VERSION = `n.lifecycle_state IN ('ENABLED', 'DISABLED')`;

/** What no verified backup covers (rule R13), asked of all versions at once. */
export class UncoveredStore {
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement<unknown[], Row>>();

  constructor(database: Database.Database) {
    this.#database = database;
  }

  /** HSM keys with versions that no verified backup covers, by name. */
  hsmKeys(scope: UncoveredScope): UncoveredKey[] {
    const { condition, id } = scopeOf(scope);
    return this.#keys(
      `WITH ${VERIFIED}
       SELECT k.id, k.display_name AS displayName, count(*) AS keyVersionCount
       FROM keys k JOIN key_versions n ON n.key_id = k.id
       WHERE ${condition} AND k.protection_mode = 'HSM' AND ${liveOf(scope)} AND ${LIVE_VERSION}
         AND NOT EXISTS (SELECT 1 FROM backup_key_versions c
           WHERE c.material_id = n.material_id AND c.backup_number IN (SELECT number FROM verified))
       GROUP BY k.id ORDER BY k.display_name, k.id`,
      id,
    );
  }

  /** SOFTWARE keys never have a backup. */
  softwareKeys(scope: UncoveredScope): UncoveredKey[] {
    const { condition, id } = scopeOf(scope);
    return this.#keys(
      `SELECT k.id, k.display_name AS displayName, count(*) AS keyVersionCount
       FROM keys k JOIN key_versions n ON n.key_id = k.id
       WHERE ${condition} AND k.protection_mode = 'SOFTWARE' AND ${liveOf(scope)} AND ${LIVE_VERSION}
       GROUP BY k.id ORDER BY k.display_name, k.id`,
      id,
    );
  }

  /** Secrets that could not be read any more. They never have a backup. */
  secrets(scope: UncoveredScope): { readonly id: string; readonly displayName: string }[] {
    const from = `SELECT c.id, c.name AS displayName FROM secrets c`;
    const [sql, id] =
      'vaultId' in scope
        ? [`${from} WHERE c.vault_id = ?`, scope.vaultId]
        : 'keyId' in scope
          ? [`${from} WHERE c.key_id = ?`, scope.keyId]
          : [
              `${from} JOIN key_versions n ON n.key_id = c.key_id AND n.material_id = c.material_id WHERE n.id = ?`,
              scope.keyVersionId,
            ];
    return this.#all(`${sql} AND c.lifecycle_state <> 'DELETED' ORDER BY c.name, c.id`, id).map((row) => ({
      id: row['id'] as string,
      displayName: row['displayName'] as string,
    }));
  }

  /** Whether the vault has HSM keys to restore, and no verified backup that has the vault itself. */
  isVaultUncovered(vaultId: string): boolean {
    const [row] = this.#all(
      `WITH ${VERIFIED}
       SELECT EXISTS (SELECT 1 FROM keys k WHERE k.vault_id = v.id AND k.protection_mode = 'HSM'
           AND k.lifecycle_state <> 'DELETED')
         AND NOT EXISTS (SELECT 1 FROM verified b WHERE b.kind = 'VAULT' AND b.vault_id IN (
           SELECT v.id UNION ALL SELECT v.restored_from_vault_id
           UNION ALL SELECT id FROM vaults WHERE restored_from_vault_id = v.id)) AS isUncovered
       FROM vaults v WHERE v.id = ?`,
      vaultId,
    );
    return row?.['isUncovered'] === 1;
  }

  #keys(sql: string, id: string): UncoveredKey[] {
    return this.#all(sql, id).map((row) => ({
      id: row['id'] as string,
      displayName: row['displayName'] as string,
      keyVersionCount: row['keyVersionCount'] as number,
    }));
  }

  #all(sql: string, id: string): Row[] {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = withSqliteErrors(() => this.#database.prepare<unknown[], Row>(sql));
      this.#statements.set(sql, statement);
    }
    const prepared = statement;
    return withSqliteErrors(() => prepared.all(id));
  }
}

/** Fixed texts: only the id comes from outside. */
function scopeOf(scope: UncoveredScope): { readonly condition: string; readonly id: string } {
  if ('vaultId' in scope) return { condition: 'k.vault_id = ?', id: scope.vaultId };
  if ('keyId' in scope) return { condition: 'k.id = ?', id: scope.keyId };
  return { condition: 'n.id = ?', id: scope.keyVersionId };
}

function liveOf(scope: UncoveredScope): string {
  return 'vaultId' in scope ? LIVE_KEY : `k.lifecycle_state <> 'DELETED'`;
}
