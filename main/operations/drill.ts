import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { BackupSource } from '../../shared/contract/fields.ts';
import type { RequestOf, ResponseOf } from '../../shared/contract/contract.ts';
import type { Drill, DrillReport } from '../../shared/domain/drill-report.ts';
import { StrongroomError, toStrongroomError } from '../../shared/domain/errors.ts';
import type { RealmKeys, TokenSession } from '../hsm/token-session.ts';
import { openSealedBackup } from '../sealing/open-sealed-backup.ts';
import { offlineFile } from '../storage/offline-file.ts';
import type { StagedObject } from '../storage/object-store.ts';
import type { WorkRequestRun } from '../work-requests/work-request-run.ts';
import { attachedRegion } from './attached-region.ts';
import { openSource, recordedLocation } from './backup-location.ts';
import type { OpenSource } from './backup-location.ts';
import type { TokenFields } from './bind-region.ts';
import { canonicalJson } from './canonical-json.ts';
import { SHARED_KEY_WARNING, answerOf, checkReport } from './check-drill-report.ts';
import { onLocation } from './demands.ts';
import { encodeReport, signReport } from './drill-report-file.ts';
import {
  beginPracticeScratch,
  beginScratchToken,
  openScratchToken,
  tidyScratchTokens,
} from './drill-scratch.ts';
import type { OpenScratchToken, Scratch } from './drill-scratch.ts';
import { statementOf } from './drill-statement.ts';
import { DrillFindings, proveOnScratch, restoreToScratch } from './drill-work.ts';
import type { OperationContext, OperationHandler } from './operation-context.ts';
import { redactRequest } from './redact-request.ts';
import { sealingTokenOf } from './sealing-token-of-session.ts';

/** Where each part of a drill ends, in percent. */
const VERIFIED_AT = 30;
const RESTORED_AT = 65;
const PROVEN_AT = 95;

const PRACTICE_WARNING =
  'The scratch was a software token: while the drill ran, this machine held the realm keys outside of a hardware token. Name an empty hardware token with --module where that must not be.';

interface DrillOrder {
  readonly location: BackupSource;
  readonly region: string | undefined;
  readonly out: string;
  /** Undefined: a practice token is made. */
  readonly scratch: TokenFields | undefined;
}

/** Restores into a scratch token and proves every key by use, or checks the report of such a drill (rule R51). */
export const drillBackup: OperationHandler<'backup.drill'> = async (context, request) => {
  const { tenancyId } = context.catalog.realm.require();
  context.requireAccess([{ permission: 'REALM_MANAGE', target: { compartmentId: tenancyId } }]);
  if (request.check !== undefined) return await checkReport(context, request, request.check);
  const order = orderOf(request);
  // A drill carries the realm keys to another token, as an enrolment does.
  context.requireApproval({
    planHash: createHash('sha256')
      .update(`strongroom/v1/drill\n${canonicalJson(order)}`)
      .digest('hex'),
    summary: `Drill: put the realm keys and the keys of a backup on ${order.scratch === undefined ? 'a practice token' : `the token ${order.scratch.tokenLabel ?? order.scratch.slotSerial ?? ''}`} for a while. ${canonicalJson(redactRequest(order))}`,
    compartmentIds: [tenancyId],
  });
  return await runDrill(context, order);
};

function orderOf(request: RequestOf<'backup.drill'>): DrillOrder {
  const { backupLocation, out, module, moduleParameters, tokenLabel, slotSerial } = request;
  if (backupLocation === undefined) {
    throw missing(
      'Neither a backup nor a report is named.',
      'Name the backup to drill, or a report with --check.',
    );
  }
  if (out === undefined)
    throw missing('Where the report goes is not said.', 'Add --out with the path of a new file.');
  if (
    module === undefined &&
    [moduleParameters, tokenLabel, slotSerial].some((field) => field !== undefined)
  ) {
    throw missing(
      'A scratch token is named without its module.',
      'Add --module, or leave the token out: a practice token is made then.',
    );
  }
  return {
    location: backupLocation,
    region: request.region,
    out,
    scratch: module === undefined ? undefined : { module, moduleParameters, tokenLabel, slotSerial },
  };
}

function missing(message: string, next: string): StrongroomError {
  return new StrongroomError('MissingParameter', message, next);
}

async function runDrill(context: OperationContext, order: DrillOrder): Promise<ResponseOf<'backup.drill'>> {
  const { catalog } = context;
  const region = attachedRegion(context, order.region);
  const ofSource = onLocation(catalog, 'OBJECT_READ', order.location, order.region);
  if (ofSource.length > 0) context.requireAccess(ofSource);
  await using source = await openSource(context, order.location, order.region);
  const file = offlineFile(order.out);
  await file.sweep();
  await using staged = await file.stage();
  const warnings = await tidyScratchTokens(context);
  const regionSession = await context.openRegion(region.regionId);
  await using open = order.scratch === undefined ? undefined : await openScratchToken(context, order.scratch);
  // Written with the failure as well: that a backup failed its drill must not be forgotten.
  let drill: Drill | undefined;
  const { workRequestId, result } = await context.workRequests.run(
    {
      operationType: 'DRILL',
      resources: [{ actionType: 'RELATED', entityType: 'region', identifier: region.regionId }],
      locks:
        open === undefined ? [] : [`scratch-token/${open.session.token.label}/${open.session.token.serial}`],
      intent: { location: recordedLocation(order.location), region: region.regionId, out: order.out },
      undo: () => {
        if (drill !== undefined) catalog.drills.put(drill);
      },
    },
    async (run) => {
      const report = await drillAndReport(context, run, {
        regionId: region.regionId,
        regionSession,
        source,
        open,
      });
      const reportSha256 = await publish(run, staged, order.out, report);
      drill = drillOf(report, reportSha256);
      run.addResource({ actionType: 'RELATED', entityType: 'backup', identifier: report.backup.id });
      if (report.outcome === 'FAILED') throw drillFailed(report, order.out);
      run.commit(() => {
        catalog.drills.put(drillOf(report, reportSha256));
        catalog.backupCopies.verified(source.place, source.region, {
          backupId: report.backup.id,
          etag: report.backup.sha256,
          timeVerified: report.timeStarted,
          verifiedDepth: 'keys',
        });
      });
      return { report, reportSha256 };
    },
    context.onProgress,
  );
  return {
    workRequestId,
    ...answerOf(result.report, order.out, result.reportSha256),
    warnings: [
      ...(result.report.scratchToken.isPractice ? [PRACTICE_WARNING] : []),
      SHARED_KEY_WARNING,
      ...warnings,
    ],
  };
}

interface Parts {
  readonly regionId: string;
  readonly regionSession: TokenSession;
  readonly source: OpenSource;
  readonly open: OpenScratchToken | undefined;
}

/** The drill itself: verify, restore, prove, empty; then the report, for only now is it true. */
async function drillAndReport(
  context: OperationContext,
  run: WorkRequestRun,
  parts: Parts,
): Promise<DrillReport> {
  const { regionSession } = parts;
  const timeStarted = context.now().toISOString();
  const clock = new Stopwatch();
  const reader = await openSealedBackup(parts.source.object, sealingTokenOf(regionSession), {
    signal: run.signal,
  });
  try {
    const verifying = run.phase('Verifying the backup', 0, VERIFIED_AT);
    const verified = await reader.verify('keys', {
      onProgress: (done, total, activity) => verifying(done, Math.max(total, 1), activity),
      signal: run.signal,
    });
    run.log(`Verified ${parts.source.description}: ${verified.statement}.`);
    const keys = await requireRealmKeys(regionSession);
    const verify = clock.lap();
    const findings = new DrillFindings();
    const total = verified.keyVersionCount ?? 0;
    const scratch =
      parts.open === undefined
        ? await beginPracticeScratch(context, run, total)
        : await beginScratchToken(context, run, parts.open, keys);
    run.log(`The scratch token is ${scratch.isPractice ? 'a practice token' : scratch.session.token.label}.`);
    const times = { restore: 0, prove: 0 };
    await emptiedAfterwards(run, scratch, keys, async () => {
      await enrolScratch(scratch, regionSession, keys);
      const { signal } = run;
      await restoreToScratch(reader, scratch, findings, {
        total,
        signal,
        progress: run.phase('Restoring into the scratch token', VERIFIED_AT, RESTORED_AT),
      });
      times.restore = clock.lap();
      await proveOnScratch(reader, scratch.session, regionSession, findings, {
        total,
        signal,
        progress: run.phase('Proving every key by use', RESTORED_AT, PROVEN_AT),
      });
      times.prove = clock.lap();
    });
    run.log(`Proven by use: ${findings.proven} of ${total} key versions. The scratch token is empty again.`);
    const milliseconds = { verify, ...times, empty: clock.lap(), total: clock.total() };
    const statement = statementOf(context, parts.regionId, {
      verified,
      scratch,
      keys,
      findings,
      milliseconds,
      timeStarted,
    });
    return await signReport(statement, regionSession, keys);
  } finally {
    reader.close();
  }
}

async function requireRealmKeys(session: TokenSession): Promise<RealmKeys> {
  const keys = await session.findRealmKeys();
  if (keys === undefined) throw new Error('a token without realm keys verified a backup');
  return keys;
}

/** The same steps as an enrolment by request, grant and accept (rule R3), without files: both tokens are here. */
async function enrolScratch(scratch: Scratch, region: TokenSession, keys: RealmKeys): Promise<void> {
  const { session, requestId } = scratch;
  const transport = await session.createTransportKey(requestId);
  const wrapped = await region.wrapRealmKeys(transport.publicKey, transport.oaepHashes);
  await session.unwrapRealmKeys(requestId, wrapped, keys);
  await session.destroyTransportKey(requestId);
}

/** Empties the scratch token whatever happens. What cannot be emptied is told, with what went wrong before. */
async function emptiedAfterwards(
  run: WorkRequestRun,
  scratch: Scratch,
  keys: RealmKeys,
  work: () => Promise<void>,
): Promise<void> {
  let failure: { readonly thrown: unknown } | undefined;
  try {
    await work();
  } catch (thrown) {
    failure = { thrown };
  }
  try {
    run.phase('Emptying the scratch token', PROVEN_AT, 98);
    await scratch.empty(keys);
  } catch (thrown) {
    const { message, code } = toStrongroomError(thrown);
    const before = failure === undefined ? '' : `${toStrongroomError(failure.thrown).message} And: `;
    throw new StrongroomError(
      code,
      `${before}The scratch token ${scratch.session.token.label} could not be emptied, and may still hold the realm keys and keys of the backup: ${message}`,
      scratch.isPractice
        ? 'Run a drill again, or start Strongroom anew: either deletes the practice token first.'
        : 'Plug it in and drill with it again, which destroys them first, or initialise it with its vendor’s tool. Until then guard it like the region’s own.',
      { reason: 'ScratchNotEmptied', cause: thrown },
    );
  }
  if (failure !== undefined) throw failure.thrown;
}

async function publish(
  run: WorkRequestRun,
  staged: StagedObject,
  path: string,
  report: DrillReport,
): Promise<string> {
  const bytes = encodeReport(report);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await staged.write(bytes);
  run.journal('publish', { drill: drillOf(report, sha256), path });
  await staged.publish(basename(path));
  return sha256;
}

function drillOf(report: DrillReport, reportSha256: string): Drill {
  return {
    backupId: report.backup.id,
    reportId: report.reportId,
    time: report.timeFinished,
    outcome: report.outcome,
    reportSha256,
    milliseconds: report.milliseconds.total,
  };
}

function drillFailed(report: DrillReport, path: string): StrongroomError {
  const [first] = report.failures;
  const example =
    first === undefined
      ? ''
      : ` First: ${first.keyVersionId === undefined ? '' : `${first.keyVersionId}: `}${first.message}`;
  return new StrongroomError(
    'IncorrectState',
    `The drill of backup ${report.backup.id} failed: ${report.provenKeyVersionCount} of ${report.keyVersionCount} key versions were proven by use.${example} The report is in ${path}.`,
    'Do not rely on this backup. Drill with another scratch token to tell the token from the backup; make a new backup and drill that.',
    { reason: 'DrillFailed' },
  );
}

/** Whole milliseconds of a clock that is never set back. */
class Stopwatch {
  readonly #start = performance.now();
  #last = this.#start;

  lap(): number {
    const now = performance.now();
    const lap = Math.round(now - this.#last);
    this.#last = now;
    return lap;
  }

  total(): number {
    return Math.round(performance.now() - this.#start);
  }
}
