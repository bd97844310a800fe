import { useState } from 'react';
import type { Row } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { DataTable } from '../../components/data-table.tsx';
import type { Column } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Notice } from '../../components/notice.tsx';
import { usePages } from '../../hooks/use-pages.ts';
import { navigate } from '../../stores/navigation.ts';
import { BACKUP_COLUMNS, BACKUP_FILTERS, backupInWords } from '../backups/backup-choice.tsx';
import { BackupDialog } from '../backups/backup-dialog.tsx';
import { CopiesCell } from '../backups/copies-cell.tsx';

type Backup = Row<'backup.list'>;

/** Every backup that the catalog knows, and where its copies lie. */
export function BackupList() {
  const backups = usePages('backup.list', {});
  const [shownId, setShownId] = useState<string>();
  return (
    <div className="stack">
      {backups.first?.warnings.map((warning) => (
        <Notice key={warning} tone="warning" title={warning} />
      ))}
      <DataTable
        label="Backups"
        rowWord="backup"
        searchLabel="Search backups"
        rows={backups.rows}
        keyOf={({ id }) => id}
        nameOf={(backup) => `${backupInWords(backup)}, ${backup.timeCreated}`}
        columns={COLUMNS}
        filters={BACKUP_FILTERS}
        initialSort={{ columnId: 'created', direction: 'descending' }}
        onRowAction={({ id }) => setShownId(id)}
        isLoading={backups.isLoading}
        error={backups.error}
        onReload={backups.reload}
        isCut={backups.isCut}
        empty={
          <EmptyState
            title="The catalog knows no backup yet"
            action={
              <>
                <Button variant="primary" onPress={() => navigate('backup')}>
                  Back up a vault
                </Button>
                <Button onPress={() => navigate('media', { tab: 'import' })}>Import from a medium</Button>
              </>
            }
          >
            What is backed up, copied, exported or imported is listed here with where its copies lie.
          </EmptyState>
        }
      />
      {shownId !== undefined && <BackupDialog backupId={shownId} onClose={() => setShownId(undefined)} />}
    </div>
  );
}

const COLUMNS: readonly Column<Backup>[] = [
  ...BACKUP_COLUMNS,
  {
    id: 'copies',
    header: 'Copies',
    render: ({ id }) => <CopiesCell backupId={id} />,
    width: 'minmax(11rem, 1.5fr)',
  },
];
