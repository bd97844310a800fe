import { KeyRound, Plus } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { CoverageRow, CoverageStatus } from '../../../shared/domain/coverage.ts';
import { describeKeyShape } from '../../../shared/domain/key-shape.ts';
import type { Answer, Row } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { Checkbox } from '../../components/choice.tsx';
import { DataTable } from '../../components/data-table.tsx';
import type { Column, Filter } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Notice } from '../../components/notice.tsx';
import { StateBadge } from '../../components/state-badge.tsx';
import { Time } from '../../components/time.tsx';
import { usePages } from '../../hooks/use-pages.ts';
import type { Pages } from '../../hooks/use-pages.ts';
import { navigate } from '../../stores/navigation.ts';
import { CoverageBadge } from '../backups/coverage-badge.tsx';
import { refusalOf } from '../records/refusal-of.ts';
import '../records/records.css';
import { CreateKeyDialog } from './create-key-dialog.tsx';

/** A key with what backup.coverage says of it, once that is known. */
export interface KeyRow {
  readonly key: Row<'key.list'>;
  readonly coverage: CoverageRow | undefined;
}

export interface KeyTableProps {
  readonly vault: Answer<'vault.get'>;
  readonly keys: Pages<'key.list'>;
}

/**
 * The keys of a vault. Rows come first; how they are covered is asked for afterwards, as that is counted over all versions,
 * and shown once it is there for all of them: thousands of rows are put in order once more, and not for each page.
 */
export function KeyTable({ vault, keys }: KeyTableProps) {
  const haveKeys = useHasHappened(!keys.isLoading);
  const coverage = usePages('backup.coverage', haveKeys ? { vaultId: vault.id } : undefined);
  const coverageRows = useLatestWhole(coverage);
  const [isShowingDeleted, setShowingDeleted] = useState(false);
  const [isCreating, setCreating] = useState(false);
  const rows = useMemo(() => {
    const byId = new Map(coverageRows.map((row) => [row.id, row]));
    return keys.rows
      .filter(({ lifecycleState }) => isShowingDeleted || lifecycleState !== 'DELETED')
      .map((key) => ({ key, coverage: byId.get(key.id) }));
  }, [keys.rows, coverageRows, isShowingDeleted]);
  const deletedCount = useMemo(
    () => keys.rows.filter(({ lifecycleState }) => lifecycleState === 'DELETED').length,
    [keys.rows],
  );
  const createRefusal = refusalOf('key.create', { vault });
  const create = (
    <Button
      size="small"
      icon={Plus}
      isDisabled={createRefusal !== undefined}
      onPress={() => setCreating(true)}
    >
      Create a key
    </Button>
  );
  function reload(): void {
    keys.reload();
    coverage.reload();
  }

  return (
    <div className="stack">
      {deletedCount > 0 && (
        <Checkbox isSelected={isShowingDeleted} onChange={setShowingDeleted}>
          Show deleted keys ({deletedCount})
        </Checkbox>
      )}
      {coverage.error !== undefined && (
        <Notice tone="warning" title="How the keys are covered cannot be shown.">
          <p>{coverage.error.message}</p>
        </Notice>
      )}
      <DataTable
        label={`Keys of ${vault.displayName}`}
        rowWord="key"
        searchLabel="Search keys"
        rows={rows}
        keyOf={idOf}
        nameOf={({ key }) => key.displayName}
        columns={COLUMNS}
        filters={FILTERS}
        initialSort={{ columnId: 'name', direction: 'ascending' }}
        onRowAction={({ key }) => navigate('key', { vaultId: vault.id, keyId: key.id })}
        isLoading={keys.isLoading}
        error={keys.error}
        onReload={reload}
        isCut={keys.isCut}
        toolbar={create}
        maxHeight="max(20rem, 100vh - 21rem)"
        empty={
          <EmptyState title="No keys yet" icon={KeyRound} action={create}>
            {createRefusal ?? 'A key is made in the token of the vault’s region and stays there.'}
          </EmptyState>
        }
      />
      {isCreating && <CreateKeyDialog vault={vault} onClose={() => setCreating(false)} onCreated={reload} />}
    </div>
  );
}

/** Whether it was so at any time: loading the keys again does not take their coverage away. */
function useHasHappened(isSo: boolean): boolean {
  const [hasHappened, setHappened] = useState(isSo);
  useEffect(() => {
    if (isSo) setHappened(true);
  }, [isSo]);
  return hasHappened;
}

/** The rows as they were when all of them were there last. */
function useLatestWhole({ rows, isLoading }: Pages<'backup.coverage'>): readonly CoverageRow[] {
  const [whole, setWhole] = useState<readonly CoverageRow[]>([]);
  useEffect(() => {
    if (!isLoading) setWhole(rows);
  }, [rows, isLoading]);
  return whole;
}

function idOf({ key }: KeyRow): string {
  return key.id;
}

const MISSING: ReadonlySet<CoverageStatus> = new Set(['NEVER_BACKED_UP', 'TOO_OLD', 'TOO_FEW_COPIES']);

const COLUMNS: readonly Column<KeyRow>[] = [
  {
    id: 'name',
    header: 'Name',
    render: ({ key }) => <span className="row-name">{key.displayName}</span>,
    sortBy: ({ key }) => key.displayName,
    searchBy: ({ key }) => `${key.displayName} ${key.id}`,
    width: 'minmax(12rem, 2fr)',
  },
  {
    id: 'state',
    header: 'State',
    render: ({ key }) => <StateBadge state={key.lifecycleState} />,
    sortBy: ({ key }) => key.lifecycleState,
    width: 'minmax(11rem, 1fr)',
  },
  {
    id: 'shape',
    header: 'Shape',
    render: ({ key }) => (
      <>
        {describeKeyShape(key.keyShape)}
        {key.protectionMode === 'SOFTWARE' && <span className="mark-warning"> Software</span>}
      </>
    ),
    sortBy: ({ key }) => describeKeyShape(key.keyShape),
    searchBy: ({ key }) => `${describeKeyShape(key.keyShape)} ${key.protectionMode}`,
    width: 'minmax(8.5rem, 0.8fr)',
  },
  {
    id: 'coverage',
    header: 'Backups',
    render: ({ key, coverage }) => {
      if (coverage !== undefined) return <CoverageBadge row={coverage} />;
      return <span className="quiet">{key.lifecycleState === 'DELETED' ? 'Deleted' : '…'}</span>;
    },
    sortBy: ({ coverage }) => coverage?.status,
    width: 'minmax(11.5rem, 1fr)',
  },
  {
    id: 'versions',
    header: 'Versions',
    render: ({ coverage }) => coverage?.keyVersionCount,
    sortBy: ({ coverage }) => coverage?.keyVersionCount,
    align: 'end',
    width: '6.25rem',
  },
  {
    id: 'created',
    header: 'Created',
    render: ({ key }) => <Time value={key.timeCreated} show="relative" />,
    sortBy: ({ key }) => key.timeCreated,
    width: 'minmax(8rem, 0.8fr)',
  },
];

const FILTERS: readonly Filter<KeyRow>[] = [
  { id: 'enabled', label: 'Enabled', group: 'state', matches: ({ key }) => key.lifecycleState === 'ENABLED' },
  {
    id: 'disabled',
    label: 'Disabled',
    group: 'state',
    matches: ({ key }) => key.lifecycleState === 'DISABLED',
  },
  {
    id: 'leaving',
    label: 'Deletion scheduled',
    group: 'state',
    matches: ({ key }) => key.lifecycleState === 'PENDING_DELETION',
  },
  {
    id: 'software',
    label: 'Software',
    group: 'protection',
    matches: ({ key }) => key.protectionMode === 'SOFTWARE',
  },
  {
    id: 'missing',
    label: 'Misses its target',
    group: 'coverage',
    matches: ({ coverage }) => coverage !== undefined && MISSING.has(coverage.status),
  },
];
