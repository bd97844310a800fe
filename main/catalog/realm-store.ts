import type Database from 'better-sqlite3';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { realmSchema } from '../../shared/domain/realm.ts';
import type { Realm } from '../../shared/domain/realm.ts';
import { NounStore } from './noun-store.ts';

export type RealmRecord = Realm;

/** The realm of this home: one at the most (rule R1). */
export class RealmStore {
  readonly #rows: RealmRows;

  constructor(database: Database.Database) {
    this.#rows = new RealmRows(database);
  }

  get(): RealmRecord | undefined {
    return this.#rows.only();
  }

  /** @throws StrongroomError NotAuthorizedOrNotFound, reason `NoRealm` */
  require(): RealmRecord {
    const realm = this.get();
    if (realm !== undefined) return realm;
    throw new StrongroomError(
      'NotAuthorizedOrNotFound',
      'This home has no realm yet.',
      'Create one (realm create), or attach a token that holds the keys of one (region attach).',
      { reason: 'NoRealm' },
    );
  }

  /** @throws StrongroomError NotAuthorizedOrResourceAlreadyExists, reason `AlreadyInCatalog`, if there is one. */
  insert(realm: RealmRecord): void {
    this.#rows.insert(realm);
  }
}

class RealmRows extends NounStore<RealmRecord> {
  constructor(database: Database.Database) {
    super(database, {
      table: 'realm',
      noun: 'realm',
      listCommand: 'realm get',
      schema: realmSchema,
      columns: {
        realmId: 'text',
        name: 'text',
        tenancyId: 'text',
        tenancyName: 'text',
        rbkId: 'text',
        rakId: 'text',
        rbkCheckValue: 'text',
        rakCheckValue: 'text',
        timeCreated: 'text',
      },
      key: 'realmId',
      filters: [],
      order: ['realmId'],
    });
  }

  only(): RealmRecord | undefined {
    return this.selectOne('', []);
  }
}
