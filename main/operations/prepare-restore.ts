import type { BackupSource } from '../../shared/contract/fields.ts';
import type { Region } from '../../shared/domain/realm.ts';
import type { RestorePlan } from '../../shared/domain/restore-plan.ts';
import type { AccessDemand } from '../access/access-demand.ts';
import type { Permission } from '../../shared/domain/permission.ts';
import type { TokenSession } from '../hsm/token-session.ts';
import { openSealedBackup } from '../sealing/open-sealed-backup.ts';
import type { SealedBackupReader } from '../sealing/open-sealed-backup.ts';
import { attachedRegion } from './attached-region.ts';
import { openSource } from './backup-location.ts';
import type { OpenSource } from './backup-location.ts';
import { onLocation } from './demands.ts';
import { compareBackup } from './compare-backup.ts';
import type { Comparison } from './compare-backup.ts';
import type { OperationContext } from './operation-context.ts';
import { makePlan } from './restore-plan.ts';
import { sealingTokenOf } from './sealing-token-of-session.ts';

/** A verified backup, compared with what the region has: everything that a plan shows and a restore needs. */
export interface PreparedRestore extends Comparison, AsyncDisposable {
  readonly region: Region;
  readonly session: TokenSession;
  readonly source: OpenSource;
  readonly reader: SealedBackupReader;
  readonly plan: RestorePlan;
  /** Material ids on the token when the plan was made. */
  readonly inventory: ReadonlySet<string>;
  readonly sha256: string;
}

export interface PrepareOptions {
  readonly location: BackupSource;
  readonly region: string | undefined;
  readonly onProgress?: (done: number, total: number, activity: string) => void;
  readonly signal?: AbortSignal;
  /** What must be done on the token before its inventory is taken. */
  readonly beforeInventory?: (session: TokenSession) => Promise<void>;
  /** The work request whose leftovers on the token are gone on with. */
  readonly resumes?: string | undefined;
}

/**
 * Opens a backup, verifies all of it with the region's token (rule R44: seal, every entry, every wrapped key) and
 * makes the plan (rule R43). Writes nothing by itself.
 */
export async function prepareRestore(
  context: OperationContext,
  options: PrepareOptions,
): Promise<PreparedRestore> {
  const region = attachedRegion(context, options.region);
  const ofSource = onLocation(context.catalog, 'OBJECT_READ', options.location, options.region);
  if (ofSource.length > 0) context.requireAccess(ofSource);
  const source = await openSource(context, options.location, options.region, {
    signal: options.signal,
    // Half of the way to a verified backup, where it has to be fetched first.
    onProgress: (done, total, activity) => options.onProgress?.(done, 2 * total, activity),
  });
  try {
    const session = await context.openRegion(region.regionId);
    const reader = await openSealedBackup(source.object, sealingTokenOf(session));
    const verified = await reader.verify('keys', {
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    await options.beforeInventory?.(session);
    const inventory = new Set<string>();
    for await (const entry of session.inventory()) inventory.add(entry.materialId);
    const { regionId } = region;
    const compared = await compareBackup(context, regionId, reader, session, inventory, options.resumes);
    const plan = makePlan(context.catalog, regionId, reader, verified.sha256, compared);
    return {
      region,
      session,
      source,
      reader,
      plan,
      ...compared,
      inventory,
      sha256: verified.sha256,
      [Symbol.asyncDispose]: async () => {
        reader.close();
        await source[Symbol.asyncDispose]();
      },
    };
  } catch (failure) {
    await source[Symbol.asyncDispose]();
    throw failure;
  }
}

/**
 * The existing compartment that decides about one of the backup (rules R40, R62): itself, or the nearest of its parents
 * that this home has; the others come with the restore.
 */
function decidingCompartment(
  context: OperationContext,
  prepared: PreparedRestore,
  compartmentId: string,
): string {
  const { catalog } = context;
  const parents = new Map(prepared.compartments.map((entry) => [entry.id, entry.compartmentId]));
  for (let id: string | undefined = compartmentId; id !== undefined; id = parents.get(id)) {
    if (catalog.compartments.get(id) !== undefined) return id;
  }
  return catalog.realm.require().tenancyId;
}

/** A permission on all that a backup would restore. */
export function demandsOfRestore(
  context: OperationContext,
  prepared: PreparedRestore,
  ofVault: Permission,
  ofKey: Permission,
): AccessDemand[] {
  const region = prepared.region.regionId;
  const vaultId = prepared.vault.id;
  return prepared.reader.header.kind === 'VAULT'
    ? decidingCompartments(context, prepared).map((compartmentId) => ({
        permission: ofVault,
        target: { compartmentId, vaultId, region },
      }))
    : [...prepared.keys.values()].map((key) => ({
        permission: ofKey,
        target: {
          compartmentId: decidingCompartment(context, prepared, key.entry.compartmentId),
          vaultId,
          keyId: key.id,
          region,
        },
      }));
}

/** The compartments that decide about the vault and the keys of a backup, the vault's first, each once. */
export function decidingCompartments(
  context: OperationContext,
  prepared: PreparedRestore,
): readonly string[] {
  const { vault, keys } = prepared;
  const own = [vault, ...keys.values()].map(({ entry }) => entry.compartmentId);
  return [...new Set([...new Set(own)].map((id) => decidingCompartment(context, prepared, id)))];
}
