import type Database from 'better-sqlite3';
import { recoveryKitSchema } from '../../shared/domain/recovery-kit.ts';
import type { RecoveryKit } from '../../shared/domain/recovery-kit.ts';
import { NounStore } from './noun-store.ts';

export type RecoveryKitRecord = RecoveryKit;

/** Recovery kits of the realm, newest first (rule R5). They are kept for good: a kit cannot be called back. */
export class RecoveryKitStore extends NounStore<RecoveryKitRecord> {
  constructor(database: Database.Database) {
    super(database, {
      table: 'recovery_kits',
      noun: 'recovery kit',
      listCommand: 'recovery-kit list',
      schema: recoveryKitSchema,
      columns: {
        setId: 'text',
        threshold: 'integer',
        shareCount: 'integer',
        kitSha256: 'text',
        timeCreated: 'text',
        timeConfirmed: 'text',
        timeRehearsed: 'text',
      },
      key: 'setId',
      filters: [],
      order: ['timeCreated', 'setId'],
      isDescending: true,
    });
  }

  /** Whether there is a kit of which every share was read back. */
  hasConfirmed(): boolean {
    return this.selectOne('WHERE time_confirmed IS NOT NULL', []) !== undefined;
  }
}
