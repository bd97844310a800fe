import {
  DAY_MILLISECONDS,
  LATEST_DELETION_DAYS,
  SOONEST_DELETION_DAYS,
} from '../../shared/domain/deletion.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { requireClockNotSetBack } from './clock-check.ts';
import type { OperationContext } from './operation-context.ts';

/**
 * When something that is scheduled now is to be destroyed (rule R13).
 * @param asked an ISO 8601 time, already parsed by the contract; default: in 30 days.
 * @throws StrongroomError InvalidParameter, reason `TimeOfDeletion`, unless it is 7 to 30 days ahead; IncorrectState,
 * reason `ClockSetBack`.
 */
export function timesOfDeletion(
  context: OperationContext,
  asked: string | undefined,
): { readonly timeScheduled: string; readonly timeOfDeletion: string } {
  requireClockNotSetBack(context);
  const now = context.now();
  const soonest = now.getTime() + SOONEST_DELETION_DAYS * DAY_MILLISECONDS;
  const latest = now.getTime() + LATEST_DELETION_DAYS * DAY_MILLISECONDS;
  const time = asked === undefined ? latest : Date.parse(asked);
  if (time < soonest || time > latest) {
    throw new StrongroomError(
      'InvalidParameter',
      `${new Date(time).toISOString()} is not ${SOONEST_DELETION_DAYS} to ${LATEST_DELETION_DAYS} days ahead.`,
      `Choose a time from ${new Date(soonest).toISOString()} to ${new Date(latest).toISOString()}.`,
      { reason: 'TimeOfDeletion' },
    );
  }
  return { timeScheduled: now.toISOString(), timeOfDeletion: new Date(time).toISOString() };
}
