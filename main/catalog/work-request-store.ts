import type Database from 'better-sqlite3';
import { z } from 'zod';
import { timeSchema } from '../../shared/domain/identifiers.ts';
import { workRequestSchema } from '../../shared/domain/work-request.ts';
import type { JsonValue } from './json-value.ts';
import { NounStore } from './noun-store.ts';

const jsonValueSchema = z.custom<JsonValue>((value) => value !== undefined);

const workRequestRecordSchema = workRequestSchema.omit({ resources: true }).extend({
  /** What it set out to do, in words of its operation: what recovery after a crash needs to know. */
  intent: jsonValueSchema,
  /** `<noun>.<verb>` of the call that spawned it. */
  operation: z.string(),
  /** That call's request, for resuming it; absent where it named a secret. */
  request: jsonValueSchema.optional(),
});

/** A work request without its resources, which have a store of their own. */
export type WorkRequestRecord = z.infer<typeof workRequestRecordSchema>;

/** Work requests; they are kept for good (rule R60). */
export class WorkRequestStore extends NounStore<
  WorkRequestRecord,
  'operationType' | 'status' | 'compartmentId'
> {
  constructor(database: Database.Database) {
    super(database, {
      table: 'work_requests',
      noun: 'work request',
      listCommand: 'work-request list',
      schema: workRequestRecordSchema,
      columns: {
        id: 'text',
        operationType: 'text',
        status: 'text',
        compartmentId: 'text',
        percentComplete: 'integer',
        activity: 'text',
        timeAccepted: 'text',
        timeStarted: 'text',
        timeFinished: 'text',
        intent: 'json',
        operation: 'text',
        request: 'json',
        resumedFrom: 'text',
      },
      key: 'id',
      filters: ['operationType', 'status', 'compartmentId'],
      order: ['timeAccepted', 'id'],
      isDescending: true,
    });
  }

  /** Those that have not ended, oldest first. */
  listUnfinished(): WorkRequestRecord[] {
    return this.selectAll('WHERE time_finished IS NULL ORDER BY time_accepted, id', []);
  }
}

/** A step that a work request wrote down before the side effect that follows (DESIGN, Nothing lost). */
export const journalEntrySchema = z.object({
  sequence: z.number().int().min(1),
  step: z.string().min(1),
  detail: jsonValueSchema,
  time: timeSchema,
});
export type JournalEntry = z.infer<typeof journalEntrySchema>;
