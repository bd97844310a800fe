import type { Strongroom } from '../strongroom.ts';
import { neutraliseMessage } from './terminal-text.ts';

type RecoveryReport = Strongroom['recovery'][number];

const OUTCOME_WORDS: Readonly<Record<RecoveryReport['outcome'], string>> = {
  SUCCEEDED: 'was interrupted earlier and is finished now',
  FAILED: 'was interrupted earlier and is undone now',
  UNFINISHED: 'was interrupted earlier and could not be finished or undone yet',
};

/** What recovery at this start did (rule R73), a line for every work request. */
export function recoveryLines(reports: readonly RecoveryReport[]): string[] {
  return reports.map(
    ({ operationType, workRequestId, outcome, message }) =>
      `${operationType} ${neutraliseMessage(workRequestId)} ${OUTCOME_WORDS[outcome]}. ${neutraliseMessage(message)}`,
  );
}
