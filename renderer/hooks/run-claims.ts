import type { RunningWork } from '../stores/work-requests.ts';

/** A call that was started and may run as a work request: it does not know its id before the work has said a word. */
export interface RunClaim {
  readonly operationType: string | undefined;
  /** Ids that ran already when it was started: none of them is it. */
  readonly strangers: ReadonlySet<string>;
}

interface State {
  id: string | undefined;
  /** Ids that may be the call's. */
  readonly candidates: Set<string>;
}

type Running = Readonly<Record<string, Pick<RunningWork, 'workRequestId' | 'operationType'>>>;

/**
 * Tells the work requests of several calls of one kind apart. A call learns its work request's id from its answer only; until
 * then the id is told by elimination, and by nothing less: a run whose owner is in doubt is nobody's, so that no journey
 * shows or cancels the work of another.
 */
export class RunClaims {
  /** Calls that have not been answered yet. */
  readonly #open = new Map<RunClaim, State>();
  /** Ids of calls that have been answered. */
  readonly #answered = new Set<string>();

  begin(operationType: string | undefined, running: Running): RunClaim {
    const claim = { operationType, strangers: new Set(Object.keys(running)) };
    this.#open.set(claim, { id: undefined, candidates: new Set() });
    return claim;
  }

  /** @returns the id of the claim's work request, once there is no doubt about it. */
  idOf(claim: RunClaim, running: Running): string | undefined {
    this.#look(running);
    return this.#open.get(claim)?.id;
  }

  /** The call was answered. @param workRequestId as its answer has it, where it has one. */
  end(claim: RunClaim, workRequestId?: string): void {
    const id = workRequestId ?? this.#open.get(claim)?.id;
    if (id !== undefined) this.#answered.add(id);
    this.#open.delete(claim);
  }

  #look(running: Running): void {
    for (const [{ operationType, strangers }, { candidates }] of this.#open) {
      for (const work of Object.values(running)) {
        const isOfKind = operationType === undefined || work.operationType === operationType;
        // One that has ended stays a candidate: its answer may be on the way.
        if (isOfKind && !strangers.has(work.workRequestId)) candidates.add(work.workRequestId);
      }
    }
    const states = [...this.#open.values()];
    for (const state of states) {
      if (state.id !== undefined) continue;
      const left = this.#leftOf(state);
      const [only] = left;
      if (only === undefined || left.length > 1) continue;
      const isContested = states.some(
        (other) => other !== state && other.id === undefined && this.#leftOf(other).includes(only),
      );
      if (!isContested) state.id = only;
    }
  }

  #leftOf({ candidates }: State): string[] {
    const owned = new Set([...this.#open.values()].map(({ id }) => id));
    return [...candidates].filter((id) => !owned.has(id) && !this.#answered.has(id));
  }
}

/** A run that was begun before the page was loaded: the one of this id, or the first of its kind where none is given. */
export function runToFindAgain(
  running: Running,
  operationType: string,
  workRequestId: string | undefined,
): string | undefined {
  return Object.values(running).find(
    (work) =>
      work.operationType === operationType &&
      (workRequestId === undefined || work.workRequestId === workRequestId),
  )?.workRequestId;
}
