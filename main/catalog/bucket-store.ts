import type Database from 'better-sqlite3';
import { bucketSchema } from '../../shared/domain/bucket.ts';
import type { Bucket } from '../../shared/domain/bucket.ts';
import { NounStore } from './noun-store.ts';

export type BucketRecord = Bucket;

/** Buckets, few per region; a name is unique in its region (rule R23). */
export class BucketStore {
  readonly #rows: BucketRows;

  constructor(database: Database.Database) {
    this.#rows = new BucketRows(database);
  }

  /** @throws StrongroomError NotAuthorizedOrResourceAlreadyExists, reason `AlreadyInCatalog` */
  insert(bucket: BucketRecord): void {
    this.#rows.insert(bucket);
  }

  get(id: string): BucketRecord | undefined {
    return this.#rows.get(id);
  }

  getByName(region: string, name: string): BucketRecord | undefined {
    return this.#rows.getByName(region, name);
  }

  /** Oldest first. */
  list(filters: { readonly region?: string | undefined } = {}): BucketRecord[] {
    return [...this.#rows.iterate(filters)];
  }
}

class BucketRows extends NounStore<BucketRecord, 'region'> {
  constructor(database: Database.Database) {
    super(database, {
      table: 'buckets',
      noun: 'bucket',
      listCommand: 'bucket list',
      schema: bucketSchema,
      columns: {
        id: 'text',
        namespace: 'text',
        name: 'text',
        compartmentId: 'text',
        kind: 'text',
        region: 'text',
        location: 'text',
        timeCreated: 'text',
      },
      key: 'id',
      filters: ['region'],
      order: ['timeCreated', 'id'],
    });
  }

  getByName(region: string, name: string): BucketRecord | undefined {
    return this.selectOne('WHERE region = ? AND name = ?', [region, name]);
  }
}
