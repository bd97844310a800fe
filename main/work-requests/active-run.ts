import { StrongroomError } from '../../shared/domain/errors.ts';
import type {
  Progress,
  WorkRequestOperation,
  WorkRequestResource,
} from '../../shared/domain/work-request.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { JsonValue } from '../catalog/json-value.ts';
import { finish } from './finish.ts';
import { takeLocks } from './locks.ts';
import { ProgressMeter } from './progress-meter.ts';
import type { PhaseProgress, WorkRequestRun } from './work-request-run.ts';

/** How often progress is written to the catalog; each write waits for the disk. */
const WRITE_EVERY_MILLISECONDS = 250;

export interface ActiveRunParts {
  readonly catalog: Catalog;
  readonly now: () => Date;
  /** Milliseconds of a clock that is never set back. */
  readonly clock: () => number;
  readonly id: string;
  readonly operationType: WorkRequestOperation;
  readonly onProgress: ((progress: Progress) => void) | undefined;
}

/** A work request while its work runs in this process. */
export class ActiveRun implements WorkRequestRun {
  readonly id: string;
  readonly #parts: ActiveRunParts;
  readonly #meter: ProgressMeter;
  readonly #abort = new AbortController();
  #writtenAt: number;
  readonly #settled = Promise.withResolvers<undefined>();
  #isEnded = false;

  constructor(parts: ActiveRunParts) {
    this.id = parts.id;
    this.#parts = parts;
    this.#meter = new ProgressMeter(parts.clock);
    this.#writtenAt = parts.clock();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Whether the result is true, or the failure written down: then nothing of the request changes any more. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Resolved when the work has returned or thrown, and what followed from that is written. */
  get settled(): Promise<undefined> {
    return this.#settled.promise;
  }

  settle(): void {
    this.#settled.resolve(undefined);
  }

  progress(done: number, total: number, activity: string): void {
    this.#advance(done, total, 0, 100, activity);
  }

  phase(name: string, fromPercent: number, toPercent: number): PhaseProgress {
    this.#advance(0, 1, fromPercent, toPercent, name);
    return (done, total, activity = name) => {
      this.#advance(done, total, fromPercent, toPercent, activity);
    };
  }

  log(message: string): void {
    const { catalog, now } = this.#parts;
    catalog.workRequestNotes.log(this.id, now().toISOString(), message);
  }

  journal(step: string, detail: JsonValue): void {
    this.#requireRunning('a journal entry');
    const { catalog, now } = this.#parts;
    catalog.workRequestNotes.journal(this.id, now().toISOString(), step, detail);
  }

  belongsTo(compartmentId: string | undefined): void {
    this.#requireRunning('a compartment');
    this.#parts.catalog.workRequests.update(this.id, { compartmentId });
  }

  addResource(resource: WorkRequestResource): void {
    this.#requireRunning('a resource');
    this.#parts.catalog.workRequestNotes.putResource(this.id, resource);
  }

  lock(resourceIds: readonly string[], begin?: () => void): void {
    this.#requireRunning('a lock');
    const { catalog } = this.#parts;
    catalog.transaction(() => {
      takeLocks(catalog, this.id, resourceIds);
      begin?.();
    });
  }

  commit<Result>(work: () => Result): Result {
    this.#requireRunning('a commit');
    const { catalog, now, id, operationType, onProgress } = this.#parts;
    const result = catalog.transaction(() => {
      const worked = work();
      finish(catalog, id, 'SUCCEEDED', now().toISOString());
      return worked;
    });
    this.#isEnded = true;
    onProgress?.({
      workRequestId: id,
      operationType,
      percentComplete: 100,
      activity: 'Done',
      millisecondsLeft: 0,
    });
    return result;
  }

  /** Asks the work to stop where that is safe. */
  cancel(): void {
    this.#abort.abort(
      new StrongroomError(
        'IncorrectState',
        `The work request ${this.id} was canceled.`,
        'What it had begun was undone. Start it again when you want it.',
        { reason: 'WorkRequestCanceled' },
      ),
    );
  }

  /** Marks that the failure was written down. */
  end(): void {
    this.#isEnded = true;
  }

  #advance(done: number, total: number, fromPercent: number, toPercent: number, activity: string): void {
    if (this.#isEnded) return;
    const { catalog, clock, id, operationType, onProgress } = this.#parts;
    this.#meter.advance(done, total, fromPercent, toPercent);
    const { percentComplete } = this.#meter;
    const now = clock();
    if (now - this.#writtenAt >= WRITE_EVERY_MILLISECONDS) {
      this.#writtenAt = now;
      catalog.workRequests.update(id, { percentComplete, activity });
    }
    if (onProgress === undefined) return;
    const millisecondsLeft = this.#meter.millisecondsLeft();
    onProgress({
      workRequestId: id,
      operationType,
      percentComplete,
      activity,
      ...(millisecondsLeft === undefined ? {} : { millisecondsLeft }),
    });
  }

  #requireRunning(what: string): void {
    if (this.#isEnded) throw new Error(`${what} came after the end of work request ${this.id}`);
  }
}
