import { StrongroomError } from '../../shared/domain/errors.ts';
import { copyObject as copyBetweenStores } from '../storage/copy-object.ts';
import type { BackupPlace } from '../../shared/domain/backup.ts';
import type { Bucket, ObjectSummary } from '../../shared/domain/bucket.ts';
import { recordIdenticalCopy } from './backup-copies.ts';
import { openBucket, requireBucket } from './buckets.ts';
import type { CallerContext, OperationHandler } from './operation-context.ts';

/** Copies an object to a bucket of another region (rule R30); the copy of a known backup is tracked. */
export const copyObject: OperationHandler<'object.copy'> = async (context, request) => {
  const { catalog } = context;
  const from = requireBucket(context, request.bucketName, request.region);
  catalog.regions.require(request.destinationRegion);
  const to = requireBucket(context, request.destinationBucket, request.destinationRegion);
  if (from.id === to.id) {
    throw new StrongroomError(
      'InvalidParameter',
      'Source and destination are the same bucket.',
      'Name a bucket of another region (bucket list).',
      { reason: 'SameBucket' },
    );
  }
  const source = await openBucket(from);
  const destination = await openBucket(to);
  const objectName = request.destinationObjectName ?? request.sourceObjectName;
  const found = await source.head(request.sourceObjectName);
  const backup = catalog.backups.getBySha256(found.etag);
  const { workRequestId, result } = await context.workRequests.run(
    {
      operationType: 'COPY_OBJECT',
      compartmentId: to.compartmentId,
      resources: [
        {
          actionType: 'RELATED',
          entityType: 'object',
          identifier: `${from.name}/${request.sourceObjectName}`,
        },
      ],
      locks: [`${to.id}/${objectName}`],
      intent: {
        from: from.id,
        sourceObjectName: request.sourceObjectName,
        to: to.id,
        objectName,
        etag: found.etag,
      },
    },
    async (run) => {
      const copied = await copyBetweenStores({
        source,
        sourceName: request.sourceObjectName,
        destination,
        destinationName: objectName,
        ifMatchEtag: request.sourceObjectIfMatchETag ?? found.etag,
        // A copy that is asked for again goes on where an interrupted one stopped (rule R30). The key, to which storage
        // adds name and ETag, is that of no other copy: the lock lets one at a time write to a name of this home's
        // bucket, and only a dead writer's bytes are taken over, after they were compared with the source's.
        resumeKey: to.id,
        onProgress: (done, total) => {
          run.progress((done / Math.max(total, 1)) * 99, 100, `Copying to bucket ${to.name} (${to.region})`);
        },
        signal: run.signal,
      });
      run.addResource({
        actionType: 'CREATED',
        entityType: 'object',
        identifier: `${to.name}/${objectName}`,
      });
      run.commit(() => {
        recordCopy(context, to, copied);
      });
      return copied;
    },
    context.onProgress,
  );
  return {
    workRequestId,
    region: to.region,
    bucketName: to.name,
    objectName,
    etag: result.etag,
    size: result.size,
    ...(backup === undefined ? {} : { backupId: backup.id }),
  };
};

/** Writes down that a bucket has a copy of a known backup; the caller's transaction. One that is known stays as it is. */
export function recordCopy(context: CallerContext, bucket: Bucket, copied: ObjectSummary): void {
  const { catalog } = context;
  const backup = catalog.backups.getBySha256(copied.etag);
  if (backup === undefined) return;
  const place: BackupPlace = { kind: 'bucket', bucketName: bucket.name, objectName: copied.name };
  if (catalog.backupCopies.at(place, bucket.region)?.etag === copied.etag) return;
  recordIdenticalCopy(catalog, backup, place, bucket.region, context.now().toISOString());
}
