import { backupNameStem } from '../../shared/domain/backup.ts';
import type { Backup } from '../../shared/domain/backup.ts';
import type { Bucket } from '../../shared/domain/bucket.ts';
import { copyObject } from '../storage/copy-object.ts';
import type { FolderBucket } from '../storage/folder-bucket.ts';
import type { WorkRequestRun } from '../work-requests/work-request-run.ts';
import { attachedRegion } from './attached-region.ts';
import { chainWarningsOf } from './backup-chain.ts';
import { findBucket, openBucket } from './buckets.ts';
import { lookAtMedium, manifestWarnings } from './look-at-medium.ts';
import type { OperationContext, OperationHandler } from './operation-context.ts';
import { sealingTokenOf } from './sealing-token-of-session.ts';
import { takeInBackups } from './take-in-backups.ts';
import type { CandidateFile, CopyPlace } from './take-in-backups.ts';

/**
 * Takes backups on a medium into the catalog (rule R31). What counts is the seal of each file, never the manifest: it only
 * tells what is missing. A home that never saw their vaults learns of them so, and can restore them.
 */
export const importBackups: OperationHandler<'backup.import'> = async (context, request) => {
  const { catalog } = context;
  const bucket =
    request.bucketName === undefined ? undefined : findBucket(catalog, request.bucketName, request.region);
  const store = bucket === undefined ? undefined : await openBucket(bucket);
  const medium = await lookAtMedium(request.from);
  const region = attachedRegion(context, request.region ?? bucket?.region);
  const session = await context.openRegion(region.regionId);
  const realm = catalog.realm.require();
  const { workRequestId, result } = await context.workRequests.run(
    {
      operationType: 'IMPORT_BACKUPS',
      resources: [],
      locks: [],
      intent: { from: request.from, depth: request.depth, fileCount: medium.files.length },
    },
    async (run) => {
      const taken = await takeInBackups(catalog, run, medium.files, {
        token: sealingTokenOf(session),
        depth: request.depth,
        until: 99,
        now: context.now,
        ...(bucket === undefined || store === undefined
          ? {}
          : { copyOn: (file, backup) => copyIntoBucket(context, run, file, backup, bucket, store) }),
      });
      const refused = [...taken.refused, ...medium.missing];
      run.log(
        `${taken.imported.length} imported, ${taken.alreadyKnown.length} known already, ${refused.length} refused.`,
      );
      for (const { path, reason } of refused) run.log(`Refused: ${path} (${reason}).`);
      run.commit(() => undefined);
      return {
        imported: taken.imported,
        alreadyKnown: taken.alreadyKnown,
        refused,
        ignoredFileCount: taken.ignoredCount,
        warnings: [
          ...manifestWarnings(medium, realm.realmId),
          ...taken.warnings,
          ...chainWarningsOf(
            catalog,
            [...taken.sound.values()].map(({ backup }) => backup),
          ),
        ],
      };
    },
    context.onProgress,
  );
  return {
    workRequestId,
    ...result,
    isComplete: result.refused.length === 0,
    statement:
      'What was imported is authentic by its own seal. A manifest proves nothing: it was used only to notice what is missing.',
  };
};

/** Puts a verified backup into a bucket too, unless that has it already (rule R30: compared byte for byte). */
async function copyIntoBucket(
  context: OperationContext,
  run: WorkRequestRun,
  file: CandidateFile,
  backup: Backup,
  bucket: Bucket,
  store: FolderBucket,
): Promise<readonly CopyPlace[]> {
  for (const { place, region } of context.catalog.backupCopies.listOf(backup.id)) {
    if (place.kind !== 'bucket' || place.bucketName !== bucket.name || region !== bucket.region) continue;
    const there = await store.head(place.objectName).catch(() => undefined);
    if (there?.etag === backup.sha256) return [];
  }
  const objectName = `${backupNameStem(backup.kind, backup.timeCreated)}-${backup.sha256}`;
  run.lock([`${bucket.id}/${objectName}`]);
  const { name, size, timeModified: timeCreated } = file.found;
  const { timeCreated: timeCopied } = await copyObject({
    // What it was when it was verified: the copy reads it once more, and refuses another content.
    source: {
      head: () => Promise.resolve({ name, size, etag: backup.sha256, timeCreated }),
      open: () => file.open(),
    },
    sourceName: name,
    destination: store,
    destinationName: objectName,
    ifMatchEtag: backup.sha256,
    resumeKey: bucket.id,
    signal: run.signal,
  });
  return [
    {
      region: bucket.region,
      place: { kind: 'bucket', bucketName: bucket.name, objectName },
      timeCreated: timeCopied,
    },
  ];
}
