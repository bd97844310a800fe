import type Database from 'better-sqlite3';
import { compartmentSchema } from '../../shared/domain/vault.ts';
import type { Compartment } from '../../shared/domain/vault.ts';
import { NounStore } from './noun-store.ts';
import { catalogDamaged } from './sqlite-errors.ts';

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
    const line = new Map<string, CompartmentRecord>();
    for (let next: string | undefined = id; next !== undefined;) {
      if (line.has(next)) throw catalogDamaged(`the compartment ${next} lies in itself`);
      const compartment = this.require(next);
      line.set(next, compartment);
      next = compartment.compartmentId;
    }
    return [...line.values()];
  }

  /** Undoes a creation; one that something is in cannot go. @returns whether it was there. */
  delete(id: string): boolean {
    return this.remove(id);
  }
}
