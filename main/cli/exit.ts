import type { StrongroomError } from '../../shared/domain/errors.ts';
import { InterruptedError } from './interruption.ts';
import { UsageError } from './usage-error.ts';

/** Exit codes: done; refused or failed; the command line itself is wrong. Ended by a signal: 128 and its number. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

export function exitCodeOf(failure: StrongroomError): number {
  if (failure instanceof UsageError) return EXIT.usage;
  return failure instanceof InterruptedError ? failure.exitCode : EXIT.failed;
}
