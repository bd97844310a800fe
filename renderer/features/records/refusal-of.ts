import { StrongroomError } from '../../../shared/domain/errors.ts';
import { requireStates } from '../../../shared/domain/lifecycle.ts';
import type { FoundStates, StatefulOperation } from '../../../shared/domain/lifecycle.ts';
import { inWindowWords } from '../../components/words.ts';

/**
 * Why the lifecycle table does not let this happen now (rule R11), as a sentence; undefined: it does. Main decides again
 * when it is done; this only keeps people from pressing what cannot work.
 */
export function refusalOf(operation: StatefulOperation, found: FoundStates): string | undefined {
  try {
    requireStates(operation, found);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof StrongroomError) return inWindowWords(thrown.message);
    throw thrown;
  }
}
