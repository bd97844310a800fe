import type Database from 'better-sqlite3';
import { approvalSchema } from '../../shared/domain/approval.ts';
import type { Approval } from '../../shared/domain/approval.ts';
import { NounStore } from './noun-store.ts';
import { withSqliteErrors } from './sqlite-errors.ts';

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

  /**
   * The newest one for a plan in a compartment that an operator asked for and that is good at a time. One that was asked for
   * later than that is not: a clock that was set back must not make it last longer.
   */
  openOf(
    wanted: Pick<ApprovalRecord, 'operation' | 'planHash' | 'compartmentId' | 'requestedBy'>,
    time: string,
  ): ApprovalRecord | undefined {
    return this.selectOne(
      `WHERE operation = ? AND plan_hash = ? AND compartment_id = ? AND requested_by = ?
         AND state IN ('REQUESTED', 'GRANTED') AND time_requested <= ? AND time_expires > ?
       ORDER BY time_requested DESC, id DESC`,
      [wanted.operation, wanted.planHash, wanted.compartmentId, wanted.requestedBy, time, time],
    );
  }

  /** Makes void what an operator asked for and has not used: whoever gets that name later is somebody else. */
  expireOf(requestedBy: string): void {
    withSqliteErrors(() =>
      this.statement(
        `UPDATE approvals SET state = 'EXPIRED' WHERE state IN ('REQUESTED', 'GRANTED') AND requested_by = ?`,
      ).run(requestedBy),
    );
  }

  /** Marks those that were not used in time. */
  expire(time: string): void {
    withSqliteErrors(() =>
      this.statement(
        `UPDATE approvals SET state = 'EXPIRED' WHERE state IN ('REQUESTED', 'GRANTED') AND time_expires <= ?`,
      ).run(time),
    );
  }
}
