import type Database from 'better-sqlite3';
import type { z } from 'zod';
import { timeSchema } from '../../shared/domain/identifiers.ts';
import { regionIdSchema } from '../../shared/domain/region.ts';
import { vaultSchema } from '../../shared/domain/vault.ts';
import { NounStore } from './noun-store.ts';

const vaultRecordSchema = vaultSchema.extend({
  region: regionIdSchema,
  /** Of the newest backup or local change that name and tags come from: only a newer one changes them (rule R42). */
  metadataTime: timeSchema,
});
export type VaultRecord = z.infer<typeof vaultRecordSchema>;

export class VaultStore extends NounStore<VaultRecord, 'region' | 'compartmentId' | 'restoredFromVaultId'> {
  constructor(database: Database.Database) {
    super(database, {
      table: 'vaults',
      noun: 'vault',
      listCommand: 'vault list',
      schema: vaultRecordSchema,
      columns: {
        id: 'text',
        region: 'text',
        compartmentId: 'text',
        displayName: 'text',
        vaultType: 'text',
        lifecycleState: 'text',
        freeformTags: 'json',
        definedTags: 'json',
        timeCreated: 'text',
        timeOfDeletion: 'text',
        restoredFromVaultId: 'text',
        metadataTime: 'text',
      },
      key: 'id',
      filters: ['region', 'compartmentId', 'restoredFromVaultId'],
      order: ['timeCreated', 'id'],
    });
  }

  /** Undoes a creation or restore; a vault with keys cannot go. @returns whether it was there. */
  delete(id: string): boolean {
    return this.remove(id);
  }
}
