import type Database from 'better-sqlite3';
import type { z } from 'zod';
import { timeSchema } from '../../shared/domain/identifiers.ts';
import { keySchema } from '../../shared/domain/key.ts';
import type { ProtectionMode } from '../../shared/domain/key.ts';
import type { KeyState } from '../../shared/domain/lifecycle.ts';
import { NounStore } from './noun-store.ts';

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

  /**
   * Undoes a creation or restore. Its versions must go in the same transaction.
   * @returns whether it was there.
   */
  delete(id: string): boolean {
    return this.remove(id);
  }
}
