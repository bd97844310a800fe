import type Database from 'better-sqlite3';
import { z } from 'zod';
import { foldName } from '../../shared/domain/operator.ts';
import { policySchema } from '../../shared/domain/policy.ts';
import { NounStore } from './noun-store.ts';

const policyRecordSchema = policySchema.extend({
  /** The name as it is compared (foldName). */
  nameKey: z.string().min(1),
});
export type PolicyRecord = z.infer<typeof policyRecordSchema>;

/** Policies (rule R62); names are unique in the home without regard to case. */
export class PolicyStore extends NounStore<PolicyRecord, 'compartmentId'> {
  constructor(database: Database.Database) {
    super(database, {
      table: 'policies',
      noun: 'policy',
      listCommand: 'policy list',
      schema: policyRecordSchema,
      columns: {
        id: 'text',
        compartmentId: 'text',
        name: 'text',
        nameKey: 'text',
        description: 'text',
        statements: 'json',
        isImmutable: 'boolean',
        timeCreated: 'text',
        timeModified: 'text',
      },
      key: 'id',
      filters: ['compartmentId'],
      order: ['timeCreated', 'id'],
    });
  }

  getByName(name: string): PolicyRecord | undefined {
    return this.selectOne('WHERE name_key = ?', [foldName(name)]);
  }

  /** @returns whether it was there. */
  delete(id: string): boolean {
    return this.remove(id);
  }
}
