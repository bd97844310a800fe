import type { ReactNode } from 'react';
import type { CoverageRow } from '../../../shared/domain/coverage.ts';
import type { ErrorDocument } from '../../../shared/domain/errors.ts';
import { Button } from '../../components/button.tsx';
import { DataTable } from '../../components/data-table.tsx';
import type { Column } from '../../components/data-table.tsx';
import { Badge } from '../../components/state-badge.tsx';
import { Time } from '../../components/time.tsx';

const COLUMNS: readonly Column<CoverageRow>[] = [
  {
    id: 'name',
    header: 'Vault',
    render: (row) => row.displayName,
    sortBy: (row) => row.displayName,
    searchBy: (row) => row.displayName,
    width: 'minmax(11rem, 2fr)',
  },
  {
    id: 'made',
    header: 'Newest backup',
    render: (row) =>
      row.newestBackup === undefined ? '' : <Time value={row.newestBackup.timeCreated} show="relative" />,
    sortBy: (row) => row.newestBackup?.timeCreated ?? '',
  },
  {
    id: 'drilled',
    header: 'Last drill',
    render: (row) =>
      row.newestBackup?.timeDrilled === undefined ? (
        <Badge tone="warning">Never drilled</Badge>
      ) : (
        <Time value={row.newestBackup.timeDrilled} show="relative" />
      ),
    sortBy: (row) => row.newestBackup?.timeDrilled ?? '',
  },
];

/** Vaults, and when the newest backup of each was last restored in a drill. */
export function DrilledTable(props: {
  readonly rows: readonly CoverageRow[];
  readonly isLoading: boolean;
  readonly error: ErrorDocument | undefined;
  readonly onReload: () => void;
  readonly onRun: (backupId: string) => void;
  readonly empty: ReactNode;
}) {
  const { onRun, ...table } = props;
  return (
    <DataTable
      label="Drills"
      rowWord="vault"
      {...table}
      keyOf={(row) => row.id}
      nameOf={(row) => row.displayName}
      columns={COLUMNS}
      initialSort={{ columnId: 'drilled', direction: 'ascending' }}
      rowActions={(row) => (
        <Button
          size="small"
          onPress={() => {
            if (row.newestBackup !== undefined) onRun(row.newestBackup.id);
          }}
        >
          Drill it
        </Button>
      )}
      rowActionsWidth="6rem"
    />
  );
}
