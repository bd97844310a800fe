import type { AuditFlaw } from '../../shared/domain/audit.ts';
import type { AuditRow, AuditStore } from '../catalog/audit-store.ts';
import { hashOfRow } from './entry-hash.ts';

/** Where the chain breaks: what should have followed, and what stands there. */
export interface Break {
  readonly logId: string;
  /** The next sequence number in the chain. */
  readonly expected: number;
  /** The hash of the entry before; undefined at the first. */
  readonly head: string | undefined;
  /** The row that was found next. */
  readonly row: AuditRow;
  /** The newest entry that an authenticated checkpoint vouches for; 0 if none does. */
  readonly trustedThrough: number;
}

/** How far from its place an entry is looked for. */
const FARTHEST_MOVE = 1000;

/**
 * Tells what was done at the first break of the chain. An entry's hash covers its number and its predecessor's hash, so
 * that an entry that was moved still says where it belongs, and the true successor of an entry can be found by that hash.
 */
export function classifyBreak(store: AuditStore, broken: Break): AuditFlaw {
  const { logId, expected, head, row, trustedThrough } = broken;
  // The entry that belongs here, if it is still somewhere else.
  const isElsewhere = store
    .rowsFollowing(head)
    .some((other) => other.sequence !== row.sequence && isItself(logId, other, expected));
  if (row.sequence !== expected) {
    return isElsewhere
      ? flaw('REORDERED', expected, `entry ${expected} stands in another place`)
      : flaw('REMOVED', expected, `entry ${expected} is missing`);
  }
  if (isItself(logId, row, expected) && row.previousHash !== null) {
    // Sound in itself and not linked to the entry before: the entries before it were hashed anew, or it was.
    return flaw(
      'REWRITTEN',
      trustedThrough + 1,
      `entry ${expected} does not follow the entry before it: something from entry ${trustedThrough + 1} on was changed and hashed anew`,
    );
  }
  const place = placeOf(logId, row);
  if (place !== undefined && place < expected) {
    const isCopy = store.rowAt(place)?.hash.equals(row.hash) === true;
    return isCopy
      ? flaw('INSERTED', expected, `entry ${expected} is a copy of entry ${place}`)
      : flaw('INSERTED', place, `entry ${place} was put in, and those after it were moved up`);
  }
  if (place !== undefined) {
    return isElsewhere
      ? flaw('REORDERED', expected, `entry ${place} stands in the place of entry ${expected}`)
      : flaw(
          'REMOVED',
          expected,
          `entry ${expected} is missing, and entry ${place} was moved into its place`,
        );
  }
  return isElsewhere
    ? flaw('INSERTED', expected, `entry ${expected} was put in before another`)
    : flaw('CHANGED', expected, `entry ${expected} is not what was written`);
}

/** Whether the row is what Strongroom wrote as the entry of that number. */
function isItself(logId: string, row: AuditRow, sequence: number): boolean {
  return hashOfRow(logId, row, sequence) === row.hash.toString('hex');
}

/** The number under which a row was written; undefined if it was not, or too far away. */
function placeOf(logId: string, row: AuditRow): number | undefined {
  for (let distance = 1; distance <= FARTHEST_MOVE; distance += 1) {
    for (const place of [row.sequence - distance, row.sequence + distance]) {
      if (place >= 1 && isItself(logId, row, place)) return place;
    }
  }
  return undefined;
}

function flaw(kind: AuditFlaw['kind'], sequence: number, message: string): AuditFlaw {
  return { kind, sequence, message };
}
