import { useEffect } from 'react';
import { DataTable } from '../../components/data-table.tsx';
import type { Column, Filter } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ProgressBar } from '../../components/progress-panel.tsx';
import { Screen } from '../../components/screen.tsx';
import { StateBadge } from '../../components/state-badge.tsx';
import { Time } from '../../components/time.tsx';
import { constantInWords } from '../../components/words.ts';
import type { Row } from '../../client.ts';
import { usePages } from '../../hooks/use-pages.ts';
import type { ScreenProps } from '../../screens.tsx';
import { navigate } from '../../stores/navigation.ts';
import { useWorkRequests } from '../../stores/work-requests.ts';
import { WorkRequestView } from './work-request-view.tsx';

type WorkRequestRow = Row<'work-request.list'>;

const COLUMNS: readonly Column<WorkRequestRow>[] = [
  {
    id: 'what',
    header: 'What',
    render: (row) => constantInWords(row.operationType),
    sortBy: (row) => row.operationType,
    searchBy: (row) => `${constantInWords(row.operationType)} ${row.id}`,
    width: 'minmax(11rem, 1.5fr)',
  },
  {
    id: 'status',
    header: 'Status',
    render: (row) => <StateBadge state={row.status} />,
    sortBy: (row) => row.status,
  },
  {
    id: 'progress',
    header: 'Progress',
    render: (row) => <LiveProgress row={row} />,
    width: 'minmax(10rem, 1.5fr)',
  },
  {
    id: 'begun',
    header: 'Begun',
    render: (row) => <Time value={row.timeAccepted} show="relative" />,
    sortBy: (row) => row.timeAccepted,
  },
  {
    id: 'ended',
    header: 'Ended',
    render: (row) =>
      row.timeFinished === undefined ? '' : <Time value={row.timeFinished} show="relative" />,
    sortBy: (row) => row.timeFinished ?? '',
  },
];

const FILTERS: readonly Filter<WorkRequestRow>[] = [
  { id: 'running', label: 'Running', group: 'status', matches: (row) => row.timeFinished === undefined },
  { id: 'failed', label: 'Failed', group: 'status', matches: (row) => row.status === 'FAILED' },
  { id: 'cancelled', label: 'Cancelled', group: 'status', matches: (row) => row.status === 'CANCELED' },
];

/** Of one that runs, the newest word; of the others, what the record says. */
function LiveProgress({ row }: { readonly row: WorkRequestRow }) {
  const live = useWorkRequests((state) => state.running[row.id]);
  if (live === undefined) return `${row.percentComplete} %`;
  return <ProgressBar label={live.activity} percent={live.percentComplete} isLabelHidden size="small" />;
}

/** What was done and what runs (rule R60); kept for good. */
export function WorkRequestsScreen({ params }: ScreenProps) {
  const requests = usePages('work-request.list', {});
  const endCount = useWorkRequests((state) => state.endCount);
  const runningCount = useWorkRequests((state) => Object.keys(state.running).length);
  const { reload } = requests;
  useEffect(() => {
    if (endCount + runningCount > 0) reload();
  }, [endCount, runningCount, reload]);

  const workRequestId = params['workRequestId'];
  if (workRequestId !== undefined) return <WorkRequestView workRequestId={workRequestId} />;
  return (
    <Screen
      title="Work requests"
      intro="Backups, restores, copies, drills and the like: what they did, and why they failed."
    >
      <DataTable
        label="Work requests"
        rowWord="work request"
        searchLabel="Search work requests"
        rows={requests.rows}
        keyOf={(row) => row.id}
        nameOf={(row) => `${constantInWords(row.operationType)}, ${row.timeAccepted}`}
        columns={COLUMNS}
        filters={FILTERS}
        initialSort={{ columnId: 'begun', direction: 'descending' }}
        isLoading={requests.isLoading}
        isCut={requests.isCut}
        error={requests.error}
        onReload={requests.reload}
        onRowAction={(row) => navigate('work-requests', { workRequestId: row.id })}
        empty={<EmptyState title="Nothing has run yet">Backups and restores show here.</EmptyState>}
      />
    </Screen>
  );
}
