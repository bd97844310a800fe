import { StrongroomError } from '../../shared/domain/errors.ts';
import type { OperationContext } from './operation-context.ts';

/** A clock that is set right by a time service may step back a little. */
const TOLERATED_MILLISECONDS = 60_000;

/**
 * Refuses what goes by dates while the clock is behind what was written down before (rules R13, R74): with a clock set
 * back, "seven days ahead" could be yesterday.
 * @throws StrongroomError IncorrectState, reason `ClockSetBack`
 */
export function requireClockNotSetBack({ catalog, now }: OperationContext): void {
  const newest = catalog.clock.newestTime();
  if (newest === undefined) return;
  const time = now();
  if (time.getTime() + TOLERATED_MILLISECONDS >= Date.parse(newest)) return;
  throw new StrongroomError(
    'IncorrectState',
    `The clock of this machine says ${time.toISOString()}, but something was written down at ${newest}: it was set back, or was ahead then.`,
    'Set the clock right, then try again. Deletions go by dates, and these cannot be trusted now.',
    { reason: 'ClockSetBack' },
  );
}
