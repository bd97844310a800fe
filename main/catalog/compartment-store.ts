import type Database from 'better-sqlite3';
import { compartmentSchema } from '../../shared/domain/vault.ts';
import type { Compartment } from '../../shared/domain/vault.ts';
import { NounStore } from './noun-store.ts';

export type CompartmentRecord = Compartment;

/** Compartments; the root is the tenancy, which has no parent. */
export class CompartmentStore extends NounStore<CompartmentRecord> {
  constructor(database: Database.Database) {
    super(database, {
      table: 'compartments',
      noun: 'compartment',
      listCommand: 'compartment list',
      schema: compartmentSchema,
      columns: {
        id: 'text',
        compartmentId: 'text',
        name: 'text',
        timeCreated: 'text',
        isApprovalRequired: 'boolean',
      },
      key: 'id',
      filters: [],
      order: ['timeCreated', 'id'],
    });
  }

  /** The compartment and its parents up to the tenancy, itself first. */
  lineOf(id: string): CompartmentRecord[] {
    const line: CompartmentRecord[] = [];
    for (let next: string | undefined = id; next !== undefined; next = line.at(-1)?.compartmentId) {
      line.push(this.require(next));
    }
    return line;
  }

  /** Undoes a creation; one that something is in cannot go. @returns whether it was there. */
  delete(id: string): boolean {
    return this.remove(id);
  }
}
