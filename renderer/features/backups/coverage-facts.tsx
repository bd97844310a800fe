import type { CoverageRow } from '../../../shared/domain/coverage.ts';
import { DescriptionList } from '../../components/description-list.tsx';
import { Time } from '../../components/time.tsx';
import { inWindowWords } from '../../components/words.ts';
import { CoverageBadge } from './coverage-badge.tsx';
import { copiesInWords } from './place-in-words.ts';
import { targetInWords } from './target-in-words.ts';

/** How one vault or key is covered: its newest verified backup held against its target (rule R52). */
export function CoverageFacts({ row }: { readonly row: CoverageRow }) {
  return (
    <DescriptionList
      columns={2}
      items={[
        {
          term: 'Coverage',
          value: (
            <>
              <CoverageBadge row={row} /> {missingInWords(row)}
            </>
          ),
        },
        { term: 'Why', value: row.reason === undefined ? undefined : inWindowWords(row.reason) },
        {
          term: 'Newest verified backup',
          value: <Time value={row.newestBackup?.timeCreated} none="None" />,
        },
        {
          term: 'Its verified copies',
          value: row.newestBackup === undefined ? undefined : copiesInWords(row.copiesByPlace),
        },
        {
          term: 'Last drill with it',
          value: row.newestBackup === undefined ? undefined : <Time value={row.newestBackup.timeDrilled} />,
        },
        {
          term: 'Key versions covered',
          value: `${row.coveredKeyVersionCount} of ${row.keyVersionCount}`,
        },
        {
          term: row.target.isOfVault ? 'Target of the vault' : 'Target of all vaults',
          value: targetInWords(row.target),
        },
        {
          term: 'Restored copies',
          value: row.restoredInRegions.length === 0 ? undefined : `in ${row.restoredInRegions.join(', ')}`,
        },
      ]}
    />
  );
}

/** What is missing; a vault is as badly covered as the worst of its key versions. */
function missingInWords({ status, newestBackup }: CoverageRow): string {
  switch (status) {
    case 'NEVER_BACKED_UP':
      return newestBackup === undefined
        ? 'No verified backup has it.'
        : 'Some of its key versions are in no verified backup.';
    case 'TOO_OLD':
      return 'Its newest verified backup is older than the target allows.';
    case 'TOO_FEW_COPIES':
      return 'It has fewer verified copies, or in fewer regions, than the target wants.';
    case 'COVERED':
    case 'CANNOT_BE_BACKED_UP':
      return '';
  }
}
