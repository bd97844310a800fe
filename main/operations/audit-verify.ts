import { StrongroomError } from '../../shared/domain/errors.ts';
import type { AuditFlaw } from '../../shared/domain/audit.ts';
import type { ResponseOf } from '../../shared/contract/contract.ts';
import type { AuditVerification, ExternalCheckpoint } from '../audit/verify-audit-log.ts';
import { inspectSealedBackup } from '../sealing/inspect-sealed-backup.ts';
import type { ReadableObject } from '../storage/object-store.ts';
import { openSource } from './backup-location.ts';
import { openBucket } from './buckets.ts';
import type { OperationContext, OperationHandler } from './operation-context.ts';

/**
 * Verifies the audit log (rule R61) against the checkpoints of the catalog and those in the headers of every backup that
 * can be reached: who rewrites the catalog cannot rewrite what was carried away.
 */
export const verifyAuditLog: OperationHandler<'audit.verify'> = async (context, request) => {
  const headers = await headersInReach(context);
  if (request.backupLocation !== undefined) {
    await using source = await openSource(context, request.backupLocation, request.region);
    const found = await readHeader(context, source.object, source.description);
    if (found === undefined) headers.notes.push(`In ${source.description} is no checkpoint of this realm.`);
    else headers.add(found);
  }
  const session = request.region === undefined ? undefined : await context.openRegion(request.region);
  const verified = await context.audit.verify({
    externalCheckpoints: headers.checkpoints,
    ...(session === undefined ? {} : { authenticate: (message) => session.authenticate(message) }),
  });
  const [flaw] = verified.flaws;
  if (flaw !== undefined) throw altered(flaw, verified.flaws.length);
  return describe(verified, request.region, headers.notes);
};

/** What was read of backups' headers. */
class HeadersRead {
  readonly checkpoints: ExternalCheckpoint[] = [];
  readonly notes: string[] = [];
  readonly #seen = new Set<string>();

  /** The same backup may lie in several places. */
  add(found: ExternalCheckpoint): void {
    const key = `${Buffer.from(found.encoded).toString('base64')} ${String(found.isOfThisHome)}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.checkpoints.push(found);
  }
}

/** All objects of all buckets, not those that the catalog knows: who changed the log may have changed that too. */
async function headersInReach(context: OperationContext): Promise<HeadersRead> {
  const headers = new HeadersRead();
  for (const record of context.catalog.buckets.list()) {
    const where = `bucket ${record.name} (${record.region})`;
    try {
      const bucket = await openBucket(record);
      for await (const { name } of bucket.list()) {
        await using object = await bucket.open(name);
        const found = await readHeader(context, object, `object ${name} of ${where}`);
        if (found !== undefined) headers.add(found);
      }
    } catch (failure) {
      if (!(failure instanceof StrongroomError)) throw failure;
      headers.notes.push(`Not all of ${where} was read: ${failure.message}`);
    }
  }
  return headers;
}

/** @returns the checkpoint in a backup's header; undefined if it is no backup of this realm, or has none. */
async function readHeader(
  context: OperationContext,
  object: ReadableObject,
  source: string,
): Promise<ExternalCheckpoint | undefined> {
  const { catalog } = context;
  const header = await inspectSealedBackup(object).catch((failure: unknown) => {
    // Not a backup, or a damaged one: backup verify and doctor run speak about those.
    if (failure instanceof StrongroomError && failure.code === 'InvalidParameter') return undefined;
    throw failure;
  });
  if (header?.auditCheckpoint === undefined || header.realmId !== catalog.realm.get()?.realmId) {
    return undefined;
  }
  return {
    encoded: header.auditCheckpoint,
    source: `the header of ${source}`,
    isOfThisHome: catalog.backups.get(header.backupId)?.workRequestId !== undefined,
  };
}

function altered(flaw: AuditFlaw, count: number): StrongroomError {
  const more = count === 1 ? '' : ` ${count - 1} more ${count === 2 ? 'flaw was' : 'flaws were'} found.`;
  return new StrongroomError(
    'Conflict',
    `The audit log is not what Strongroom wrote, from entry ${flaw.sequence} on (${flaw.kind}): ${flaw.message}.${more}`,
    'Keep this home as it is for inspection, export what there is (audit export), and compare it with exports and backups from before.',
    { reason: 'AuditLogAltered' },
  );
}

function describe(
  verified: AuditVerification,
  region: string | undefined,
  notes: readonly string[],
): ResponseOf<'audit.verify'> {
  const { checkpoints, clockSetBack, newestCheckpoint } = verified;
  const compared = checkpoints.inCatalog + checkpoints.inHeaders;
  return {
    ...(verified.logId === undefined ? {} : { logId: verified.logId }),
    entryCount: verified.entries,
    catalogCheckpointCount: checkpoints.inCatalog,
    backupCheckpointCount: checkpoints.inHeaders,
    authenticatedCheckpointCount: checkpoints.authenticated,
    ...(newestCheckpoint === undefined ? {} : { newestCheckpoint }),
    statement: statementOf(verified, compared, region),
    notes: [
      ...(clockSetBack.count === 0
        ? []
        : [
            `The clock was set back ${clockSetBack.count === 1 ? 'once' : `${clockSetBack.count} times`}, first before entry ${clockSetBack.firstSequence ?? 0}.`,
          ]),
      ...(checkpoints.ofOtherLogs === 0
        ? []
        : [`${checkpoints.ofOtherLogs} backups in reach carry checkpoints of other homes’ logs.`]),
      ...notes,
    ],
  };
}

function statementOf(verified: AuditVerification, compared: number, region: string | undefined): string {
  if (verified.entries === 0) return 'Nothing has been written down yet.';
  const chain = `The chain of ${verified.entries} entries is whole`;
  if (compared === 0) {
    return `${chain}; no checkpoint vouches for it, so that somebody who computed it anew would not be noticed.`;
  }
  if (region === undefined) {
    return `${chain} and agrees with ${compared} checkpoints, which no token has authenticated (--region).`;
  }
  return `${chain}, and the token of ${region} vouches for it up to entry ${verified.newestCheckpoint?.sequence ?? 0}.`;
}
