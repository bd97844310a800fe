import { StrongroomError } from '../../shared/domain/errors.ts';
import type { RequestOf, ResponseOf } from '../../shared/contract/contract.ts';
import { inspectSealedBackup } from '../sealing/inspect-sealed-backup.ts';
import { verifySealedBackup } from '../sealing/verify-sealed-backup.ts';
import { attachedRegion } from './attached-region.ts';
import { chainWarnings, chainWarningsOf } from './backup-chain.ts';
import { openSource, recordedLocation } from './backup-location.ts';
import type { OpenSource } from './backup-location.ts';
import type { OperationContext, OperationHandler } from './operation-context.ts';
import { sealingTokenOf } from './sealing-token-of-session.ts';

/** Shows the clear header of a sealed backup (rule R25): no token, no home needed, and no proof. */
export const inspectBackup: OperationHandler<'backup.inspect'> = async (context, request) => {
  await using source = await openSource(context, request.backupLocation, request.region);
  const header = await inspectSealedBackup(source.object);
  const realm = context.catalog.realm.get();
  return {
    backupId: header.backupId,
    kind: header.kind,
    realmId: header.realmId,
    tenancyId: header.tenancyId,
    sourceRegion: header.sourceRegion,
    timeCreated: header.timeCreated,
    sequence: header.sequence,
    ...(header.previousBackupSha256 === undefined
      ? {}
      : { previousBackupSha256: header.previousBackupSha256 }),
    entryCount: header.entryCount,
    size: source.object.size,
    ...(realm === undefined ? {} : { isOfThisRealm: realm.realmId === header.realmId }),
    statement: 'This is what the file says of itself; nothing was checked. Use backup verify.',
  };
};

/** Verifies a backup without restoring it (rules R26, R50). With a token it runs as a work request (rule R60). */
export const verifyBackup: OperationHandler<'backup.verify'> = async (context, request) => {
  await using source = await openSource(context, request.backupLocation, request.region);
  if (request.depth === 'structure')
    return describe(await verifySealedBackup(source.object, { depth: 'structure' }));
  return await verifyWithToken(context, request, source);
};

async function verifyWithToken(
  context: OperationContext,
  request: RequestOf<'backup.verify'>,
  source: OpenSource,
): Promise<ResponseOf<'backup.verify'>> {
  const region = attachedRegion(context, request.region);
  const session = await context.openRegion(region.regionId);
  const { workRequestId, result } = await context.workRequests.run(
    {
      operationType: 'VERIFY_BACKUP',
      resources: [],
      locks: [],
      intent: { location: recordedLocation(request.backupLocation), depth: request.depth },
    },
    async (run) => {
      const verified = await verifySealedBackup(source.object, {
        depth: request.depth,
        token: sealingTokenOf(session),
        onProgress: (done, total, activity) => {
          run.progress(done, Math.max(total, 1), activity);
        },
        signal: run.signal,
      });
      const { backupId } = verified.header;
      run.addResource({ actionType: 'RELATED', entityType: 'backup', identifier: backupId });
      run.belongsTo(context.catalog.backups.get(backupId)?.compartmentId);
      run.commit(() => {
        context.catalog.backupCopies.verified(source.place, source.region, {
          backupId,
          etag: verified.sha256,
          timeVerified: context.now().toISOString(),
          verifiedDepth: request.depth,
        });
      });
      return verified;
    },
    context.onProgress,
  );
  return { workRequestId, ...describe(result) };
}

function describe(verified: Awaited<ReturnType<typeof verifySealedBackup>>): ResponseOf<'backup.verify'> {
  const { header, ...outcome } = verified;
  return { backupId: header.backupId, kind: header.kind, ...outcome };
}

export const listBackups: OperationHandler<'backup.list'> = ({ catalog }, request) => {
  const { keyVersionId } = request;
  const page =
    keyVersionId === undefined
      ? catalog.backups.list(request)
      : catalog.backups.pageCovering(catalog.keyVersions.require(keyVersionId).materialId, request);
  return Promise.resolve({ ...page, warnings: chainWarningsOf(catalog, page.data) });
};

export const getBackup: OperationHandler<'backup.get'> = (context, request) => {
  const backup = context.catalog.backups.get(request.backupId);
  if (backup === undefined) {
    throw new StrongroomError(
      'NotAuthorizedOrNotFound',
      'The catalog knows no backup of this id.',
      'Look with backup list; a file that the catalog does not know is read with backup inspect.',
      { reason: 'BackupNotFound' },
    );
  }
  return Promise.resolve({
    ...backup,
    copies: context.catalog.backupCopies.listOf(backup.id),
    warnings: chainWarnings(context.catalog, backup),
  });
};
