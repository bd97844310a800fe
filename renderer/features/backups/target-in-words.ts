import type { BackupTarget } from '../../../shared/domain/coverage.ts';
import { countOf } from '../../components/words.ts';

const DAY = 24;

/** `At most 7 days old, 2 verified copies, in 2 regions` */
export function targetInWords({ maximumAgeHours, minimumCopies, minimumRegions }: BackupTarget): string {
  const age =
    maximumAgeHours % DAY === 0 ? countOf(maximumAgeHours / DAY, 'day') : countOf(maximumAgeHours, 'hour');
  const regions = minimumRegions === 0 ? '' : `, in ${countOf(minimumRegions, 'region')}`;
  return `At most ${age} old, ${countOf(minimumCopies, 'verified copy', 'verified copies')}${regions}`;
}
