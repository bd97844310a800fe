import type Database from 'better-sqlite3';
import { z } from 'zod';
import { sha256Schema, timeSchema } from '../../shared/domain/identifiers.ts';
import { regionIdSchema, regionKeySchema, tokenReferenceSchema } from '../../shared/domain/region.ts';
import { NounStore } from './noun-store.ts';

const enrolmentRecordSchema = z.object({
  /** 32 hexadecimal digits. */
  requestId: z.string().regex(/^[0-9a-f]{32}$/),
  regionId: regionIdSchema,
  regionKey: regionKeySchema,
  token: tokenReferenceSchema,
  requestFileSha256: sha256Schema,
  timeCreated: timeSchema,
});

/** An enrolment that this home requested and that waits for its grant (rule R3). */
export type EnrolmentRecord = z.infer<typeof enrolmentRecordSchema>;

export class EnrolmentStore extends NounStore<EnrolmentRecord> {
  constructor(database: Database.Database) {
    super(database, {
      table: 'enrolments',
      noun: 'enrolment request',
      listCommand: 'region list',
      schema: enrolmentRecordSchema,
      columns: {
        requestId: 'text',
        regionId: 'text',
        regionKey: 'text',
        token: 'json',
        requestFileSha256: 'text',
        timeCreated: 'text',
      },
      key: 'requestId',
      filters: [],
      order: ['timeCreated', 'requestId'],
    });
  }

  /** The request was answered. @returns whether there was one. */
  delete(requestId: string): boolean {
    return this.remove(requestId);
  }
}
