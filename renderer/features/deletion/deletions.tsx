import { CalendarClock, Trash2 } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { Row } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { DataTable } from '../../components/data-table.tsx';
import type { Column, Filter } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorNotice, Notice } from '../../components/notice.tsx';
import { ProgressPanel } from '../../components/progress-panel.tsx';
import { Badge, StateBadge } from '../../components/state-badge.tsx';
import { Time } from '../../components/time.tsx';
import { countOf } from '../../components/words.ts';
import type { Pages } from '../../hooks/use-pages.ts';
import { useWork } from '../../hooks/use-work.ts';
import { navigate } from '../../stores/navigation.ts';
import { ExecuteDeletionsDialog } from './execute-deletions-dialog.tsx';
import { typeInWords } from './types-in-words.ts';

type Deletion = Row<'deletion.list'>;

/** What is scheduled for deletion, soonest first, and the way to destroy what is due (rule R13). */
export function Deletions({ pages }: { readonly pages: Pages<'deletion.list'> }) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isConfirming, setConfirming] = useState(false);
  const work = useWork('deletion.execute');
  const { rows, reload } = pages;
  const due = useMemo(() => {
    const allDue = rows.filter(({ isDue }) => isDue);
    const chosenDue = allDue.filter(({ id }) => chosen.has(id));
    return chosenDue.length > 0 ? chosenDue : allDue;
  }, [rows, chosen]);
  const isChosenOnly = due.length < rows.filter(({ isDue }) => isDue).length;

  useEffect(() => {
    if (work.status !== 'succeeded' && work.status !== 'failed' && work.status !== 'cancelled') return;
    setChosen(new Set());
    reload();
  }, [work.status, reload]);

  return (
    <div className="stack">
      {work.status === 'running' && (
        <div className="card">
          <ProgressPanel title="Destroying what is due" progress={work.progress} />
        </div>
      )}
      {work.status === 'succeeded' && (
        <Notice tone="success" title="What was due is destroyed." isLive>
          {work.answer !== undefined && (
            <p>
              {countOf(work.answer.vaultCount, 'vault')}, {countOf(work.answer.keyCount, 'key')} and{' '}
              {countOf(work.answer.keyVersionCount, 'key version')} are deleted;{' '}
              {countOf(work.answer.tokenObjectCount, 'object')} went from the tokens. Only a backup brings
              them back.
            </p>
          )}
        </Notice>
      )}
      {work.error !== undefined && (
        <ErrorNotice error={work.error} title="Not everything that is due is destroyed." />
      )}
      <DataTable
        label="Scheduled deletions"
        rowWord="deletion"
        searchLabel="Search deletions"
        rows={rows}
        keyOf={({ id }) => id}
        nameOf={({ entityType, displayName }) => `${typeInWords(entityType)} ${displayName}`}
        columns={COLUMNS}
        filters={FILTERS}
        initialSort={{ columnId: 'due', direction: 'ascending' }}
        selection={{ keys: chosen, onChange: setChosen }}
        onRowAction={show}
        isLoading={pages.isLoading}
        error={pages.error}
        onReload={reload}
        isCut={pages.isCut}
        toolbar={
          <Button
            variant="danger"
            size="small"
            icon={Trash2}
            isDisabled={due.length === 0 || work.status === 'running'}
            onPress={() => setConfirming(true)}
          >
            {isChosenOnly ? `Destroy the chosen ${due.length}` : `Destroy what is due (${due.length})`}
          </Button>
        }
        empty={
          <EmptyState title="Nothing is scheduled for deletion" icon={CalendarClock}>
            A vault, a key or a key version whose deletion is scheduled stands here until it is destroyed or
            its deletion is cancelled.
          </EmptyState>
        }
      />
      {isConfirming && (
        <ExecuteDeletionsDialog
          due={due}
          onClose={() => setConfirming(false)}
          onExecute={(ids) => void work.start({ ids })}
        />
      )}
    </div>
  );
}

function show({ entityType, id, vaultId, keyId }: Deletion): void {
  if (entityType === 'vault') navigate('vault', { vaultId: id });
  else navigate('key', { vaultId, keyId: keyId ?? id });
}

const COLUMNS: readonly Column<Deletion>[] = [
  {
    id: 'name',
    header: 'Name',
    render: ({ displayName }) => displayName,
    sortBy: ({ displayName }) => displayName,
    searchBy: ({ displayName, id }) => `${displayName} ${id}`,
    width: 'minmax(10rem, 2fr)',
  },
  {
    id: 'type',
    header: 'What it is',
    render: ({ entityType, isScheduledWithVault }) =>
      `${typeInWords(entityType)}${isScheduledWithVault ? ', with its vault' : ''}`,
    sortBy: ({ entityType }) => entityType,
    width: 'minmax(9rem, 1fr)',
  },
  { id: 'region', header: 'Region', render: ({ region }) => region, sortBy: ({ region }) => region },
  {
    id: 'state',
    header: 'State',
    render: ({ lifecycleState, isDue }) =>
      isDue && lifecycleState === 'PENDING_DELETION' ? (
        <Badge tone="bad" icon={CalendarClock}>
          Due
        </Badge>
      ) : (
        <StateBadge state={lifecycleState} />
      ),
    sortBy: ({ lifecycleState, isDue }) => (isDue ? 'Due' : lifecycleState),
    width: 'minmax(11rem, 1fr)',
  },
  {
    id: 'due',
    header: 'Due',
    render: ({ timeOfDeletion }) => <Time value={timeOfDeletion} />,
    sortBy: ({ timeOfDeletion }) => timeOfDeletion,
    width: 'minmax(18.5rem, 1.5fr)',
  },
];

const FILTERS: readonly Filter<Deletion>[] = [
  { id: 'due', label: 'Due', matches: ({ isDue }) => isDue },
  { id: 'later', label: 'Not due yet', matches: ({ isDue }) => !isDue },
];
