import type Database from 'better-sqlite3';
import { z } from 'zod';
import { groupSchema } from '../../shared/domain/group.ts';
import { foldName } from '../../shared/domain/operator.ts';
import { NounStore } from './noun-store.ts';
import { withSqliteErrors } from './sqlite-errors.ts';

const groupRecordSchema = groupSchema.extend({
  /** The name as it is compared (foldName). */
  nameKey: z.string().min(1),
});
export type GroupRecord = z.infer<typeof groupRecordSchema>;

/** Groups and who is in them (rule R62); names are unique without regard to case. */
export class GroupStore extends NounStore<GroupRecord> {
  constructor(database: Database.Database) {
    super(database, {
      table: 'groups',
      noun: 'group',
      listCommand: 'group list',
      schema: groupRecordSchema,
      columns: {
        id: 'text',
        name: 'text',
        nameKey: 'text',
        description: 'text',
        isImmutable: 'boolean',
        timeCreated: 'text',
      },
      key: 'id',
      filters: [],
      order: ['timeCreated', 'id'],
    });
  }

  getByName(name: string): GroupRecord | undefined {
    return this.selectOne('WHERE name_key = ?', [foldName(name)]);
  }

  /** @throws StrongroomError NotAuthorizedOrNotFound, reason `NotInCatalog` */
  requireByName(name: string): GroupRecord {
    return this.getByName(name) ?? this.require(name);
  }

  /** The groups that an operator is in, by name. */
  groupsOf(operatorId: string): GroupRecord[] {
    return this.selectAll(
      'WHERE id IN (SELECT group_id FROM group_members WHERE operator_id = ?) ORDER BY name_key',
      [operatorId],
    );
  }

  /** Names of a group's members, in their order. */
  memberNames(groupId: string): string[] {
    const statement = this.statement(
      `SELECT operators.name AS name FROM group_members JOIN operators ON operators.id = operator_id
       WHERE group_id = ? ORDER BY operators.name_key`,
    );
    return withSqliteErrors(() => statement.all(groupId)).map((row) => String(row['name']));
  }

  hasMember(groupId: string, operatorId: string): boolean {
    const statement = this.statement('SELECT 1 FROM group_members WHERE group_id = ? AND operator_id = ?');
    return withSqliteErrors(() => statement.get(groupId, operatorId)) !== undefined;
  }

  memberCount(groupId: string): number {
    const statement = this.statement('SELECT count(*) AS count FROM group_members WHERE group_id = ?');
    return Number(withSqliteErrors(() => statement.get(groupId))?.['count']);
  }

  /** Adds a member; one that is in the group already stays in it. */
  addMember(groupId: string, operatorId: string): void {
    const statement = this.statement('INSERT OR IGNORE INTO group_members VALUES (?, ?)');
    withSqliteErrors(() => statement.run(groupId, operatorId));
  }

  removeMember(groupId: string, operatorId: string): void {
    const statement = this.statement('DELETE FROM group_members WHERE group_id = ? AND operator_id = ?');
    withSqliteErrors(() => statement.run(groupId, operatorId));
  }

  /** Removes a group and its memberships, in one transaction with what else the caller does. */
  delete(id: string): boolean {
    const statement = this.statement('DELETE FROM group_members WHERE group_id = ?');
    withSqliteErrors(() => statement.run(id));
    return this.remove(id);
  }
}
