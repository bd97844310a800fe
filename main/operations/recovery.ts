import { z } from 'zod';
import { backupCopySchema, backupSchema } from '../../shared/domain/backup.ts';
import { backupDestinationSchema } from '../../shared/contract/fields.ts';
import type { WorkRequestOperation } from '../../shared/domain/work-request.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { hashObject } from '../storage/hash-object.ts';
import { offlineFile } from '../storage/offline-file.ts';
import type { Interrupted, Recoverer } from '../work-requests/recover-work-requests.ts';
import { recordedUriSchema } from './backup-location.ts';
import { openBucket } from './buckets.ts';
import { recordCopy } from './copy-object.ts';
import { recoverDeletions } from './execute-deletions.ts';
import type { CallerContext } from './operation-context.ts';
import { recoveryKitRecoverers } from './recovery-kit-recovery.ts';
import { recoverDrill } from './recover-drill.ts';
import { recordBackup } from './run-backup.ts';

/**
 * What happens at start to work requests that a crash cut off (rule R73). A backup that was published is finished, as
 * its journal has all that the catalog needs; everything else is undone, and can simply be asked for again. Token
 * objects of an undone restore are orphans that the next login destroys.
 */
export function recoverers(context: CallerContext): Partial<Record<WorkRequestOperation, Recoverer>> {
  const undoRestore: Recoverer = (interrupted) =>
    Promise.resolve({
      outcome: 'FAILED',
      message: 'The restore was interrupted and has been undone; nothing of it is usable. Restore again.',
      apply: () => {
        context.catalog.pendingChanges.undo(interrupted.request.id);
      },
    });
  const finishOrUndoBackup: Recoverer = (interrupted) => recoverBackup(context, interrupted);
  return {
    BACKUP_VAULT: finishOrUndoBackup,
    BACKUP_KEY: finishOrUndoBackup,
    RESTORE_VAULT: undoRestore,
    RESTORE_KEY: undoRestore,
    COPY_OBJECT: (interrupted) => recoverCopy(context, interrupted),
    EXPORT_BACKUPS: goOnByAskingAgain(
      'The export was interrupted. What it had copied is whole and stays; the manifest does not list it yet. Export again: it goes on.',
    ),
    IMPORT_BACKUPS: goOnByAskingAgain(
      'The import was interrupted. The backups that it had verified are in the catalog and stay. Import again: it goes on.',
    ),
    REBUILD_CATALOG: (interrupted) =>
      Promise.resolve({
        outcome: 'FAILED',
        message:
          'The rebuilding was interrupted. Buckets and backups that it had found stay; vaults and keys are as they were. Rebuild again.',
        apply: () => {
          context.catalog.pendingChanges.undo(interrupted.request.id);
        },
      }),
    DRILL: (interrupted) => recoverDrill(context, interrupted),
    ...recoveryKitRecoverers,
    EXECUTE_DELETIONS: recoverDeletions(context.catalog),
  };
}

/** For work each step of which is true by itself: nothing is to be undone. */
function goOnByAskingAgain(message: string): Recoverer {
  return () => Promise.resolve({ outcome: 'FAILED', message, apply: () => undefined });
}

const backupIntentSchema = z.object({ vaultId: z.string(), location: backupDestinationSchema });
const uriIntentSchema = z.object({ location: recordedUriSchema });
const publishStepSchema = z.object({ backup: backupSchema, copy: backupCopySchema, objectName: z.string() });

async function recoverBackup(context: CallerContext, interrupted: Interrupted): ReturnType<Recoverer> {
  const { catalog } = context;
  const store = await storeOfBackup(context, interrupted.intent);
  await store?.sweep().catch(() => []);
  const publish = publishStepSchema.safeParse(
    interrupted.journal.findLast((entry) => entry.step === 'publish')?.detail,
  );
  if (publish.success && (await isPublished(store, publish.data.objectName, publish.data.backup.sha256))) {
    return {
      outcome: 'SUCCEEDED',
      message: 'The backup had been verified and published when the program was interrupted; it is complete.',
      apply: () => {
        const keys =
          publish.data.backup.keyId === undefined
            ? [...catalog.keys.iterateOfVault(publish.data.backup.vaultId)].filter(
                (key) => catalog.pendingChanges.stateBefore('key', key.id) !== undefined,
              )
            : [{ id: publish.data.backup.keyId }];
        recordBackup(context, publish.data.backup, publish.data.copy, { keys });
        catalog.pendingChanges.apply(interrupted.request.id);
      },
    };
  }
  return {
    outcome: 'FAILED',
    message: whyNotMade(interrupted.intent, store, publish.success),
    apply: () => {
      catalog.pendingChanges.undo(interrupted.request.id);
    },
  };
}

function whyNotMade(intent: unknown, store: ObjectStore | undefined, isPublishing: boolean): string {
  const toUri = uriIntentSchema.safeParse(intent);
  if (toUri.success && isPublishing) {
    // The URL lets whoever has it in, and is not kept: nobody can look whether the backup arrived.
    return `The backup was interrupted while it was sent to ${toUri.data.location.host}; whether it arrived cannot be told, so it counts as not made. Back up again, to another object name.`;
  }
  return store === undefined && !toUri.success
    ? 'The backup was interrupted, and its destination is not there to be looked at; it counts as not made. Back up again.'
    : 'The backup was interrupted before it was published; nothing of it was kept. Back up again.';
}

async function storeOfBackup(context: CallerContext, intent: unknown): Promise<ObjectStore | undefined> {
  const parsed = backupIntentSchema.safeParse(intent);
  if (!parsed.success || parsed.data.location.destination === 'PRE_AUTHENTICATED_REQUEST_URI')
    return undefined;
  const { location, vaultId } = parsed.data;
  if (location.destination === 'OFFLINE_FILE') return offlineFile(location.file);
  const vault = context.catalog.vaults.get(vaultId);
  const bucket =
    vault === undefined ? undefined : context.catalog.buckets.getByName(vault.region, location.bucketName);
  if (bucket === undefined) return undefined;
  // A medium that is not there now cannot be looked at: the backup counts as not made.
  return openBucket(bucket).catch(() => undefined);
}

async function isPublished(store: ObjectStore | undefined, name: string, sha256: string): Promise<boolean> {
  try {
    if (store === undefined) return false;
    // Read, not looked up: success is told only of what is really there.
    await using object = await store.open(name);
    return (await hashObject(object)) === sha256;
  } catch {
    return false;
  }
}

const copyIntentSchema = z.object({ to: z.string(), objectName: z.string(), etag: z.string() });

/** A copy gets its name only when all of it is there: what has the name and the ETag is complete (rule R30). */
async function recoverCopy(context: CallerContext, interrupted: Interrupted): ReturnType<Recoverer> {
  const intent = copyIntentSchema.safeParse(interrupted.intent);
  const bucket = intent.success ? context.catalog.buckets.get(intent.data.to) : undefined;
  const store = bucket === undefined ? undefined : await openBucket(bucket).catch(() => undefined);
  await store?.sweep().catch(() => []);
  const copied = intent.success
    ? await store?.head(intent.data.objectName).catch(() => undefined)
    : undefined;
  if (intent.success && bucket !== undefined && copied?.etag === intent.data.etag) {
    return {
      outcome: 'SUCCEEDED',
      message: 'The copy had been verified and published when the program was interrupted; it is complete.',
      apply: () => {
        recordCopy(context, bucket, copied);
      },
    };
  }
  return {
    outcome: 'FAILED',
    message: 'The copy was interrupted; nothing partial stands at the destination. Copy again: it goes on.',
    apply: () => undefined,
  };
}
