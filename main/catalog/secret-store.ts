import type Database from 'better-sqlite3';
import { secretSchema } from '../../shared/domain/secret.ts';
import type { Secret } from '../../shared/domain/secret.ts';
import { NounStore } from './noun-store.ts';
import { catalogDamaged, withSqliteErrors } from './sqlite-errors.ts';

/**
 * Secrets and their encrypted contents (rule R15). Lists have no contents; contents go when what encrypts them is
 * destroyed (scheduled-deletion-store.ts).
 */
export class SecretStore extends NounStore<Secret, 'vaultId'> {
  constructor(database: Database.Database) {
    super(database, {
      table: 'secrets',
      noun: 'secret',
      listCommand: 'secret list',
      schema: secretSchema,
      columns: {
        id: 'text',
        vaultId: 'text',
        keyId: 'text',
        compartmentId: 'text',
        name: 'text',
        lifecycleState: 'text',
        timeCreated: 'text',
        materialId: 'hex',
      },
      key: 'id',
      filters: ['vaultId'],
      order: ['timeCreated', 'id'],
    });
  }

  getByName(vaultId: string, name: string): Secret | undefined {
    return this.selectOne('WHERE vault_id = ? AND name = ?', [vaultId, name]);
  }

  /** Writes a secret down with its encrypted content; the caller's transaction. */
  insertWithContent(secret: Secret, content: Uint8Array): void {
    this.insert(secret);
    const statement = this.statement('INSERT INTO secret_contents (secret_id, content) VALUES (?, ?)');
    withSqliteErrors(() => statement.run(secret.id, content));
  }

  /** The encrypted content of an ACTIVE secret; undefined once it is destroyed. */
  contentOf(secretId: string): Uint8Array | undefined {
    const statement = this.statement('SELECT content FROM secret_contents WHERE secret_id = ?');
    const content = withSqliteErrors(() => statement.get(secretId))?.['content'];
    if (content === undefined || content instanceof Uint8Array) return content;
    throw catalogDamaged(`the content of secret ${secretId} is not one that Strongroom wrote`);
  }

  /** ACTIVE ones: those that a backup leaves out. */
  countOfVault(vaultId: string): number {
    const statement = this.statement(
      `SELECT count(*) AS count FROM secrets WHERE vault_id = ? AND lifecycle_state = 'ACTIVE'`,
    );
    return withSqliteErrors(() => statement.get(vaultId))?.['count'] as number;
  }
}
