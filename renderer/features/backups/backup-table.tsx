import { useState } from 'react';
import type { ReactNode } from 'react';
import type { Row } from '../../client.ts';
import { DataTable } from '../../components/data-table.tsx';
import type { Column, Filter } from '../../components/data-table.tsx';
import { Bytes } from '../../components/ocid.tsx';
import { Time } from '../../components/time.tsx';
import { countOf } from '../../components/words.ts';
import type { Pages } from '../../hooks/use-pages.ts';
import { BackupDialog } from './backup-dialog.tsx';
import { CopiesCell } from './copies-cell.tsx';

type Backup = Row<'backup.list'>;

export interface BackupTableProps {
  readonly label: string;
  readonly pages: Pages<'backup.list'>;
  readonly empty: ReactNode;
  readonly toolbar?: ReactNode;
  /** A few rows in a dialog need no search and no filters. */
  readonly isPlain?: boolean;
}

/** Backups, newest first, with the copies of those in view; a row opens all that is known of it. */
export function BackupTable({ label, pages, empty, toolbar, isPlain = false }: BackupTableProps) {
  const [shownId, setShownId] = useState<string>();
  return (
    <>
      <DataTable
        label={label}
        rowWord="backup"
        rows={pages.rows}
        keyOf={({ id }) => id}
        nameOf={(backup) => `${kindInWords(backup)} of ${backup.timeCreated}`}
        columns={isPlain ? PLAIN_COLUMNS : COLUMNS}
        initialSort={{ columnId: 'created', direction: 'descending' }}
        onRowAction={({ id }) => setShownId(id)}
        isLoading={pages.isLoading}
        error={pages.error}
        onReload={pages.reload}
        isCut={pages.isCut}
        empty={empty}
        toolbar={toolbar}
        {...(isPlain ? { maxHeight: '16rem' } : { filters: FILTERS, searchLabel: 'Search backups' })}
      />
      {shownId !== undefined && <BackupDialog backupId={shownId} onClose={() => setShownId(undefined)} />}
    </>
  );
}

function kindInWords({ kind, isIncludeKeys }: Backup): string {
  if (kind === 'KEY') return 'Key backup';
  return isIncludeKeys ? 'Vault backup' : 'Vault backup without keys';
}

const COLUMNS: readonly Column<Backup>[] = [
  {
    id: 'created',
    header: 'Made',
    render: ({ timeCreated }) => <Time value={timeCreated} />,
    sortBy: ({ timeCreated }) => timeCreated,
    searchBy: ({ timeCreated, id, sha256, vaultName }) => `${timeCreated} ${id} ${sha256} ${vaultName}`,
    width: 'minmax(18.5rem, 1.5fr)',
  },
  {
    id: 'kind',
    header: 'What it is of',
    render: (backup) => kindInWords(backup),
    sortBy: (backup) => kindInWords(backup),
    searchBy: (backup) => kindInWords(backup),
    width: 'minmax(8rem, 1fr)',
  },
  {
    id: 'holds',
    header: 'Holds',
    render: ({ keyCount, keyVersionCount }) =>
      `${countOf(keyCount, 'key')}, ${countOf(keyVersionCount, 'version')}`,
    sortBy: ({ keyVersionCount }) => keyVersionCount,
    width: 'minmax(9rem, 1fr)',
  },
  {
    id: 'copies',
    header: 'Copies',
    render: ({ id }) => <CopiesCell backupId={id} />,
    width: 'minmax(14rem, 2fr)',
  },
  {
    id: 'size',
    header: 'Size',
    render: ({ size }) => <Bytes value={size} />,
    sortBy: ({ size }) => size,
    align: 'end',
    width: '6rem',
  },
];

/** What there is room for in a dialog. */
const PLAIN_COLUMNS = COLUMNS.filter(({ id }) => id !== 'holds' && id !== 'size');

const FILTERS: readonly Filter<Backup>[] = [
  { id: 'vault', label: 'Of the vault', matches: ({ kind }) => kind === 'VAULT' },
  { id: 'key', label: 'Of one key', matches: ({ kind }) => kind === 'KEY' },
];
