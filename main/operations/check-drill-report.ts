import type { RequestOf, ResponseOf } from '../../shared/contract/contract.ts';
import type { DrillReport } from '../../shared/domain/drill-report.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { attachedRegion } from './attached-region.ts';
import { readReport, requireAuthentic } from './drill-report-file.ts';
import type { OperationContext } from './operation-context.ts';

export const SHARED_KEY_WARNING =
  'Every holder of a token of this realm can check this report, and could also have made it: the realm signs it (HMAC under a key that all its tokens share), not a person.';
/** Checks a report with the token of any region of the realm; the catalog need not know the backup. */
export async function checkReport(
  context: OperationContext,
  request: RequestOf<'backup.drill'>,
  path: string,
): Promise<ResponseOf<'backup.drill'>> {
  const { check: _check, region: _region, retryToken: _retryToken, ...others } = request;
  const given = Object.entries(others).find(([, value]) => value !== undefined);
  if (given !== undefined) {
    throw new StrongroomError(
      'InvalidParameter',
      'A report is checked as it is: neither a backup, a token nor --out goes with --check.',
      'Run backup drill --check with the report alone.',
      { reason: 'ContradictoryParameters' },
    );
  }
  const realm = context.catalog.realm.require();
  const region = attachedRegion(context, request.region);
  const { report, sha256 } = await readReport(path);
  if (report.realm.realmId !== realm.realmId) {
    throw new StrongroomError(
      'InvalidParameter',
      `The drill report ${path} is of the realm ${report.realm.realmId}, not of this home's realm ${realm.realmId} (${realm.name}).`,
      'Check it in a home of that realm, with a token of it.',
      { reason: 'OtherRealm' },
    );
  }
  await requireAuthentic(path, report, await context.openRegion(region.regionId));
  return { ...answerOf(report, path, sha256), warnings: [SHARED_KEY_WARNING] };
}

/** A report as the operation's answer. */
export function answerOf(
  report: DrillReport,
  reportFile: string,
  reportSha256: string,
): Omit<ResponseOf<'backup.drill'>, 'workRequestId' | 'warnings'> {
  const { label, serial, model, isPractice } = report.scratchToken;
  return {
    isProven: report.outcome === 'PROVEN',
    outcome: report.outcome,
    statement: report.statement,
    reportFile,
    reportId: report.reportId,
    reportSha256,
    backupId: report.backup.id,
    backupSha256: report.backup.sha256,
    kind: report.backup.kind,
    sourceRegion: report.backup.sourceRegion,
    timeCreated: report.backup.timeCreated,
    region: report.region,
    ...(report.operator === undefined ? {} : { operator: report.operator }),
    scratchToken: isPractice
      ? 'a practice token, made for this drill'
      : `${label}, ${model}, serial ${serial}`,
    timeStarted: report.timeStarted,
    timeFinished: report.timeFinished,
    keyCount: report.keyCount,
    keyVersionCount: report.keyVersionCount,
    provenKeyVersionCount: report.provenKeyVersionCount,
    milliseconds: report.milliseconds,
    failures: report.failures,
  };
}
