import type { ReactNode } from 'react';
import type { CoverageRow } from '../../../shared/domain/coverage.ts';
import { DataTable } from '../../components/data-table.tsx';
import type { Column, Filter } from '../../components/data-table.tsx';
import { StateBadge } from '../../components/state-badge.tsx';
import { Time } from '../../components/time.tsx';
import { countOf } from '../../components/words.ts';
import { navigate } from '../../stores/navigation.ts';

/** Worst first. */
const URGENCY: readonly CoverageRow['status'][] = [
  'NEVER_BACKED_UP',
  'TOO_OLD',
  'TOO_FEW_COPIES',
  'COVERED',
  'CANNOT_BE_BACKED_UP',
];

const COLUMNS: readonly Column<CoverageRow>[] = [
  {
    id: 'name',
    header: 'Vault or key',
    render: (row) => (row.level === 'VAULT' ? <strong>{row.displayName}</strong> : row.displayName),
    sortBy: (row) => row.displayName,
    searchBy: (row) => `${row.displayName} ${row.id}`,
    width: 'minmax(11rem, 2fr)',
  },
  {
    id: 'status',
    header: 'Coverage',
    render: (row) => <StateBadge state={row.status} />,
    sortBy: (row) => URGENCY.indexOf(row.status),
    width: 'minmax(11rem, 1fr)',
  },
  {
    id: 'backup',
    header: 'Newest backup',
    render: (row) =>
      row.newestBackup === undefined ? (
        <span className="quiet">none</span>
      ) : (
        <Time value={row.newestBackup.timeCreated} show="relative" />
      ),
    sortBy: (row) => row.newestBackup?.timeCreated ?? '',
  },
  {
    id: 'versions',
    header: 'Versions covered',
    render: (row) =>
      row.level === 'VAULT' && row.keyVersionCount === 0
        ? ''
        : `${row.coveredKeyVersionCount} of ${row.keyVersionCount}`,
    align: 'end',
  },
  {
    id: 'copies',
    header: 'Copies',
    render: (row) => copiesInWords(row),
    width: 'minmax(10rem, 1.5fr)',
  },
];

const FILTERS: readonly Filter<CoverageRow>[] = [
  { id: 'missed', label: 'Below target', matches: (row) => URGENCY.indexOf(row.status) < 3 },
  { id: 'vaults', label: 'Vaults', group: 'level', matches: (row) => row.level === 'VAULT' },
  { id: 'keys', label: 'Keys', group: 'level', matches: (row) => row.level === 'KEY' },
];

function copiesInWords(row: CoverageRow): string {
  if (row.reason !== undefined) return row.reason;
  return row.copiesByPlace
    .map(({ medium, region, count }) =>
      medium === 'bucket'
        ? `${count} in ${region ?? 'a bucket'}`
        : countOf(count, medium === 'file' ? 'file' : 'URL'),
    )
    .join(', ');
}

/** Every vault and key against its target (rule R52). */
export function CoverageTable(props: {
  readonly rows: readonly CoverageRow[];
  readonly isLoading: boolean;
  readonly isCut: boolean;
  readonly onReload: () => void;
  readonly empty: ReactNode;
}) {
  return (
    <DataTable
      label="Coverage of vaults and keys"
      rowWord="vault or key"
      rowWords="vaults and keys"
      searchLabel="Search vaults and keys"
      {...props}
      keyOf={(row) => row.id}
      nameOf={(row) => row.displayName}
      columns={COLUMNS}
      filters={FILTERS}
      initialSort={{ columnId: 'status', direction: 'ascending' }}
      onRowAction={(row) =>
        row.level === 'VAULT'
          ? navigate('vault', { vaultId: row.id })
          : navigate('key', { keyId: row.id, vaultId: row.vaultId })
      }
      maxHeight="32rem"
    />
  );
}
