import { StrongroomError } from '../../shared/domain/errors.ts';
import type { Catalog } from '../catalog/catalog.ts';

/**
 * Takes locks for a work request; the caller's transaction (rule R47). One that it holds already is no conflict.
 * @throws StrongroomError Conflict, reason `ResourceBusy`, that names the work request that holds one.
 */
export function takeLocks(catalog: Catalog, workRequestId: string, resourceIds: readonly string[]): void {
  for (const resourceId of new Set(resourceIds)) {
    const holderId = catalog.resourceLocks.holderOf(resourceId);
    if (holderId === workRequestId) continue;
    if (holderId !== undefined) throw resourceBusy(catalog, resourceId, holderId);
    catalog.resourceLocks.insert(resourceId, workRequestId);
  }
}

/**
 * For changes that are done at once and need no lock of their own; the caller's transaction.
 * @throws StrongroomError Conflict, reason `ResourceBusy`, that names the work request that holds one.
 */
export function requireUnlocked(catalog: Catalog, resourceIds: readonly string[]): void {
  for (const resourceId of resourceIds) {
    const holderId = catalog.resourceLocks.holderOf(resourceId);
    if (holderId !== undefined) throw resourceBusy(catalog, resourceId, holderId);
  }
}

function resourceBusy(catalog: Catalog, resourceId: string, holderId: string): StrongroomError {
  const { operationType } = catalog.workRequests.require(holderId);
  return new StrongroomError(
    'Conflict',
    `${resourceId} is held by the running work request ${holderId} (${operationType}).`,
    `Wait until it has ended (work-request get --work-request-id ${holderId}), then try again.`,
    { reason: 'ResourceBusy' },
  );
}
