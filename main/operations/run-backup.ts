import { backupNameStem } from '../../shared/domain/backup.ts';
import type { Backup, BackupCopy, LeftOut } from '../../shared/domain/backup.ts';
import type { BackupDestination } from '../../shared/contract/fields.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { secretsLeftOutInWords } from '../../shared/domain/secret.ts';
import type { WorkRequestRun } from '../work-requests/work-request-run.ts';
import { sealBackup } from '../sealing/seal-backup.ts';
import { verifySealedBackup } from '../sealing/verify-sealed-backup.ts';
import { openDestination, recordedLocation } from './backup-location.ts';
import type { OpenDestination } from './backup-location.ts';
import { backupEntries, compartmentsOf, countKeyVersions } from './backup-entries.ts';
import type { BackupScope } from './backup-entries.ts';
import { newOcid } from './new-ocid.ts';
import type { CallerContext, OperationContext } from './operation-context.ts';
import { sealingTokenOf } from './sealing-token-of-session.ts';

export interface BackupOrder {
  readonly kind: 'VAULT' | 'KEY';
  readonly scope: BackupScope;
  readonly isIncludeKeys: boolean;
  readonly leftOut: readonly LeftOut[];
  readonly location: BackupDestination;
}

/** Shares of the whole that each part of a backup takes, in percent. */
const SEALED_AT = 60;
const VERIFIED_AT = 95;

/**
 * One backup of a vault or a key (rules R22 to R24, R26, R47): intent -> sealed under a temporary name -> re-opened
 * and verified with the token -> published without replacing -> read back -> done, in one transaction.
 * @param makeOrder says what is to be backed up as the catalog is when it is called, or throws why it cannot be.
 */
export async function runBackup(
  context: OperationContext,
  makeOrder: () => BackupOrder,
): Promise<{ workRequestId: string; backup: Backup; copy: BackupCopy }> {
  const { catalog } = context;
  const asked = makeOrder();
  const { region } = asked.scope.vault;
  const timeCreated = context.now().toISOString();
  const stem = backupNameStem(asked.kind, timeCreated);
  const destination = await openDestination(context, asked.location, region, stem);
  const session = await context.openRegion(region);
  const token = sealingTokenOf(session);
  // A login takes its time, in which a key may have been rotated or disabled: what is backed up is what is held now.
  const order = makeOrder();
  const { vault, keys } = order.scope;
  const held = order.kind === 'VAULT' ? [vault.id, ...keys.map((key) => key.id)] : keys.map((key) => key.id);
  const { workRequestId, result } = await context.workRequests.run(
    {
      operationType: order.kind === 'VAULT' ? 'BACKUP_VAULT' : 'BACKUP_KEY',
      compartmentId:
        order.kind === 'VAULT' ? vault.compartmentId : (keys[0]?.compartmentId ?? vault.compartmentId),
      resources: [
        { actionType: 'RELATED', entityType: 'vault', identifier: vault.id },
        ...(order.kind === 'KEY'
          ? keys.map((key) => ({ actionType: 'RELATED' as const, entityType: 'key', identifier: key.id }))
          : []),
      ],
      locks: held,
      intent: { vaultId: vault.id, kind: order.kind, location: recordedLocation(order.location) },
      begin: (id) => {
        if (order.kind === 'VAULT') catalog.pendingChanges.hold(id, 'vault', vault.id, 'BACKUP_IN_PROGRESS');
        for (const key of keys) catalog.pendingChanges.hold(id, 'key', key.id, 'BACKUP_IN_PROGRESS');
      },
      undo: (id) => {
        catalog.pendingChanges.undo(id);
      },
    },
    async (run) => {
      const sealed = await sealToStage(context, run, order, destination, token, timeCreated);
      await using staged = sealed.staged;
      run.log(
        `Sealed and verified: ${sealed.backup.keyVersionCount} key versions, ${sealed.backup.size} bytes.`,
      );
      if (sealed.backup.secretsLeftOut > 0) {
        run.log(`${secretsLeftOutInWords(sealed.backup.secretsLeftOut)}.`);
      }
      const objectName = destination.nameFor(sealed.backup.sha256);
      const copy: BackupCopy = {
        backupId: sealed.backup.id,
        ...(destination.region === undefined ? {} : { region: destination.region }),
        place: destination.placeOf(objectName),
        etag: sealed.backup.sha256,
        size: sealed.backup.size,
        timeCreated: context.now().toISOString(),
        timeVerified: context.now().toISOString(),
        verifiedDepth: 'keys',
      };
      run.signal.throwIfAborted();
      run.journal('publish', { backup: sealed.backup, copy, objectName });
      run.progress(VERIFIED_AT, 100, `Publishing to ${destination.description}`);
      const unread: string[] = [];
      const published = await staged.publish(objectName, {
        signal: run.signal,
        onProgress: (done, total) => {
          const percent = VERIFIED_AT + (done / total) * (100 - VERIFIED_AT);
          run.progress(percent, 100, `Publishing to ${destination.description}`);
        },
        onUnread: (sentence) => {
          unread.push(sentence);
          run.log(sentence);
        },
      });
      if (published.etag !== sealed.backup.sha256) {
        throw new StrongroomError(
          'ServiceUnavailable',
          `What ${destination.description} gives back is not what was written.`,
          'Do not trust that storage; back up to another place.',
          { reason: 'ReadBackMismatch' },
        );
      }
      run.addResource({ actionType: 'CREATED', entityType: 'backup', identifier: sealed.backup.id });
      const recorded = unread.length === 0 ? copy : unverified(copy);
      run.commit(() => {
        recordBackup(context, sealed.backup, recorded, order.scope);
        catalog.pendingChanges.apply(run.id);
      });
      return { backup: sealed.backup, copy: recorded };
    },
    context.onProgress,
  );
  return { workRequestId, ...result };
}

/** A copy that the storage vouches for, and that nobody has read back. */
function unverified({ timeVerified: _time, verifiedDepth: _depth, ...copy }: BackupCopy): BackupCopy {
  return copy;
}

async function sealToStage(
  context: OperationContext,
  run: WorkRequestRun,
  order: BackupOrder,
  destination: OpenDestination,
  token: ReturnType<typeof sealingTokenOf>,
  timeCreated: string,
) {
  const { catalog } = context;
  const { scope } = order;
  const keyVersionCount = countKeyVersions(catalog, scope);
  const compartments = compartmentsOf(catalog, scope);
  const entryCount = compartments.length + 1 + scope.keys.length + keyVersionCount;
  const newest = catalog.backups.newestOf(scope.vault.region);
  const id = newOcid('backup', { region: scope.vault.region });
  const sequence = (newest?.sequence ?? 0) + 1;
  const staged = await destination.store.stage();
  try {
    // Carried out of this machine with the backup, it tells a rewritten audit log from the one that was (rule R61).
    const auditCheckpoint = await context.audit.checkpoint(scope.vault.region, (message) =>
      token.authenticate(message),
    );
    const sealed = await sealBackup({
      header: {
        backupId: id,
        kind: order.kind,
        sequence,
        ...(newest === undefined ? {} : { previousBackupSha256: newest.sha256 }),
        sourceRegion: scope.vault.region,
        timeCreated,
        entryCount,
        ...(auditCheckpoint === undefined ? {} : { auditCheckpoint }),
      },
      entries: backupEntries(catalog, scope, compartments, token),
      token,
      write: (bytes) => staged.write(bytes),
      onEntry: (count) => {
        run.progress((count / entryCount) * SEALED_AT, 100, `Sealing entry ${count} of ${entryCount}`);
      },
      signal: run.signal,
    });
    await using written = await staged.reopen();
    const verified = await verifySealedBackup(written, {
      depth: 'keys',
      token,
      onProgress: (done, total, activity) => {
        run.progress(SEALED_AT + (done / Math.max(total, 1)) * (VERIFIED_AT - SEALED_AT), 100, activity);
      },
      signal: run.signal,
    });
    if (verified.sha256 !== sealed.sha256 || verified.provenKeyVersionCount !== keyVersionCount) {
      throw new Error('the sealed backup that was read back is not the one that was written');
    }
    const backup: Backup = {
      id,
      kind: order.kind,
      sourceRegion: scope.vault.region,
      compartmentId: scope.vault.compartmentId,
      vaultId: scope.vault.id,
      ...(order.kind === 'KEY' && scope.keys[0] !== undefined ? { keyId: scope.keys[0].id } : {}),
      vaultName: scope.vault.displayName,
      timeCreated,
      sequence,
      ...(newest === undefined ? {} : { previousBackupSha256: newest.sha256 }),
      sha256: sealed.sha256,
      size: sealed.size,
      entryCount,
      keyCount: scope.keys.length,
      keyVersionCount,
      isIncludeKeys: order.isIncludeKeys,
      leftOut: [...order.leftOut],
      secretsLeftOut: scope.secretsLeftOut,
      workRequestId: run.id,
    };
    return { staged, backup };
  } catch (failure) {
    await staged[Symbol.asyncDispose]();
    throw failure;
  }
}

/** Writes a published backup into the catalog; the caller's transaction. */
export function recordBackup(
  context: CallerContext,
  backup: Backup,
  copy: BackupCopy,
  scope: { readonly keys: readonly { readonly id: string }[] },
): void {
  const { catalog } = context;
  catalog.backups.insert(backup);
  catalog.backupCopies.insert(copy);
  for (const key of scope.keys) catalog.backups.coverKey(backup.id, key.id);
}
