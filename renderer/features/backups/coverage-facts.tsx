import type { CoverageRow } from '../../../shared/domain/coverage.ts';
import { DescriptionList } from '../../components/description-list.tsx';
import { StateBadge } from '../../components/state-badge.tsx';
import { Time } from '../../components/time.tsx';
import { copiesInWords } from './place-in-words.ts';
import { targetInWords } from './target-in-words.ts';

/** How one vault or key is covered: its newest verified backup held against its target (rule R52). */
export function CoverageFacts({ row }: { readonly row: CoverageRow }) {
  return (
    <DescriptionList
      columns={2}
      items={[
        { term: 'Coverage', value: <StateBadge state={row.status} /> },
        { term: 'Why', value: row.reason },
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
