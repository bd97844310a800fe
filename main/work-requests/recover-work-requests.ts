import { toStrongroomError } from '../../shared/domain/errors.ts';
import type { WorkRequest, WorkRequestOperation } from '../../shared/domain/work-request.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { JsonValue } from '../catalog/json-value.ts';
import type { JournalEntry } from '../catalog/work-request-store.ts';
import { finish } from './finish.ts';

export interface Interrupted {
  readonly request: WorkRequest;
  readonly intent: JsonValue;
  readonly journal: readonly JournalEntry[];
}

export interface RecoveryDecision {
  readonly outcome: 'SUCCEEDED' | 'FAILED';
  /** For people: what was finished or undone. */
  readonly message: string;
  /** Makes it so in the catalog, in the transaction that ends the work request. */
  readonly apply: () => void;
}

/**
 * Finds out how far an interrupted work request came, and decides whether it is finished or undone. Side effects
 * outside the catalog must be such that a crash in the middle lets them be done again.
 */
export type Recoverer = (interrupted: Interrupted) => Promise<RecoveryDecision>;
export type Recoverers = Partial<Record<WorkRequestOperation, Recoverer>>;

/** What recovery did with one interrupted work request, for people (rule R73). */
export interface RecoveryReport {
  readonly workRequestId: string;
  readonly operationType: WorkRequestOperation;
  /** UNFINISHED: recovery itself failed; the locks stay, and the next start tries again. */
  readonly outcome: 'SUCCEEDED' | 'FAILED' | 'UNFINISHED';
  readonly message: string;
}

/** Finishes or undoes one work request whose process is gone. */
export async function recoverOne(
  catalog: Catalog,
  now: () => Date,
  interrupted: Interrupted,
  recoverer: Recoverer = undoNothing,
): Promise<RecoveryReport> {
  const { id, operationType, status } = interrupted.request;
  const notes = catalog.workRequestNotes;
  try {
    const { outcome, message, apply } = await recoverer(interrupted);
    catalog.transaction(() => {
      const time = now().toISOString();
      apply();
      notes.log(id, time, `Recovered after an interruption: ${message}`);
      if (outcome === 'SUCCEEDED') {
        finish(catalog, id, 'SUCCEEDED', time);
      } else {
        notes.error(id, { timestamp: time, code: 'ServiceUnavailable', message: `Interrupted. ${message}` });
        finish(catalog, id, status === 'CANCELING' ? 'CANCELED' : 'FAILED', time);
      }
    });
    return { workRequestId: id, operationType, outcome, message };
  } catch (thrown) {
    const { message, next } = toStrongroomError(thrown);
    notes.log(id, now().toISOString(), `Recovery failed and is tried again at the next start: ${message}`);
    return { workRequestId: id, operationType, outcome: 'UNFINISHED', message: `${message} ${next}` };
  }
}

const undoNothing: Recoverer = () =>
  Promise.resolve({
    outcome: 'FAILED',
    message: 'It had changed nothing that had to be undone.',
    apply: () => undefined,
  });
