import { StrongroomError } from '../../shared/domain/errors.ts';

/** The StrongroomError that a call throws; fails the test if it throws none. */
export function errorOf(call: () => unknown): StrongroomError {
  try {
    call();
  } catch (thrown) {
    if (thrown instanceof StrongroomError) return thrown;
    throw thrown;
  }
  throw new Error('nothing was thrown');
}
