import type Database from 'better-sqlite3';
import { drillSchema } from '../../shared/domain/drill-report.ts';
import type { Drill } from '../../shared/domain/drill-report.ts';
import { NounStore } from './noun-store.ts';

/** The newest drill of each backup (rule R51). */
export class DrillStore {
  readonly #rows: DrillRows;

  constructor(database: Database.Database) {
    this.#rows = new DrillRows(database);
  }

  get(backupId: string): Drill | undefined {
    return this.#rows.get(backupId);
  }

  /** Keeps a drill in the stead of the one before. */
  put(drill: Drill): void {
    if (this.#rows.get(drill.backupId) === undefined) this.#rows.insert(drill);
    else this.#rows.update(drill.backupId, drill);
  }
}

class DrillRows extends NounStore<Drill> {
  constructor(database: Database.Database) {
    super(database, {
      table: 'drills',
      noun: 'drill',
      listCommand: 'backup coverage',
      schema: drillSchema,
      columns: {
        backupId: 'text',
        reportId: 'text',
        time: 'text',
        outcome: 'text',
        reportSha256: 'text',
        milliseconds: 'integer',
      },
      key: 'backupId',
      filters: [],
      order: ['backupId'],
    });
  }
}
