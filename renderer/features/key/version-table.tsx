import { KeyRound } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { CoverageRow } from '../../../shared/domain/coverage.ts';
import type { Answer, Row } from '../../client.ts';
import { DataTable } from '../../components/data-table.tsx';
import type { Column, Filter } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Badge, StateBadge } from '../../components/state-badge.tsx';
import { Time } from '../../components/time.tsx';
import { shortOcid } from '../../components/words.ts';
import type { Pages } from '../../hooks/use-pages.ts';
import { VersionBackupsCell } from './version-backups-cell.tsx';
import { VersionDialogs } from './version-dialogs.tsx';

type Version = Row<'key-version.list'>;

export interface VersionTableProps {
  readonly keyRecord: Answer<'key.get'>;
  readonly vault: Answer<'vault.get'>;
  readonly versions: Pages<'key-version.list'>;
  /** What backup.coverage says of the key. */
  readonly coverage: CoverageRow | undefined;
  readonly onChanged: () => void;
}

/** The versions of a key, newest first; a row opens all of one, with the backups that have it. */
export function VersionTable({ keyRecord: key, vault, versions, coverage, onChanged }: VersionTableProps) {
  const [shownId, setShownId] = useState<string>();
  const columns = useMemo(() => columnsOf(key, coverage), [key, coverage]);
  const shown = versions.rows.find(({ id }) => id === shownId);
  return (
    <>
      <DataTable
        label={`Versions of ${key.displayName}`}
        rowWord="version"
        searchLabel="Search versions"
        rows={versions.rows}
        keyOf={({ id }) => id}
        nameOf={({ id }) =>
          `${id === key.currentKeyVersion ? 'Current version' : 'Version'} ${shortOcid(id)}`
        }
        columns={columns}
        filters={FILTERS}
        initialSort={{ columnId: 'created', direction: 'descending' }}
        onRowAction={({ id }) => setShownId(id)}
        isLoading={versions.isLoading}
        error={versions.error}
        onReload={versions.reload}
        isCut={versions.isCut}
        maxHeight="max(20rem, 100vh - 20rem)"
        empty={<EmptyState title="The key has no version" icon={KeyRound} />}
      />
      {shown !== undefined && (
        <VersionDialogs
          version={shown}
          keyRecord={key}
          vault={vault}
          onClose={() => setShownId(undefined)}
          onChanged={onChanged}
        />
      )}
    </>
  );
}

function columnsOf(key: Answer<'key.get'>, coverage: CoverageRow | undefined): readonly Column<Version>[] {
  const missing = new Set(coverage?.uncoveredKeyVersionIds);
  return [
    {
      id: 'version',
      header: 'Version',
      render: ({ id }) => (
        <span className="row">
          <code title={id}>{shortOcid(id)}</code>
          {id === key.currentKeyVersion && <Badge tone="good">Current</Badge>}
        </span>
      ),
      searchBy: ({ id, materialId }) => `${id} ${materialId}`,
      width: 'minmax(11rem, 1.5fr)',
    },
    {
      id: 'state',
      header: 'State',
      render: ({ lifecycleState }) => <StateBadge state={lifecycleState} />,
      sortBy: ({ lifecycleState }) => lifecycleState,
      width: 'minmax(11rem, 1fr)',
    },
    {
      id: 'created',
      header: 'Created',
      render: ({ timeCreated }) => <Time value={timeCreated} />,
      sortBy: ({ timeCreated }) => timeCreated,
      width: 'minmax(18.5rem, 1.5fr)',
    },
    {
      id: 'backups',
      header: 'Backups that have it',
      render: ({ id }) =>
        key.protectionMode === 'SOFTWARE' ? (
          <span className="quiet">Never: software</span>
        ) : (
          <VersionBackupsCell keyVersionId={id} />
        ),
      width: 'minmax(14rem, 1.5fr)',
    },
    {
      id: 'target',
      header: 'Target',
      render: ({ id }) => {
        if (coverage === undefined || coverage.status === 'CANNOT_BE_BACKED_UP') return null;
        if (!missing.has(id)) return <span className="mark-good">Met</span>;
        return <span className="mark-bad">Missed</span>;
      },
      sortBy: ({ id }) => (missing.has(id) ? 'Missed' : 'Met'),
      width: '5.5rem',
    },
  ];
}

const FILTERS: readonly Filter<Version>[] = [
  { id: 'enabled', label: 'Enabled', matches: ({ lifecycleState }) => lifecycleState === 'ENABLED' },
  {
    id: 'leaving',
    label: 'Deletion scheduled',
    matches: ({ lifecycleState }) => lifecycleState === 'PENDING_DELETION',
  },
  { id: 'deleted', label: 'Deleted', matches: ({ lifecycleState }) => lifecycleState === 'DELETED' },
];
