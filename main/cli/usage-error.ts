import { StrongroomError } from '../../shared/domain/errors.ts';

/**
 * The command line itself is wrong, which can be told before anything is opened: exit code 2. What an operation
 * refuses is another thing, exit code 1.
 */
export class UsageError extends StrongroomError {
  override readonly name = 'UsageError';
}
