import type Database from 'better-sqlite3';
import { z } from 'zod';
import { backupTargetSchema } from '../../shared/domain/coverage.ts';
import type { BackupTarget } from '../../shared/domain/coverage.ts';
import { ocidSchema } from '../../shared/domain/identifiers.ts';
import { NounStore } from './noun-store.ts';
import { catalogDamaged } from './sqlite-errors.ts';

/** In the place of a vault's OCID: the target of every vault that has none of its own. */
const HOME = '';

const targetRecordSchema = backupTargetSchema.extend({
  vaultId: z.union([ocidSchema('vault'), z.literal(HOME)]),
});
type TargetRecord = z.infer<typeof targetRecordSchema>;

/** What vaults' backups are held against (rule R52): the home's target, and those of vaults that have their own. */
export class BackupTargetStore {
  readonly #rows: TargetRows;

  constructor(database: Database.Database) {
    this.#rows = new TargetRows(database);
  }

  ofHome(): BackupTarget {
    const target = this.ofVault(HOME);
    if (target === undefined) throw catalogDamaged('the backup target of the home is not there');
    return target;
  }

  /** @returns undefined where the home's target holds. */
  ofVault(vaultId: string): BackupTarget | undefined {
    const record = this.#rows.get(vaultId);
    if (record === undefined) return undefined;
    const { vaultId: _vaultId, ...target } = record;
    return target;
  }

  setOfHome(target: BackupTarget): void {
    this.#rows.update(HOME, target);
  }

  setOfVault(vaultId: string, target: BackupTarget): void {
    if (this.#rows.get(vaultId) === undefined) this.#rows.insert({ vaultId, ...target });
    else this.#rows.update(vaultId, target);
  }

  /** The vault has the home's target again. */
  removeOfVault(vaultId: string): void {
    this.#rows.delete(vaultId);
  }
}

class TargetRows extends NounStore<TargetRecord> {
  constructor(database: Database.Database) {
    super(database, {
      table: 'backup_targets',
      noun: 'backup target',
      listCommand: 'backup coverage',
      schema: targetRecordSchema,
      columns: {
        vaultId: 'text',
        maximumAgeHours: 'integer',
        minimumCopies: 'integer',
        minimumRegions: 'integer',
      },
      key: 'vaultId',
      filters: [],
      order: ['vaultId'],
    });
  }

  delete(vaultId: string): boolean {
    return this.remove(vaultId);
  }
}
