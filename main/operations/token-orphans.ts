import type { Catalog } from '../catalog/open-catalog.ts';
import type { TokenOrphan } from '../catalog/token-orphan-store.ts';
import type { TokenSession } from '../hsm/token-session.ts';

/**
 * [Note: token orphans] Before a key version is made on a token, its material id is committed as an orphan; the
 * transaction that makes it usable takes it off that list. So whatever a crash leaves on a token is known, and is
 * destroyed at the next login to its region or before the next restore into it (rule R73): nothing half-made ever
 * becomes usable. What running work is making just now is spared: after a lock (rule R71) a login may come in its
 * midst.
 */
export async function destroyTokenOrphans(
  catalog: Catalog,
  regionId: string,
  session: TokenSession,
): Promise<void> {
  const isRunning = runningWork(catalog);
  const orphans = catalog.tokenOrphans
    .listOf(regionId)
    .filter((orphan) =>
      orphan.workRequestId === undefined
        ? !isBeingCreated(catalog, orphan)
        : !isRunning(orphan.workRequestId),
    );
  const materialIds = orphans.map((orphan) => orphan.materialId);
  if (materialIds.length > 0) await session.destroyKeyVersions(materialIds);
  catalog.transaction(() => {
    catalog.tokenOrphans.remove(regionId, materialIds);
    // An interrupted execution of deletions is finished by what was destroyed just now (rule R13).
    catalog.scheduledDeletions.finishDestroying();
  });
}

/** Thousands of orphans come from a few work requests: each is looked up once. */
function runningWork(catalog: Catalog): (workRequestId: string) => boolean {
  const known = new Map<string, boolean>();
  return (id) => {
    let isRunning = known.get(id);
    if (isRunning === undefined) {
      const request = catalog.workRequests.get(id);
      isRunning = request !== undefined && request.timeFinished === undefined;
      known.set(id, isRunning);
    }
    return isRunning;
  };
}

/** A creation that failed, or that a crash cut off, has taken its record away already (make-key-version.ts). */
function isBeingCreated(catalog: Catalog, { region, materialId }: TokenOrphan): boolean {
  if (catalog.softwareKeyProtectors.get(materialId)?.lifecycleState === 'CREATING') return true;
  return catalog.keyVersions
    .listByMaterialId(materialId)
    .some((version) => version.region === region && version.lifecycleState === 'CREATING');
}
