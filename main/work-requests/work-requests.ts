import { randomBytes } from 'node:crypto';
import { StrongroomError, toStrongroomError } from '../../shared/domain/errors.ts';
import { formatOcid, ocidCharacters } from '../../shared/domain/identifiers.ts';
import type {
  Progress,
  WorkRequest,
  WorkRequestError,
  WorkRequestLogEntry,
  WorkRequestOperation,
  WorkRequestResource,
  WorkRequestStatus,
} from '../../shared/domain/work-request.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { JsonValue } from '../catalog/json-value.ts';
import type { Page, PageRequest } from '../catalog/page.ts';
import type { WorkRequestRecord } from '../catalog/work-request-store.ts';
import { ActiveRun } from './active-run.ts';
import { finish } from './finish.ts';
import { takeLocks } from './locks.ts';
import { recoverOne } from './recover-work-requests.ts';
import type { Recoverers, RecoveryReport } from './recover-work-requests.ts';
import type { WorkRequestRun } from './work-request-run.ts';

export type { Recoverer, Recoverers, RecoveryReport } from './recover-work-requests.ts';

export interface WorkRequestDetails {
  readonly operationType: WorkRequestOperation;
  readonly compartmentId?: string | undefined;
  readonly resources: readonly WorkRequestResource[];
  /** Ids of what nobody else may change meanwhile (rule R47). */
  readonly locks: readonly string[];
  /** What it sets out to do: all that recovery after a crash has to go by, with the journal. */
  readonly intent: JsonValue;
  /** Runs in the transaction that writes the request, its locks and its intent; gets its id. */
  readonly begin?: (workRequestId: string) => void;
  /** Runs in the transaction that writes a failure or a cancellation; gets its id. */
  readonly undo?: (workRequestId: string) => void;
}

/** The call that spawns work requests: what they write down about it. */
export interface SpawningCall {
  /** `<noun>.<verb>` */
  readonly operation: string;
  /** For resuming; undefined where the request names a secret, which is not kept. */
  readonly request: JsonValue | undefined;
  readonly resumedFrom?: string | undefined;
  /** Runs in the transaction that writes the work request. */
  readonly begin?: (workRequestId: string) => void;
}

export interface WorkRequestFilters extends PageRequest {
  readonly operationType?: WorkRequestOperation | undefined;
  readonly status?: WorkRequestStatus | undefined;
  readonly compartmentId?: string | undefined;
}

/**
 * Work requests: intent, journal, progress, locks, cancel, recovery (rules R47, R60, R73). One process at a time
 * uses a home (its lock sees to that), so that every unfinished request that does not run here is of a dead process.
 */
export class WorkRequests {
  readonly #catalog: Catalog;
  readonly #now: () => Date;
  readonly #clock: () => number;
  readonly #running: Map<string, ActiveRun>;
  readonly #call: SpawningCall;

  /** @param options.clock milliseconds of a clock that is never set back; default: the process's own. */
  constructor(
    catalog: Catalog,
    options: {
      readonly now: () => Date;
      readonly clock?: () => number;
      readonly call?: SpawningCall;
      readonly running?: Map<string, ActiveRun>;
    },
  ) {
    this.#catalog = catalog;
    this.#now = options.now;
    this.#clock = options.clock ?? (() => performance.now());
    this.#call = options.call ?? { operation: 'unknown', request: undefined };
    this.#running = options.running ?? new Map<string, ActiveRun>();
  }

  /** The same work requests, for one call: those that it spawns say so. */
  forCall(call: SpawningCall): WorkRequests {
    return new WorkRequests(this.#catalog, {
      now: this.#now,
      clock: this.#clock,
      running: this.#running,
      call,
    });
  }

  /**
   * Runs work as a work request. The work makes its result true with `run.commit`; if it throws before that, what
   * it had begun is undone, its locks are released, and the error goes on to the caller.
   * @throws StrongroomError Conflict, reason `ResourceBusy`: then there is no work request and nothing was begun.
   */
  async run<Result>(
    details: WorkRequestDetails,
    work: (run: WorkRequestRun) => Promise<Result>,
    onProgress?: (progress: Progress) => void,
  ): Promise<{ workRequestId: string; result: Result }> {
    const id = formatOcid({ type: 'workrequest', uniqueId: ocidCharacters(randomBytes(38), 60) });
    this.#begin(id, details);
    const run = new ActiveRun({
      catalog: this.#catalog,
      now: this.#now,
      clock: this.#clock,
      id,
      operationType: details.operationType,
      onProgress,
    });
    this.#running.set(id, run);
    try {
      const result = await work(run);
      if (!run.isEnded) throw new Error(`the work of ${details.operationType} ended without a commit`);
      return { workRequestId: id, result };
    } catch (thrown) {
      this.#fail(run, details, thrown);
      throw thrown;
    } finally {
      this.#running.delete(id);
      run.settle();
    }
  }

  /**
   * At start: finishes or undoes every work request of a process that died, oldest first, and tells. A request
   * whose recovery fails keeps its locks and is tried again at the next start.
   */
  async recover(recoverers: Recoverers): Promise<readonly RecoveryReport[]> {
    const reports: RecoveryReport[] = [];
    for (const record of this.#catalog.workRequests.listUnfinished()) {
      if (this.#running.has(record.id)) continue;
      const interrupted = {
        request: this.#withResources(record),
        intent: record.intent,
        journal: this.#catalog.workRequestNotes.journalOf(record.id),
      };
      reports.push(await recoverOne(this.#catalog, this.#now, interrupted, recoverers[record.operationType]));
    }
    return reports;
  }

  /** @throws StrongroomError NotAuthorizedOrNotFound */
  get(id: string): WorkRequest {
    return this.#withResources(this.#catalog.workRequests.require(id));
  }

  /** Newest first. */
  list(filters: WorkRequestFilters = {}): Page<WorkRequest> {
    const { data, ...rest } = this.#catalog.workRequests.list(filters);
    return { data: data.map((record) => this.#withResources(record)), ...rest };
  }

  /** @throws StrongroomError NotAuthorizedOrNotFound */
  logs(id: string): WorkRequestLogEntry[] {
    this.#catalog.workRequests.require(id);
    return this.#catalog.workRequestNotes.logs(id);
  }

  /** @throws StrongroomError NotAuthorizedOrNotFound */
  errors(id: string): WorkRequestError[] {
    this.#catalog.workRequests.require(id);
    return this.#catalog.workRequestNotes.errors(id);
  }

  /**
   * Asks a running work request to stop; it does where that is safe, and may still succeed.
   * @throws StrongroomError NotAuthorizedOrNotFound; IncorrectState, reason `WorkRequestNotRunning`
   */
  cancel(id: string): void {
    const record = this.#catalog.workRequests.require(id);
    const run = this.#running.get(id);
    if (run === undefined || run.isEnded) {
      throw new StrongroomError(
        'IncorrectState',
        `The work request ${id} is ${record.status} and does not run here.`,
        record.timeFinished === undefined
          ? 'Start Strongroom again: it finishes or undoes what was interrupted.'
          : 'It has ended; there is nothing to cancel.',
        { reason: 'WorkRequestNotRunning' },
      );
    }
    if (run.signal.aborted) return;
    this.#catalog.transaction(() => {
      this.#catalog.workRequests.update(id, { status: 'CANCELING' });
      this.#catalog.workRequestNotes.log(id, this.#now().toISOString(), 'Asked to cancel.');
    });
    run.cancel();
  }

  /** Asks everything that runs here to stop where that is safe, and waits until it has. */
  async cancelRunning(): Promise<void> {
    const running = [...this.#running.values()].filter((run) => !run.isEnded);
    for (const run of running) this.cancel(run.id);
    await Promise.all(running.map((run) => run.settled));
  }

  #begin(id: string, details: WorkRequestDetails): void {
    const catalog = this.#catalog;
    const time = this.#now().toISOString();
    catalog.transaction(() => {
      catalog.workRequests.insert({
        id,
        operationType: details.operationType,
        status: 'IN_PROGRESS',
        compartmentId: details.compartmentId,
        percentComplete: 0,
        timeAccepted: time,
        timeStarted: time,
        intent: details.intent,
        operation: this.#call.operation,
        ...(this.#call.request === undefined ? {} : { request: this.#call.request }),
        ...(this.#call.resumedFrom === undefined ? {} : { resumedFrom: this.#call.resumedFrom }),
      });
      this.#call.begin?.(id);
      takeLocks(catalog, id, details.locks);
      for (const resource of details.resources) catalog.workRequestNotes.putResource(id, resource);
      details.begin?.(id);
    });
  }

  #fail(run: ActiveRun, details: WorkRequestDetails, thrown: unknown): void {
    const catalog = this.#catalog;
    const { code, message, next } = toStrongroomError(thrown);
    if (run.isEnded) {
      // What was committed is true, whatever happened to the tidying up after it (rule R24).
      run.log(`Done; but afterwards: ${message}`);
      return;
    }
    const time = this.#now().toISOString();
    try {
      catalog.transaction(() => {
        details.undo?.(run.id);
        catalog.workRequestNotes.error(run.id, { timestamp: time, code, message: `${message} ${next}` });
        finish(catalog, run.id, run.signal.aborted ? 'CANCELED' : 'FAILED', time);
      });
      run.end();
    } catch (failure) {
      throw new StrongroomError(
        'InternalServerError',
        `The work request ${run.id} failed (${message}), and undoing it failed as well (${toStrongroomError(failure).message}).`,
        'Start Strongroom again: recovery finishes or undoes it. Until then what it holds stays locked.',
        { reason: 'UndoFailed', cause: new AggregateError([thrown, failure]) },
      );
    }
  }

  #withResources(record: WorkRequestRecord): WorkRequest {
    const { intent: _intent, operation: _operation, request: _request, ...request } = record;
    return { ...request, resources: this.#catalog.workRequestNotes.resources(record.id) };
  }
}
