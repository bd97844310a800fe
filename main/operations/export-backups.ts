import { join } from 'node:path';
import type { RequestOf } from '../../shared/contract/contract.ts';
import type { ExportedBackup } from '../../shared/contract/media.ts';
import { backupNameStem } from '../../shared/domain/backup.ts';
import type { Backup } from '../../shared/domain/backup.ts';
import { StrongroomError, toStrongroomError } from '../../shared/domain/errors.ts';
import { mergeManifest } from '../../shared/domain/media-manifest.ts';
import type { MediaManifest, MediaManifestEntry } from '../../shared/domain/media-manifest.ts';
import type { AccessDemand } from '../access/access-demand.ts';
import { copyObject } from '../storage/copy-object.ts';
import { openMediaFolder } from '../storage/media-folder.ts';
import type { MediaFolder } from '../storage/media-folder.ts';
import { readManifest, writeManifest } from '../storage/media-manifest.ts';
import type { WorkRequestRun } from '../work-requests/work-request-run.ts';
import { copiesBestFirst, openCopy, placeInWords, recordIdenticalCopy } from './backup-copies.ts';
import { onBackup } from './demands.ts';
import type { OperationContext, OperationHandler } from './operation-context.ts';

/**
 * Copies backups to a removable medium (rule R31): for each the best copy that can be reached, compared by its SHA-256 on
 * both sides and never partial; then the manifest. A backup that cannot be copied is told, and stops no other.
 */
export const exportBackups: OperationHandler<'backup.export'> = async (context, request) => {
  const { catalog } = context;
  const realm = catalog.realm.require();
  const backups = selectBackups(context, request);
  context.requireAccess(demandsOf(context, backups));
  const folder = await openMediaFolder(request.out, { make: true });
  const older = await manifestToExtend(folder, realm.realmId);
  const { workRequestId, result } = await context.workRequests.run(
    {
      operationType: 'EXPORT_BACKUPS',
      resources: [],
      // One export at a time writes a folder's manifest.
      locks: [`folder ${folder.location}`],
      intent: { folder: folder.location, backupCount: backups.length },
    },
    async (run) => {
      await folder.sweep();
      const outcome = await copyAll(context, run, folder, backups);
      const there = new Map([...outcome.exported, ...outcome.kept].map((each) => [each.backupId, each]));
      const manifest = mergeManifest(
        older,
        realm,
        backups.flatMap((backup) => {
          const exported = there.get(backup.id);
          return exported === undefined ? [] : [entryOf(backup, exported.fileName)];
        }),
        context.now().toISOString(),
      );
      run.progress(99, 100, 'Writing the manifest');
      await folder.requireSameFolder();
      const path = await writeManifest(folder.location, manifest);
      run.log(
        `${outcome.exported.length} exported to ${folder.location}, ${outcome.kept.length} there already, ${outcome.failed.length} failed.`,
      );
      for (const { backupId, message } of outcome.failed) run.log(`Not exported: ${backupId}. ${message}`);
      run.commit(() => undefined);
      return { ...outcome, manifest: { path, backupCount: manifest.backups.length } };
    },
    context.onProgress,
  );
  return {
    workRequestId,
    folder: folder.location,
    ...result,
    isComplete: result.failed.length === 0,
    statement:
      'Every file was compared with its backup by SHA-256. The manifest only lists them and proves nothing: an import or a verification checks the seal of each.',
  };
};

/** @throws InvalidParameter `ContradictorySelection`; NotAuthorizedOrNotFound `NothingToExport` */
function selectBackups(context: OperationContext, request: RequestOf<'backup.export'>): Backup[] {
  const { backups } = context.catalog;
  const { backupIds, vaultId, keyId, region } = request;
  if ([backupIds, vaultId, keyId].filter((each) => each !== undefined).length > 1) {
    throw new StrongroomError(
      'InvalidParameter',
      'Backups, a vault and a key are named: which backups are meant is not clear.',
      'Name backups, or a vault, or a key; or none of them for all backups.',
      { reason: 'ContradictorySelection' },
    );
  }
  const named =
    backupIds === undefined
      ? [...backups.iterate({ vaultId, keyId })]
      : [...new Set(backupIds)].map((id) => backups.require(id));
  const selected = named.filter((backup) => region === undefined || backup.sourceRegion === region);
  if (selected.length > 0) return selected;
  throw new StrongroomError(
    'NotAuthorizedOrNotFound',
    'The catalog knows no such backup.',
    'Look at what there is (backup list).',
    { reason: 'NothingToExport' },
  );
}

/** Whoever may back a vault up to an offline file may carry its backups out as well. Each demand once. */
function demandsOf(context: OperationContext, backups: readonly Backup[]): AccessDemand[] {
  const byVault = new Map(backups.map((backup) => [`${backup.compartmentId} ${backup.vaultId}`, backup]));
  return [...byVault.values()].flatMap((backup) => onBackup(context.catalog, 'VAULT_BACKUP', backup));
}

/** The manifest that the folder has. @throws Conflict `ManifestOfOtherRealm` */
async function manifestToExtend(folder: MediaFolder, realmId: string): Promise<MediaManifest | undefined> {
  const manifest = await readManifest(folder.location);
  if (manifest === undefined || manifest.realmId === realmId) return manifest;
  throw new StrongroomError(
    'Conflict',
    `${folder.location} has backups of another realm, ${manifest.realmId}.`,
    'Export to another folder.',
    { reason: 'ManifestOfOtherRealm' },
  );
}

interface Outcome {
  readonly exported: ExportedBackup[];
  readonly kept: ExportedBackup[];
  readonly failed: { backupId: string; reason: string; message: string }[];
}

async function copyAll(
  context: OperationContext,
  run: WorkRequestRun,
  folder: MediaFolder,
  backups: readonly Backup[],
): Promise<Outcome> {
  const outcome: Outcome = { exported: [], kept: [], failed: [] };
  const total = backups.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  for (const [index, backup] of backups.entries()) {
    run.signal.throwIfAborted();
    const activity = `Exporting backup ${index + 1} of ${backups.length}`;
    try {
      const { isKept, fileName } = await copyOne(context, run, folder, backup, (bytes) => {
        run.progress(((done + bytes) / Math.max(total, 1)) * 99, 100, activity);
      });
      (isKept ? outcome.kept : outcome.exported).push({ backupId: backup.id, fileName, size: backup.size });
      run.addResource({ actionType: 'RELATED', entityType: 'backup', identifier: backup.id });
    } catch (thrown) {
      run.signal.throwIfAborted();
      const { code, reason, message, next } = toStrongroomError(thrown);
      if (code === 'InternalServerError') throw thrown;
      outcome.failed.push({ backupId: backup.id, reason: reason ?? code, message: `${message} ${next}` });
    }
    done += backup.size;
  }
  return outcome;
}

async function copyOne(
  context: OperationContext,
  run: WorkRequestRun,
  folder: MediaFolder,
  backup: Backup,
  onProgress: (bytes: number) => void,
): Promise<{ readonly isKept: boolean; readonly fileName: string }> {
  const { catalog } = context;
  const fileName = `${backupNameStem(backup.kind, backup.timeCreated)}-${backup.sha256}`;
  const path = join(folder.location, fileName);
  const isKept = await holds(folder, fileName, backup);
  if (!isKept) await copyFromBest(context, run, folder, backup, fileName, onProgress);
  catalog.transaction(() => {
    recordIdenticalCopy(catalog, backup, { kind: 'file', path }, undefined, context.now().toISOString());
  });
  return { isKept, fileName };
}

/** Whether the folder has the file already, read and compared. @throws NotAuthorizedOrResourceAlreadyExists `NameTaken` */
async function holds(folder: MediaFolder, fileName: string, backup: Backup): Promise<boolean> {
  const found = await folder.head(fileName).catch((thrown: unknown) => {
    if (thrown instanceof StrongroomError && thrown.reason === 'FileNotFound') return undefined;
    throw thrown;
  });
  if (found === undefined) return false;
  if (found.etag === backup.sha256) return true;
  throw new StrongroomError(
    'NotAuthorizedOrResourceAlreadyExists',
    `${fileName} is in ${folder.location} already and is not this backup: it is damaged, or was altered.`,
    'Nothing is ever overwritten: move it away, and export again.',
    { reason: 'NameTaken' },
  );
}

/** What may be the fault of one copy, so that another is tried. */
const FAULTS_OF_A_COPY: ReadonlySet<string> = new Set([
  'SourceChanged',
  'FileNotFound',
  'ObjectNotFound',
  'ObjectTruncated',
  'NotAFile',
  'BucketFolderMissing',
  'BucketMarkerMissing',
  'BucketMarkerUnreadable',
  'BucketFolderTaken',
  'CopyOutOfReach',
  'StorageLost',
  'StorageNotReadable',
  'StorageFailed',
]);

async function copyFromBest(
  context: OperationContext,
  run: WorkRequestRun,
  folder: MediaFolder,
  backup: Backup,
  fileName: string,
  onProgress: (bytes: number) => void,
): Promise<void> {
  const failures: string[] = [];
  for (const copy of copiesBestFirst(context.catalog, backup.id)) {
    try {
      const { store, name } = await openCopy(context.catalog, copy);
      await copyObject({
        source: store,
        sourceName: name,
        destination: folder,
        destinationName: fileName,
        ifMatchEtag: backup.sha256,
        // An export that is asked for again goes on where an interrupted one stopped; the lock lets one at a time write.
        resumeKey: 'export',
        onProgress,
        signal: run.signal,
      });
      return;
    } catch (thrown) {
      run.signal.throwIfAborted();
      const { reason, message } = toStrongroomError(thrown);
      if (reason === undefined || !FAULTS_OF_A_COPY.has(reason)) throw thrown;
      failures.push(`${placeInWords(copy.place, copy.region)}: ${message}`);
    }
  }
  throw new StrongroomError(
    'NotAuthorizedOrNotFound',
    failures.length === 0
      ? 'The catalog knows no copy of this backup.'
      : `No copy of this backup can be read. ${failures.join(' ')}`,
    'Attach a medium that has one (backup get shows where copies are), then export again.',
    { reason: 'NoReadableCopy' },
  );
}

function entryOf(backup: Backup, fileName: string): MediaManifestEntry {
  const { sha256, size, id: backupId, kind, sourceRegion, timeCreated, sequence } = backup;
  return { fileName, sha256, size, backupId, kind, sourceRegion, timeCreated, sequence };
}
