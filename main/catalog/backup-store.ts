import type Database from 'better-sqlite3';
import { backupSchema } from '../../shared/domain/backup.ts';
import type { Backup } from '../../shared/domain/backup.ts';
import { NounStore } from './noun-store.ts';
import { decodePageToken, encodePageToken, requireLimit } from './page.ts';
import type { Page, PageRequest } from './page.ts';
import { withSqliteErrors } from './sqlite-errors.ts';

export type BackupRecord = Backup;

/** The backups that the catalog knows, and which key versions each covers (rule R52). */
export class BackupStore extends NounStore<BackupRecord, 'vaultId' | 'keyId'> {
  constructor(database: Database.Database) {
    super(database, {
      table: 'backups',
      noun: 'backup',
      listCommand: 'backup list',
      schema: backupSchema,
      columns: {
        id: 'text',
        kind: 'text',
        sourceRegion: 'text',
        compartmentId: 'text',
        vaultId: 'text',
        keyId: 'text',
        vaultName: 'text',
        timeCreated: 'text',
        sequence: 'integer',
        previousBackupSha256: 'text',
        sha256: 'text',
        size: 'integer',
        entryCount: 'integer',
        keyCount: 'integer',
        keyVersionCount: 'integer',
        isIncludeKeys: 'boolean',
        leftOut: 'json',
        secretsLeftOut: 'integer',
        workRequestId: 'text',
      },
      key: 'id',
      filters: ['vaultId', 'keyId'],
      order: ['timeCreated', 'id'],
      isDescending: true,
    });
  }

  /** The backup of a region with the highest sequence number: the next one's predecessor. */
  newestOf(sourceRegion: string): BackupRecord | undefined {
    return this.selectOne('WHERE source_region = ? ORDER BY sequence DESC, time_created DESC, id DESC', [
      sourceRegion,
    ]);
  }

  /** The backup whose sealed object has this content: the ETag of its copies. */
  getBySha256(sha256: string): BackupRecord | undefined {
    return this.selectOne('WHERE sha256 = ? ORDER BY time_created DESC, id DESC', [sha256]);
  }

  /** The backups of a region that have this sequence number: one, unless two homes did not know of each other. */
  listWithSequence(sourceRegion: string, sequence: number): BackupRecord[] {
    return this.selectAll('WHERE source_region = ? AND sequence = ? ORDER BY id', [sourceRegion, sequence]);
  }

  /** Writes down that a backup covers these key versions. */
  addCoverage(backupId: string, materialIds: Iterable<string>): void {
    const number = this.#numberOf(backupId);
    const insert = this.statement(
      `INSERT INTO backup_key_versions (material_id, backup_number) VALUES (?, ?) ON CONFLICT DO NOTHING`,
    );
    withSqliteErrors(() => {
      for (const materialId of materialIds) insert.run(Buffer.from(materialId, 'hex'), number);
    });
  }

  /** Writes down that a backup covers every ENABLED version of a key: those that go into backups (rule R22). */
  coverKey(backupId: string, keyId: string): void {
    const number = this.#numberOf(backupId);
    const insert = this.statement(
      `INSERT INTO backup_key_versions (material_id, backup_number)
       SELECT material_id, ? FROM key_versions WHERE key_id = ? AND lifecycle_state = 'ENABLED'
       ON CONFLICT DO NOTHING`,
    );
    withSqliteErrors(() => insert.run(number, keyId));
  }

  /** The backups that cover a key version, newest first. */
  listCovering(materialId: string): BackupRecord[] {
    return this.selectAll(
      `WHERE number IN (SELECT backup_number FROM backup_key_versions WHERE material_id = ?)
       ORDER BY time_created DESC, id DESC`,
      [Buffer.from(materialId, 'hex')],
    );
  }

  /** The same page by page, of a vault or a key only where the query names one. */
  pageCovering(
    materialId: string,
    query: PageRequest & { readonly vaultId?: string | undefined; readonly keyId?: string | undefined },
  ): Page<BackupRecord> {
    const limit = requireLimit(query.limit);
    const [time = null, id = null] = query.page === undefined ? [] : decodePageToken(query.page, 2);
    const rows = this.selectAll(
      `WHERE number IN (SELECT backup_number FROM backup_key_versions WHERE material_id = ?)
         AND coalesce(vault_id = ?, TRUE) AND coalesce(key_id = ?, ? IS NULL)
         AND (? IS NULL OR (time_created, id) < (?, ?))
       ORDER BY time_created DESC, id DESC LIMIT ?`,
      [
        Buffer.from(materialId, 'hex'),
        query.vaultId ?? null,
        query.keyId ?? null,
        query.keyId ?? null,
        time,
        time,
        id,
        limit + 1,
      ],
    );
    const data = rows.slice(0, limit);
    const last = data.at(-1);
    if (rows.length <= limit || last === undefined) return { data };
    return { data, nextPage: encodePageToken([last.timeCreated, last.id]) };
  }

  /** The vaults that the backups which cover a key version are of. */
  vaultsOfCovering(materialId: string): Pick<BackupRecord, 'vaultId' | 'compartmentId'>[] {
    const statement = this.statement(
      `SELECT DISTINCT vault_id AS vaultId, compartment_id AS compartmentId FROM backups
       WHERE number IN (SELECT backup_number FROM backup_key_versions WHERE material_id = ?)`,
    );
    return withSqliteErrors(() => statement.all(Buffer.from(materialId, 'hex'))).map((row) => ({
      vaultId: row['vaultId'] as string,
      compartmentId: row['compartmentId'] as string,
    }));
  }

  #numberOf(backupId: string): number {
    const row = this.statement('SELECT number FROM backups WHERE id = ?').get(backupId);
    if (row === undefined) this.require(backupId);
    return row?.['number'] as number;
  }
}
