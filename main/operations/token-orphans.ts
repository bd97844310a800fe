import type { Catalog } from '../catalog/open-catalog.ts';
import type { TokenSession } from '../hsm/token-session.ts';

/**
 * [Note: token orphans] Before a key version is made on a token, its material id is committed as an orphan; the
 * transaction that makes it usable takes it off that list. So whatever a crash leaves on a token is known, and is
 * destroyed at the next login to its region (rule R73): nothing half-made ever becomes usable.
 */
export async function destroyTokenOrphans(
  catalog: Catalog,
  regionId: string,
  session: TokenSession,
): Promise<void> {
  const orphans = catalog.tokenOrphans.listOf(regionId);
  if (orphans.length === 0) return;
  await session.destroyKeyVersions(orphans.map((orphan) => orphan.materialId));
  catalog.tokenOrphans.remove(
    regionId,
    orphans.map((orphan) => orphan.materialId),
  );
}
