import type { WorkRequestStatus } from '../../shared/domain/work-request.ts';
import type { Catalog } from '../catalog/catalog.ts';

/** Writes down how a work request ended and releases its locks; the caller's transaction. */
export function finish(
  catalog: Catalog,
  workRequestId: string,
  status: Extract<WorkRequestStatus, 'SUCCEEDED' | 'FAILED' | 'CANCELED'>,
  timeFinished: string,
): void {
  catalog.workRequests.update(workRequestId, {
    status,
    timeFinished,
    activity: undefined,
    ...(status === 'SUCCEEDED' ? { percentComplete: 100 } : {}),
  });
  catalog.workRequestNotes.settleResources(workRequestId);
  catalog.resourceLocks.releaseOf(workRequestId);
}
