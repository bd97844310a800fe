import type Database from 'better-sqlite3';
import { regionSchema } from '../../shared/domain/realm.ts';
import type { Region } from '../../shared/domain/realm.ts';
import { NounStore } from './noun-store.ts';

export type RegionRecord = Region;

/** The attached regions and the tokens they are bound to (rule R2). They are few: a list is all of them. */
export class RegionStore {
  readonly #rows: RegionRows;

  constructor(database: Database.Database) {
    this.#rows = new RegionRows(database);
  }

  /** @throws StrongroomError NotAuthorizedOrResourceAlreadyExists, reason `AlreadyInCatalog`: id or short key is taken. */
  insert(region: RegionRecord): void {
    this.#rows.insert(region);
  }

  get(regionId: string): RegionRecord | undefined {
    return this.#rows.get(regionId);
  }

  /** @throws StrongroomError NotAuthorizedOrNotFound, reason `NotInCatalog` */
  require(regionId: string): RegionRecord {
    return this.#rows.require(regionId);
  }

  /** Binds the region to another token, or writes down what its token proved or can do. */
  update(regionId: string, patch: Partial<RegionRecord>): void {
    this.#rows.update(regionId, patch);
  }

  /** By region identifier. */
  list(): RegionRecord[] {
    return [...this.#rows.iterate()];
  }

  /** Forgets the binding; vaults and keys of the region keep their records. @returns whether there was one. */
  delete(regionId: string): boolean {
    return this.#rows.delete(regionId);
  }
}

class RegionRows extends NounStore<RegionRecord> {
  constructor(database: Database.Database) {
    super(database, {
      table: 'regions',
      noun: 'attached region',
      listCommand: 'region list',
      schema: regionSchema,
      columns: {
        regionId: 'text',
        regionKey: 'text',
        token: 'json',
        profile: 'json',
        timeBound: 'text',
        timeProven: 'text',
        isCeremonyClosed: 'boolean',
      },
      key: 'regionId',
      filters: [],
      order: ['regionId'],
    });
  }

  delete(regionId: string): boolean {
    return this.remove(regionId);
  }
}
