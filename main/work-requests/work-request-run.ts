import type { WorkRequestResource } from '../../shared/domain/work-request.ts';
import type { JsonValue } from '../catalog/json-value.ts';

/** Progress within one part of the work; without an activity the part's name is shown. */
export type PhaseProgress = (done: number, total: number, activity?: string) => void;

/** What running work has of its work request. */
export interface WorkRequestRun {
  /** OCID of the work request. */
  readonly id: string;
  /** Aborted by cancel; its reason is the error that says so. Work heeds it where stopping is safe. */
  readonly signal: AbortSignal;
  /** Says that `done` of `total` of the whole is done. The percentage only grows, whatever is passed. */
  progress(done: number, total: number, activity: string): void;
  /** Begins a part of the work that takes the whole from one percentage to another. */
  phase(name: string, fromPercent: number, toPercent: number): PhaseProgress;
  /** Writes a line into the log that people read. */
  log(message: string): void;
  /** Writes down a step for recovery: on the disk when this returns, before the side effect that follows. */
  journal(step: string, detail: JsonValue): void;
  /** Says in which compartment the work is, where only the work finds that out. */
  belongsTo(compartmentId: string | undefined): void;
  /** Adds a resource; one that is there takes the new action type. */
  addResource(resource: WorkRequestResource): void;
  /**
   * Takes further locks, for work that learns only while it runs what it will change, and runs `begin` in the same
   * transaction.
   * @throws StrongroomError Conflict, reason `ResourceBusy`
   */
  lock(resourceIds: readonly string[], begin?: () => void): void;
  /**
   * The one transaction that makes the result true: the work's writes, SUCCEEDED, and the release of the locks.
   * Work must end with it; what follows can only be tidying up.
   */
  commit<Result>(work: () => Result): Result;
}
