import type Database from 'better-sqlite3';
import { z } from 'zod';
import { foldName, operatorSchema } from '../../shared/domain/operator.ts';
import { NounStore } from './noun-store.ts';

const operatorRecordSchema = operatorSchema.extend({
  /** The name as it is compared (foldName). */
  nameKey: z.string().min(1),
  /** PHC string of argon2id, with its parameters and salt. */
  passphraseHash: z.string().startsWith('$argon2id$'),
});
export type OperatorRecord = z.infer<typeof operatorRecordSchema>;

/** Operators of this home (rule R62); names are unique without regard to case. */
export class OperatorStore extends NounStore<OperatorRecord> {
  constructor(database: Database.Database) {
    super(database, {
      table: 'operators',
      noun: 'operator',
      listCommand: 'operator list',
      schema: operatorRecordSchema,
      columns: {
        id: 'text',
        name: 'text',
        nameKey: 'text',
        passphraseHash: 'text',
        timeCreated: 'text',
        timePassphraseSet: 'text',
      },
      key: 'id',
      filters: [],
      order: ['timeCreated', 'id'],
    });
  }

  getByName(name: string): OperatorRecord | undefined {
    return this.selectOne('WHERE name_key = ?', [foldName(name)]);
  }

  /** @throws StrongroomError NotAuthorizedOrNotFound, reason `NotInCatalog` */
  requireByName(name: string): OperatorRecord {
    return this.getByName(name) ?? this.require(name);
  }

  isEmpty(): boolean {
    return this.selectOne('', []) === undefined;
  }

  /** The operator must be a member of no group. @returns whether it was there. */
  delete(id: string): boolean {
    return this.remove(id);
  }
}
