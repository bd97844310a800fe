import type { ReactNode } from 'react';
import type { Row } from '../../client.ts';
import type { Column, Filter } from '../../components/data-table.tsx';
import { AnswerView } from '../../components/loading.tsx';
import { Time } from '../../components/time.tsx';
import { countOf } from '../../components/words.ts';
import type { Answered } from '../../hooks/use-answer.ts';
import { usePages } from '../../hooks/use-pages.ts';
import { RowChoice } from '../records/row-choice.tsx';

type Backup = Row<'backup.list'>;

export interface BackupChoiceProps {
  /** The answer of `backup.get` about `backupId`. */
  readonly backup: Answered<'backup.get'>;
  readonly backupId: string | undefined;
  readonly onChange: (backupId: string | undefined) => void;
  /** Shown where the catalog knows no backup. */
  readonly empty: ReactNode;
}

/** One of the catalog's backups. */
export function BackupChoice({ backup, backupId, onChange, empty }: BackupChoiceProps) {
  const backups = usePages('backup.list', backupId === undefined ? {} : undefined);
  if (backupId !== undefined && backup.answer === undefined) {
    return <AnswerView of={backup} loading="Loading the backup" children={() => null} />;
  }
  return (
    <RowChoice<Backup>
      title="Backup"
      value={backupId === undefined ? undefined : backup.answer}
      onChange={(row) => onChange(row?.id)}
      describe={(row) => (
        <>
          <strong>{backupInWords(row)}</strong>, made <Time value={row.timeCreated} /> in {row.sourceRegion},{' '}
          {countOf(row.keyCount, 'key')}, {countOf(row.keyVersionCount, 'version')}
        </>
      )}
      label="Backups to choose from"
      rowWord="backup"
      searchLabel="Search backups"
      rows={backups.rows}
      keyOf={({ id }) => id}
      nameOf={(row) => `${backupInWords(row)}, ${row.timeCreated}`}
      columns={BACKUP_COLUMNS}
      filters={BACKUP_FILTERS}
      initialSort={{ columnId: 'created', direction: 'descending' }}
      isLoading={backups.isLoading}
      error={backups.error}
      onReload={backups.reload}
      isCut={backups.isCut}
      maxHeight="20rem"
      empty={empty}
    />
  );
}

/** `The vault Payments`, `One key of the vault Payments` */
export function backupInWords({ kind, vaultName }: Pick<Backup, 'kind' | 'vaultName'>): string {
  return kind === 'VAULT' ? `The vault ${vaultName}` : `One key of the vault ${vaultName}`;
}

export const BACKUP_COLUMNS: readonly Column<Backup>[] = [
  {
    id: 'of',
    header: 'Of',
    render: ({ kind, vaultName }) => (kind === 'VAULT' ? vaultName : `One key of ${vaultName}`),
    sortBy: ({ vaultName }) => vaultName,
    searchBy: ({ vaultName, id, vaultId, keyId, sha256 }) =>
      `${vaultName} ${id} ${vaultId} ${keyId ?? ''} ${sha256}`,
    width: 'minmax(9rem, 2fr)',
  },
  {
    id: 'created',
    header: 'Made',
    render: ({ timeCreated }) => <Time value={timeCreated} />,
    sortBy: ({ timeCreated }) => timeCreated,
    width: 'minmax(11rem, 1.5fr)',
  },
  {
    id: 'region',
    header: 'Region',
    render: ({ sourceRegion }) => sourceRegion,
    sortBy: ({ sourceRegion }) => sourceRegion,
    width: '9rem',
  },
  {
    id: 'holds',
    header: 'Holds',
    render: ({ keyCount, keyVersionCount }) =>
      `${countOf(keyCount, 'key')}, ${countOf(keyVersionCount, 'version')}`,
    sortBy: ({ keyVersionCount }) => keyVersionCount,
    width: 'minmax(9rem, 1fr)',
  },
];

export const BACKUP_FILTERS: readonly Filter<Backup>[] = [
  { id: 'vault', label: 'Of a vault', group: 'kind', matches: ({ kind }) => kind === 'VAULT' },
  { id: 'key', label: 'Of one key', group: 'kind', matches: ({ kind }) => kind === 'KEY' },
];
