import type { BackupSource } from '../../shared/contract/fields.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { KeyVersionEntry } from '../../shared/domain/backup-entry.ts';
import type { RestorePlan } from '../../shared/domain/restore-plan.ts';
import type { VaultRecord } from '../catalog/vault-store.ts';
import type { WrappedKeyDetails } from '../hsm/token-session.ts';
import type { WorkRequestRun } from '../work-requests/work-request-run.ts';
import { attachedRegion } from './attached-region.ts';
import { recordedLocation } from './backup-location.ts';
import type { OperationContext } from './operation-context.ts';
import { etagOf, requireMatch } from './etag.ts';
import { isDestroyed, movesCurrentVersion } from './compare-backup.ts';
import { decidingCompartments, demandsOfRestore, prepareRestore } from './prepare-restore.ts';
import type { PreparedRestore } from './prepare-restore.ts';
import { restoredKey, restoredKeyVersion, restoredVault } from './restored-records.ts';
import type { Passage } from './restored-records.ts';
import { limitsOfRestore, requirePlanAllowed, requireRoom } from './restore-plan.ts';
import { destroyTokenOrphans } from './token-orphans.ts';

export interface RestoreOrder {
  readonly kind: 'VAULT' | 'KEY';
  readonly location: BackupSource;
  readonly region: string | undefined;
  readonly planHash: string | undefined;
  readonly isBringBackDestroyed: boolean;
  readonly ifMatch: string | undefined;
}

export interface RestoreResult {
  readonly workRequestId: string;
  readonly region: string;
  readonly plan: RestorePlan;
  readonly vault: VaultRecord;
  /** Ids of the backup's keys here. */
  readonly keyIds: readonly string[];
  readonly keyCount: number;
  readonly keyVersionCount: number;
}

/** Where verification ends and writing begins, in percent. */
const VERIFIED_AT = 50;
/** Key versions whose records are committed together before their token objects are made. */
const PENDING_BATCH = 64;

/**
 * One restore (rules R40 to R44, R46, R47): all verified and planned, then records and token objects in batches,
 * then every state set in one transaction. Until that commit nothing of it is usable; whatever interrupts it, its
 * records are undone and its token objects are orphans that the next login destroys.
 */
export async function runRestore(context: OperationContext, order: RestoreOrder): Promise<RestoreResult> {
  const { regionId } = attachedRegion(context, order.region);
  const { workRequestId, result } = await context.workRequests.run(
    {
      operationType: order.kind === 'VAULT' ? 'RESTORE_VAULT' : 'RESTORE_KEY',
      resources: [],
      // One restore into a region at a time: what a plan found on the token must still be so when it is carried out.
      locks: [regionId],
      intent: {
        location: recordedLocation(order.location),
        kind: order.kind,
        ...(order.region === undefined ? {} : { region: order.region }),
      },
      begin: (id) => {
        if (context.resumes !== undefined) context.catalog.tokenOrphans.takeOver(context.resumes, id);
      },
      undo: (id) => {
        context.catalog.pendingChanges.undo(id);
      },
    },
    async (run) => {
      await using prepared = await prepareRestore(context, {
        location: order.location,
        region: order.region,
        onProgress: (done, total, activity) => {
          run.progress((done / Math.max(total, 1)) * VERIFIED_AT, 100, activity);
        },
        signal: run.signal,
        ...(context.resumes === undefined ? {} : { resumes: run.id }),
        // What a failed restore left there must not pass for key versions that are there already: it is on the list
        // of what the next login destroys.
        beforeInventory: (session) => destroyTokenOrphans(context.catalog, regionId, session),
      });
      requireKind(order.kind, prepared);
      const touched = decidingCompartments(context, prepared);
      run.belongsTo(touched[0]);
      context.requireAccess(demandsOfRestore(context, prepared, 'VAULT_RESTORE', 'KEY_RESTORE'));
      if (order.kind === 'KEY') requireVault(context, prepared);
      requireMatch(order.ifMatch, existingOf(prepared, order.kind), 'What the restore goes onto');
      requirePlanAllowed(prepared.plan, order);
      context.requireApproval({
        planHash: prepared.plan.planHash,
        summary: summaryOf(prepared),
        compartmentIds: touched,
      });
      run.log(
        `Verified ${prepared.source.description}; restoring into ${prepared.region.regionId} by plan ${prepared.plan.planHash}.`,
      );
      run.lock([prepared.vault.id, ...[...prepared.keys.values()].map((key) => key.id)], () => {
        requireUnchanged(context, prepared);
        // Somebody may have made keys since the plan; from here on the vault and its keys are locked.
        requireRoom(limitsOfRestore(context.catalog, regionId, prepared));
        beginRestore(context, run.id, prepared, order.kind);
      });
      await writeKeyVersions(context, run, prepared);
      run.signal.throwIfAborted();
      return finishRestore(context, run, prepared, order.kind);
    },
    context.onProgress,
  );
  return { workRequestId, ...result };
}

/** The vault or key that is restored onto, if there is one. */
function existingOf({ vault, keys }: PreparedRestore, kind: 'VAULT' | 'KEY'): object | undefined {
  return kind === 'VAULT' ? vault.existing : [...keys.values()][0]?.existing;
}

/** What a second operator reads before they approve it (rule R63). */
function summaryOf({ plan, vault, region }: PreparedRestore): string {
  return `Restore backup ${plan.backup.backupId} of ${plan.backup.timeCreated} (vault ${vault.entry.displayName}) into ${region.regionId}: ${plan.keyVersionsToAdd} key versions to add, ${plan.keyVersionsToBringBack} of them destroyed before; SHA-256 ${plan.backup.sha256}.`;
}

function requireKind(kind: 'VAULT' | 'KEY', prepared: PreparedRestore): void {
  const found = prepared.reader.header.kind;
  if (found === kind) return;
  throw new StrongroomError(
    'InvalidParameter',
    `This is the backup of a ${found.toLowerCase()}, not of a ${kind.toLowerCase()}.`,
    `Use ${found.toLowerCase()} restore.`,
    { reason: 'BackupKindDiffers' },
  );
}

/** A key restore without its vault is 404 that says from which backup to restore the vault (rule R40). */
function requireVault(context: OperationContext, prepared: PreparedRestore): void {
  const { entry, existing } = prepared.vault;
  if (existing !== undefined && !isDestroyed(existing)) return;
  const known = context.catalog.backups
    .list({ vaultId: entry.id, limit: 100 })
    .data.filter((backup) => backup.kind === 'VAULT');
  const [newest] = known;
  throw new StrongroomError(
    'NotAuthorizedOrNotFound',
    `The key's vault ${entry.displayName} (${entry.id}) is not in region ${prepared.region.regionId}.`,
    newest === undefined
      ? 'Restore the vault first, from a backup of it (vault restore), then the key.'
      : `Restore the vault first, for instance from its backup ${newest.id} of ${newest.timeCreated} (vault restore), then the key.`,
    { reason: 'VaultMissing' },
  );
}

/**
 * What a backup goes onto was compared with it while the backup was read and the token was asked; from here on it is
 * locked. Whoever renamed, disabled or rotated something meanwhile is not overruled.
 */
function requireUnchanged({ catalog }: OperationContext, { vault, keys }: PreparedRestore): void {
  const isSame = (compared: object | undefined, now: object | undefined): boolean =>
    compared === undefined ? now === undefined : now !== undefined && etagOf(compared) === etagOf(now);
  if (
    isSame(vault.existing, catalog.vaults.get(vault.id)) &&
    [...keys.values()].every((key) => isSame(key.existing, catalog.keys.get(key.id)))
  ) {
    return;
  }
  throw new StrongroomError(
    'Conflict',
    'The vault or a key was changed while the restore was planned. Nothing was written.',
    'Make a new plan (backup plan-restore) and read it again.',
    { reason: 'PlanChanged' },
  );
}

function passageOf(prepared: PreparedRestore): Passage {
  return { sourceRegion: prepared.reader.header.sourceRegion, region: prepared.region.regionId };
}

/** Records compartments, vault and keys as RESTORING, with the states they will have. One transaction with the locks. */
function beginRestore(
  context: OperationContext,
  workRequestId: string,
  prepared: PreparedRestore,
  kind: 'VAULT' | 'KEY',
): void {
  const { catalog } = context;
  const { pendingChanges } = catalog;
  const { timeCreated: metadataTime } = prepared.reader.header;
  for (const { kind: _kind, ...compartment } of prepared.compartments) {
    if (catalog.compartments.get(compartment.id) !== undefined) continue;
    catalog.compartments.insert(compartment);
    pendingChanges.add(workRequestId, 'compartment', compartment.id);
  }
  const { vault } = prepared;
  if (vault.existing === undefined) {
    catalog.vaults.insert(restoredVault(passageOf(prepared), vault.entry, metadataTime));
    pendingChanges.add(workRequestId, 'vault', vault.id, 'ACTIVE');
  } else if (kind === 'VAULT') {
    pendingChanges.hold(workRequestId, 'vault', vault.id, 'RESTORING', 'ACTIVE');
  }
  for (const key of prepared.keys.values()) {
    if (key.existing === undefined) {
      catalog.keys.insert(restoredKey(passageOf(prepared), key.entry, metadataTime));
      pendingChanges.add(workRequestId, 'key', key.id, key.entry.lifecycleState);
    } else {
      const { lifecycleState } = isDestroyed(key.existing) ? key.entry : key.existing;
      pendingChanges.hold(workRequestId, 'key', key.id, 'RESTORING', lifecycleState);
    }
  }
}

/** Streams the key versions from the backup into catalog and token: pending committed -> unwrapped -> read back. */
async function writeKeyVersions(
  context: OperationContext,
  run: WorkRequestRun,
  prepared: PreparedRestore,
): Promise<void> {
  const total = prepared.plan.keyVersionsToAdd;
  let done = 0;
  const written = prepared.session.unwrapKeyVersions(pendingKeyVersions(context, run, prepared));
  const each = written[Symbol.asyncIterator]();
  try {
    while ((await each.next()).done !== true) {
      done += 1;
      run.progress(
        VERIFIED_AT + (done / Math.max(total, 1)) * (99 - VERIFIED_AT),
        100,
        `Restoring key version ${done} of ${total}`,
      );
    }
  } finally {
    // Left early, this waits for the batches that the token still works on: nothing may be made after the undo.
    await each.return?.();
  }
}

async function* pendingKeyVersions(
  context: OperationContext,
  run: WorkRequestRun,
  prepared: PreparedRestore,
): AsyncIterable<WrappedKeyDetails & { readonly label: string }> {
  let batch: KeyVersionEntry[] = [];
  for await (const entry of prepared.reader.entries()) {
    run.signal.throwIfAborted();
    if (entry.kind !== 'keyVersion') continue;
    batch.push(entry);
    if (batch.length < PENDING_BATCH) continue;
    yield* commitPending(context, run.id, prepared, batch);
    batch = [];
  }
  yield* commitPending(context, run.id, prepared, batch);
}

/** Commits the records of a batch, and gives those whose token objects must be made. */
function* commitPending(
  context: OperationContext,
  workRequestId: string,
  prepared: PreparedRestore,
  batch: readonly KeyVersionEntry[],
): Iterable<WrappedKeyDetails & { readonly label: string }> {
  const { catalog } = context;
  const region = prepared.region.regionId;
  const missing = batch.filter((entry) => !prepared.inventory.has(entry.materialId));
  catalog.transaction(() => {
    for (const entry of batch) {
      const version = restoredKeyVersion(passageOf(prepared), entry, keyOf(prepared, entry).entry);
      const existing = catalog.keyVersions.get(version.id);
      if (isDestroyed(existing)) {
        catalog.pendingChanges.hold(workRequestId, 'keyVersion', version.id, 'CREATING', 'ENABLED');
      }
      if (existing !== undefined) continue;
      catalog.keyVersions.insert(version);
      catalog.pendingChanges.add(workRequestId, 'keyVersion', version.id, 'ENABLED');
    }
    catalog.tokenOrphans.add(
      missing.map((entry) => ({ region, materialId: entry.materialId, workRequestId })),
    );
  });
  for (const entry of missing) {
    yield {
      materialId: entry.materialId,
      wrappedKey: entry.wrappedKey,
      keyShape: entry.keyShape,
      ...(entry.publicKey === undefined ? {} : { publicKey: entry.publicKey }),
      extractable: entry.attributePolicy.extractable,
      label: keyOf(prepared, entry).entry.displayName,
    };
  }
}

function keyOf(prepared: PreparedRestore, entry: KeyVersionEntry) {
  const key = prepared.keys.get(entry.keyId);
  if (key === undefined) throw new Error(`the verified backup has a version of no key: ${entry.id}`);
  return key;
}

/** The one transaction that makes the restore true (rule R46). */
function finishRestore(
  context: OperationContext,
  run: WorkRequestRun,
  prepared: PreparedRestore,
  kind: 'VAULT' | 'KEY',
): Omit<RestoreResult, 'workRequestId'> {
  const { catalog } = context;
  const { vault, keys, plan } = prepared;
  const metadataTime = prepared.reader.header.timeCreated;
  run.addResource({
    actionType: vault.existing === undefined ? 'CREATED' : 'UPDATED',
    entityType: 'vault',
    identifier: vault.id,
  });
  for (const key of keys.values()) {
    run.addResource({
      actionType: key.existing === undefined ? 'CREATED' : 'UPDATED',
      entityType: 'key',
      identifier: key.id,
    });
  }
  run.commit(() => {
    catalog.pendingChanges.apply(run.id);
    catalog.tokenOrphans.removeOf(run.id);
    if (kind === 'VAULT' && vault.existing !== undefined && vault.isNewer) {
      catalog.vaults.update(vault.id, { ...metadataOf(vault.entry), metadataTime });
    }
    for (const key of keys.values()) {
      if (key.existing === undefined || !key.isNewer) continue;
      catalog.keys.update(key.id, {
        ...metadataOf(key.entry),
        metadataTime,
        ...(movesCurrentVersion(key) ? { currentKeyVersion: key.currentKeyVersion } : {}),
      });
    }
  });
  return {
    region: prepared.region.regionId,
    plan,
    vault: catalog.vaults.require(vault.id),
    keyIds: [...keys.values()].map((key) => key.id),
    keyCount: keys.size,
    keyVersionCount: plan.keyVersionsToAdd + plan.keyVersionsPresent,
  };
}

function metadataOf(
  entry: Pick<PreparedRestore['vault']['entry'], 'displayName' | 'freeformTags' | 'definedTags'>,
) {
  return { displayName: entry.displayName, freeformTags: entry.freeformTags, definedTags: entry.definedTags };
}
