import type Database from 'better-sqlite3';
import { approvalSchema } from '../../shared/domain/approval.ts';
import type { Approval } from '../../shared/domain/approval.ts';
import { NounStore } from './noun-store.ts';

export type ApprovalRecord = Approval;

/** What waits, or waited, for a second operator (rule R63); kept for good. */
export class ApprovalStore extends NounStore<ApprovalRecord, 'state' | 'compartmentId'> {
  constructor(database: Database.Database) {
    super(database, {
      table: 'approvals',
      noun: 'approval',
      listCommand: 'approval list',
      schema: approvalSchema,
      columns: {
        id: 'text',
        operation: 'text',
        planHash: 'text',
        summary: 'text',
        compartmentId: 'text',
        requestedBy: 'text',
        timeRequested: 'text',
        timeExpires: 'text',
        decidedBy: 'text',
        timeDecided: 'text',
        state: 'text',
      },
      key: 'id',
      filters: ['state', 'compartmentId'],
      order: ['timeRequested', 'id'],
      isDescending: true,
    });
  }

  /** The newest one for a plan that an operator asked for and that is still good at a time. */
  openOf(operation: string, planHash: string, requestedBy: string, time: string): ApprovalRecord | undefined {
    return this.selectOne(
      `WHERE operation = ? AND plan_hash = ? AND requested_by = ? AND state IN ('REQUESTED', 'GRANTED')
         AND time_expires > ? ORDER BY time_requested DESC, id DESC`,
      [operation, planHash, requestedBy, time],
    );
  }

  /** Marks those that were not used in time. */
  expire(time: string): void {
    this.statement(
      `UPDATE approvals SET state = 'EXPIRED' WHERE state IN ('REQUESTED', 'GRANTED') AND time_expires <= ?`,
    ).run(time);
  }
}
