import type Database from 'better-sqlite3';
import type { z } from 'zod';
import type { KeyShape } from '../../shared/domain/key-shape.ts';
import { keyVersionSchema } from '../../shared/domain/key.ts';
import type { ProtectionMode } from '../../shared/domain/key.ts';
import type { KeyVersionState } from '../../shared/domain/lifecycle.ts';
import { regionIdSchema } from '../../shared/domain/region.ts';
import type { KeySelection, KeyStore } from './key-store.ts';
import { NounStore } from './noun-store.ts';
import { withSqliteErrors } from './sqlite-errors.ts';

const keyVersionRecordSchema = keyVersionSchema.extend({ region: regionIdSchema });
export type KeyVersionRecord = z.infer<typeof keyVersionRecordSchema>;

/** Narrows the key versions of a vault; what is absent does not. */
export interface KeyVersionSelection extends KeySelection {
  readonly versionStates?: readonly KeyVersionState[];
}

/** What to count; what is absent does not narrow. */
export interface KeyVersionCount {
  readonly region?: string;
  readonly vaultId?: string;
  readonly keyId?: string;
  readonly materialId?: string;
  readonly versionStates?: readonly KeyVersionState[];
  readonly protectionMode?: ProtectionMode;
  readonly algorithms?: readonly KeyShape['algorithm'][];
}

/** Key versions: the one noun that comes in hundreds of thousands. */
export class KeyVersionStore extends NounStore<KeyVersionRecord, 'keyId'> {
  readonly #keys: KeyStore;

  constructor(database: Database.Database, keys: KeyStore) {
    super(database, {
      table: 'key_versions',
      noun: 'key version',
      listCommand: 'key-version list',
      schema: keyVersionRecordSchema,
      columns: {
        id: 'text',
        keyId: 'text',
        vaultId: 'text',
        compartmentId: 'text',
        region: 'text',
        lifecycleState: 'text',
        origin: 'text',
        publicKey: 'text',
        timeCreated: 'text',
        timeOfDeletion: 'text',
        restoredFromKeyVersionId: 'text',
        materialId: 'hex',
      },
      key: 'id',
      filters: ['keyId'],
      order: ['timeCreated', 'id'],
    });
    this.#keys = keys;
  }

  /** The versions of a key, oldest first. The caller may write between two versions. */
  iterateOfKey(keyId: string): Generator<KeyVersionRecord, void, void> {
    return this.iterate({ keyId });
  }

  /** The versions of a vault, key by key, both oldest first. The caller may write between two versions. */
  *iterateOfVault(
    vaultId: string,
    selection: KeyVersionSelection = {},
  ): Generator<KeyVersionRecord, void, void> {
    const { versionStates } = selection;
    for (const key of this.#keys.iterateOfVault(vaultId, selection)) {
      for (const version of this.iterateOfKey(key.id)) {
        if (versionStates === undefined || versionStates.includes(version.lifecycleState)) yield version;
      }
    }
  }

  /**
   * The versions of all regions that have this value, oldest first, deleted ones last. A region has several where a
   * restored key came back under new OCIDs.
   */
  listByMaterialId(materialId: string): KeyVersionRecord[] {
    return this.selectAll(`WHERE material_id = ? ORDER BY lifecycle_state = 'DELETED', time_created, id`, [
      Buffer.from(materialId, 'hex'),
    ]);
  }

  /** Versions that a creation or restore has begun and not ended, oldest first. */
  listCreating(): KeyVersionRecord[] {
    return this.selectAll(`WHERE lifecycle_state = 'CREATING' ORDER BY time_created, id`, []);
  }

  count(of: KeyVersionCount): number {
    const conditions: string[] = [];
    const values: (string | Buffer)[] = [];
    const narrow = (condition: string, value: string | Buffer | undefined): void => {
      if (value === undefined) return;
      conditions.push(condition);
      values.push(value);
    };
    narrow('v.region = ?', of.region);
    narrow('k.vault_id = ?', of.vaultId);
    narrow('v.key_id = ?', of.keyId);
    narrow('v.material_id = ?', of.materialId === undefined ? undefined : Buffer.from(of.materialId, 'hex'));
    narrow('v.lifecycle_state IN (SELECT value FROM json_each(?))', jsonOf(of.versionStates));
    narrow('k.protection_mode = ?', of.protectionMode);
    narrow(`k.key_shape ->> '$.algorithm' IN (SELECT value FROM json_each(?))`, jsonOf(of.algorithms));
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    const statement = this.statement(
      `SELECT count(*) AS count FROM key_versions v JOIN keys k ON k.id = v.key_id ${where}`,
    );
    return withSqliteErrors(() => statement.get(...values))?.['count'] as number;
  }

  /** Undoes a creation or restore. @returns whether it was there. */
  delete(id: string): boolean {
    return this.remove(id);
  }
}

function jsonOf(list: readonly string[] | undefined): string | undefined {
  return list === undefined ? undefined : JSON.stringify(list);
}
