import type Database from 'better-sqlite3';
import { z } from 'zod';
import { timeSchema } from '../../shared/domain/identifiers.ts';
import { NounStore } from './noun-store.ts';
import { withSqliteErrors } from './sqlite-errors.ts';

const signInRecordSchema = z.object({
  /** The name as it is compared (foldName); not necessarily that of an operator. */
  nameKey: z.string().min(1),
  failedInARow: z.number().int().nonnegative(),
  timeOfLastTry: timeSchema,
  lockedUntil: timeSchema.optional(),
  timeOfLastSuccess: timeSchema.optional(),
});
export type SignInRecord = z.infer<typeof signInRecordSchema>;

/** Names that nobody has are remembered up to this many, so that guessing names does not fill the disk. */
const MOST_UNKNOWN_NAMES = 1000;

/** How signing in went of late, by name (rule R62). */
export class SignInStore extends NounStore<SignInRecord> {
  constructor(database: Database.Database) {
    super(database, {
      table: 'sign_ins',
      noun: 'sign-in',
      listCommand: 'operator list',
      schema: signInRecordSchema,
      columns: {
        nameKey: 'text',
        failedInARow: 'integer',
        timeOfLastTry: 'text',
        lockedUntil: 'text',
        timeOfLastSuccess: 'text',
      },
      key: 'nameKey',
      filters: [],
      order: ['nameKey'],
    });
  }

  put(record: SignInRecord): void {
    this.delete(record.nameKey);
    this.insert(record);
  }

  delete(nameKey: string): boolean {
    return this.remove(nameKey);
  }

  /** Forgets the oldest of the names that no operator has, beyond what is kept. */
  prune(): void {
    const statement = this.statement(
      `DELETE FROM sign_ins WHERE name_key IN (
         SELECT name_key FROM sign_ins WHERE name_key NOT IN (SELECT name_key FROM operators)
         ORDER BY time_of_last_try DESC LIMIT -1 OFFSET ?)`,
    );
    withSqliteErrors(() => statement.run(MOST_UNKNOWN_NAMES));
  }
}
