import type Database from 'better-sqlite3';
import { z } from 'zod';
import { bytesSchema } from '../../shared/domain/backup-entry.ts';
import { materialIdSchema, ocidSchema } from '../../shared/domain/identifiers.ts';
import { NounStore } from './noun-store.ts';

const softwareKeyMaterialSchema = z.object({
  keyVersionId: ocidSchema('keyversion'),
  /** The token key that encrypted the data key. */
  protectorMaterialId: materialIdSchema,
  encryptedDataKey: bytesSchema,
  /** The version's value, AES-256-GCM under the data key. */
  sealedMaterial: bytesSchema,
});
export type SoftwareKeyMaterialRecord = z.infer<typeof softwareKeyMaterialSchema>;

/**
 * The values of SOFTWARE key versions, sealed (rule R10, [Note: software key material] in operations). They go when their
 * version is destroyed (scheduled-deletion-store.ts).
 */
export class SoftwareKeyMaterialStore extends NounStore<SoftwareKeyMaterialRecord> {
  constructor(database: Database.Database) {
    super(database, {
      table: 'software_key_materials',
      noun: 'software key material',
      listCommand: 'key-version list',
      schema: softwareKeyMaterialSchema,
      columns: {
        keyVersionId: 'text',
        protectorMaterialId: 'hex',
        encryptedDataKey: 'bytes',
        sealedMaterial: 'bytes',
      },
      key: 'keyVersionId',
      filters: [],
      order: ['keyVersionId'],
    });
  }
}
