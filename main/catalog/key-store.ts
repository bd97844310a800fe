import type Database from 'better-sqlite3';
import type { z } from 'zod';
import { timeSchema } from '../../shared/domain/identifiers.ts';
import { keySchema } from '../../shared/domain/key.ts';
import type { ProtectionMode } from '../../shared/domain/key.ts';
import type { KeyState } from '../../shared/domain/lifecycle.ts';
import { NounStore } from './noun-store.ts';
import { withSqliteErrors } from './sqlite-errors.ts';

const keyRecordSchema = keySchema.extend({
  /** Of the newest backup or local change that name and tags come from: only a newer one changes them (rule R42). */
  metadataTime: timeSchema,
});
export type KeyRecord = z.infer<typeof keyRecordSchema>;

/** Narrows the keys of a vault; what is absent does not. */
export interface KeySelection {
  readonly protectionMode?: ProtectionMode;
  readonly keyStates?: readonly KeyState[];
}

export class KeyStore extends NounStore<
  KeyRecord,
  'vaultId' | 'compartmentId' | 'lifecycleState' | 'restoredFromKeyId'
> {
  constructor(database: Database.Database) {
    super(database, {
      table: 'keys',
      noun: 'key',
      listCommand: 'key list',
      schema: keyRecordSchema,
      columns: {
        id: 'text',
        vaultId: 'text',
        compartmentId: 'text',
        displayName: 'text',
        keyShape: 'json',
        protectionMode: 'text',
        lifecycleState: 'text',
        currentKeyVersion: 'text',
        freeformTags: 'json',
        definedTags: 'json',
        timeCreated: 'text',
        timeOfDeletion: 'text',
        restoredFromKeyId: 'text',
        metadataTime: 'text',
      },
      key: 'id',
      filters: ['vaultId', 'compartmentId', 'lifecycleState', 'restoredFromKeyId'],
      order: ['timeCreated', 'id'],
    });
  }

  /** The keys of a vault, oldest first. The caller may write between two keys. */
  *iterateOfVault(vaultId: string, selection: KeySelection = {}): Generator<KeyRecord, void, void> {
    const { protectionMode, keyStates } = selection;
    for (const key of this.iterate({ vaultId })) {
      if (protectionMode !== undefined && key.protectionMode !== protectionMode) continue;
      if (keyStates !== undefined && !keyStates.includes(key.lifecycleState)) continue;
      yield key;
    }
  }

  /** The compartments that keys lie in: those of a vault, or of all vaults of a compartment. */
  compartmentsOf(of: { readonly vaultId: string } | { readonly vaultsIn: string }): string[] {
    const [where, value] =
      'vaultId' in of
        ? ['vault_id = ?', of.vaultId]
        : ['vault_id IN (SELECT id FROM vaults WHERE compartment_id = ?)', of.vaultsIn];
    const statement = this.statement(
      `SELECT DISTINCT compartment_id AS id FROM keys WHERE ${where} AND lifecycle_state <> 'DELETED' ORDER BY id`,
    );
    return withSqliteErrors(() => statement.all(value)).map((row) => row['id'] as string);
  }

  /**
   * Undoes a creation or restore. Its versions must go in the same transaction.
   * @returns whether it was there.
   */
  delete(id: string): boolean {
    return this.remove(id);
  }
}
