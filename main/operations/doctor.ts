import type { Finding } from '../../shared/contract/doctor.ts';
import { checkBuckets, checkFiles } from './doctor-buckets.ts';
import { Findings } from './doctor-findings.ts';
import { checkHome, checkPendingWork } from './doctor-home.ts';
import { checkMachine } from './doctor-machine.ts';
import { checkInventory, checkRegions } from './doctor-tokens.ts';
import type { OperationHandler } from './operation-context.ts';

const WORST_FIRST: readonly Finding['severity'][] = ['ERROR', 'WARNING', 'NOTE'];

/**
 * Holds home, catalog, tokens and buckets against each other. It changes nothing but what any login does; what it finds
 * is for a person to act on. The first run in an empty home tells what is missing to begin.
 */
export const runDoctor: OperationHandler<'doctor.run'> = async (context, request) => {
  const findings = new Findings();
  await checkMachine(context, findings);
  await checkHome(context, findings);
  await checkRegions(context, findings);
  if (request.region !== undefined) await checkInventory(context, findings, request.region);
  await checkBuckets(context, findings, request.depth);
  await checkFiles(context, findings, request.depth);
  checkPendingWork(context, findings);
  return {
    findings: findings.all.sort(
      (left, right) => WORST_FIRST.indexOf(left.severity) - WORST_FIRST.indexOf(right.severity),
    ),
    checked: findings.checked,
    isSound: findings.all.every((finding) => finding.severity !== 'ERROR'),
  };
};
