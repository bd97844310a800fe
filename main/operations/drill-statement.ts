import { randomBytes } from 'node:crypto';
import type { DrillStatement } from '../../shared/domain/drill-report.ts';
import type { RealmKeys } from '../hsm/token-session.ts';
import type { SealedBackupVerification } from '../sealing/sealed-backup-verification.ts';
import { describeScratch } from './drill-scratch.ts';
import type { Scratch } from './drill-scratch.ts';
import type { DrillFindings } from './drill-work.ts';
import type { OperationContext } from './operation-context.ts';

/** What a drill showed, before it is signed. Called when the scratch token is empty: it says so. */
export function statementOf(
  context: OperationContext,
  region: string,
  drilled: {
    readonly verified: SealedBackupVerification;
    readonly scratch: Scratch;
    readonly keys: RealmKeys;
    readonly findings: DrillFindings;
    readonly milliseconds: DrillStatement['milliseconds'];
    readonly timeStarted: string;
  },
): DrillStatement {
  const { verified, scratch, keys, findings, milliseconds, timeStarted } = drilled;
  const { header } = verified;
  const total = verified.keyVersionCount ?? 0;
  const isProven = findings.failureCount === 0 && findings.proven === total && findings.restored === total;
  const perKeyVersion = (time: number): number => (total === 0 ? 0 : Math.round((time * 1000) / total));
  return {
    format: 'strongroom-drill-report',
    version: 1,
    reportId: randomBytes(16).toString('hex'),
    outcome: isProven ? 'PROVEN' : 'FAILED',
    statement: isProven
      ? `The backup was verified, all ${total} key versions in it were restored into a scratch token and each was proven by use; the scratch token was emptied afterwards.`
      : `The backup was verified, but only ${findings.proven} of its ${total} key versions were restored into a scratch token and proven by use; the scratch token was emptied afterwards.`,
    realm: { realmId: keys.realmId, tenancyId: keys.tenancyId },
    backup: {
      id: header.backupId,
      sha256: verified.sha256,
      size: verified.size,
      kind: header.kind,
      sourceRegion: header.sourceRegion,
      timeCreated: header.timeCreated,
    },
    region,
    scratchToken: describeScratch(scratch),
    ...(context.operator === undefined ? {} : { operator: context.operator.name }),
    timeStarted,
    timeFinished: context.now().toISOString(),
    keyCount: verified.keyCount ?? 0,
    keyVersionCount: total,
    restoredKeyVersionCount: findings.restored,
    provenKeyVersionCount: findings.proven,
    milliseconds,
    microsecondsPerKeyVersion: {
      restore: perKeyVersion(milliseconds.restore),
      prove: perKeyVersion(milliseconds.prove),
    },
    keys: [...findings.keys.values()],
    failureCount: findings.failureCount,
    failures: findings.failures,
  };
}
