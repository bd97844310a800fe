import type Database from 'better-sqlite3';
import { z } from 'zod';
import { materialIdSchema, timeSchema } from '../../shared/domain/identifiers.ts';
import { regionIdSchema } from '../../shared/domain/region.ts';
import { NounStore } from './noun-store.ts';

const softwareKeyProtectorSchema = z.object({
  /** CKA_ID of the token key. */
  materialId: materialIdSchema,
  region: regionIdSchema,
  lifecycleState: z.enum(['CREATING', 'ENABLED']),
  timeCreated: timeSchema,
});
export type SoftwareKeyProtectorRecord = z.infer<typeof softwareKeyProtectorSchema>;

/** The token keys under which the values of SOFTWARE keys are sealed (rule R10): no key's versions, and no strangers. */
export class SoftwareKeyProtectorStore extends NounStore<SoftwareKeyProtectorRecord, 'region'> {
  constructor(database: Database.Database) {
    super(database, {
      table: 'software_key_protectors',
      noun: 'software key protector',
      listCommand: 'key list',
      schema: softwareKeyProtectorSchema,
      columns: { materialId: 'hex', region: 'text', lifecycleState: 'text', timeCreated: 'text' },
      key: 'materialId',
      filters: ['region'],
      order: ['timeCreated', 'materialId'],
      isDescending: true,
    });
  }

  /** Those of a region that can be used, newest first. */
  listEnabled(region: string): SoftwareKeyProtectorRecord[] {
    return this.selectAll(
      `WHERE region = ? AND lifecycle_state = 'ENABLED' ORDER BY time_created DESC, material_id DESC`,
      [region],
    );
  }

  /** Those whose making has begun and not ended. */
  listCreating(): SoftwareKeyProtectorRecord[] {
    return this.selectAll(`WHERE lifecycle_state = 'CREATING'`, []);
  }

  /** Undoes a creation. @returns whether it was there. */
  delete(materialId: string): boolean {
    return this.remove(materialId);
  }
}
