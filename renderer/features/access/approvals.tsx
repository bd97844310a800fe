import { useState } from 'react';
import { call } from '../../client.ts';
import type { Row } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { DataTable } from '../../components/data-table.tsx';
import type { Column, Filter } from '../../components/data-table.tsx';
import { DescriptionList } from '../../components/description-list.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { Fingerprint, Ocid } from '../../components/ocid.tsx';
import { StateBadge } from '../../components/state-badge.tsx';
import { Time } from '../../components/time.tsx';
import { toErrorDocument } from '../../client.ts';
import { usePages } from '../../hooks/use-pages.ts';
import type { ErrorDocument } from '../../../shared/domain/errors.ts';

type ApprovalRow = Row<'approval.list'>;

const COLUMNS: readonly Column<ApprovalRow>[] = [
  {
    id: 'what',
    header: 'What',
    render: (row) => row.operation.replace('.', ' '),
    sortBy: (row) => row.operation,
    searchBy: (row) => `${row.operation} ${row.summary}`,
    width: 'minmax(10rem, 1fr)',
  },
  { id: 'who', header: 'Asked for by', render: (row) => row.requestedBy, sortBy: (row) => row.requestedBy },
  {
    id: 'when',
    header: 'Asked',
    render: (row) => <Time value={row.timeRequested} show="relative" />,
    sortBy: (row) => row.timeRequested,
  },
  {
    id: 'state',
    header: 'State',
    render: (row) => <StateBadge state={row.state} />,
    sortBy: (row) => row.state,
  },
];

const FILTERS: readonly Filter<ApprovalRow>[] = [
  { id: 'waiting', label: 'Waiting', matches: (row) => row.state === 'REQUESTED' },
];

/** What waits, or waited, for a second operator (rule R63). */
export function Approvals({ onDecided }: { readonly onDecided: () => void }) {
  const approvals = usePages('approval.list', {});
  const [shown, setShown] = useState<ApprovalRow>();
  return (
    <>
      <DataTable
        label="Approvals"
        rowWord="approval"
        rows={approvals.rows}
        keyOf={(row) => row.id}
        nameOf={(row) => `${row.operation}, asked for by ${row.requestedBy}`}
        columns={COLUMNS}
        filters={FILTERS}
        initialSort={{ columnId: 'when', direction: 'descending' }}
        isLoading={approvals.isLoading}
        error={approvals.error}
        onReload={approvals.reload}
        onRowAction={setShown}
        empty={
          <EmptyState title="Nothing waits for approval">
            Where a compartment is under dual control, restores, enrolments, deletions and policy changes wait
            here for a second operator.
          </EmptyState>
        }
      />
      {shown !== undefined && (
        <ApprovalDialog
          approval={shown}
          onClose={() => setShown(undefined)}
          onDecided={() => {
            setShown(undefined);
            approvals.reload();
            onDecided();
          }}
        />
      )}
    </>
  );
}

function ApprovalDialog({
  approval,
  onClose,
  onDecided,
}: {
  readonly approval: ApprovalRow;
  readonly onClose: () => void;
  readonly onDecided: () => void;
}) {
  const [error, setError] = useState<ErrorDocument>();
  const decide = (name: 'approval.grant' | 'approval.deny'): void => {
    setError(undefined);
    call(name, { approvalId: approval.id }).then(onDecided, (thrown: unknown) =>
      setError(toErrorDocument(thrown)),
    );
  };
  const isWaiting = approval.state === 'REQUESTED';
  return (
    <Dialog
      title={approval.operation.replace('.', ' ')}
      isOpen
      onClose={onClose}
      size="large"
      actions={
        <>
          {(isWaiting || approval.state === 'GRANTED') && (
            <Button variant="danger" onPress={() => decide('approval.deny')}>
              {isWaiting ? 'Deny' : 'Take back'}
            </Button>
          )}
          {isWaiting && (
            <Button variant="primary" onPress={() => decide('approval.grant')}>
              Approve exactly this
            </Button>
          )}
        </>
      }
    >
      {error !== undefined && <ErrorNotice error={error} />}
      <p>{approval.summary}</p>
      <DescriptionList
        items={[
          { term: 'State', value: <StateBadge state={approval.state} /> },
          { term: 'Asked for by', value: approval.requestedBy },
          { term: 'Good until', value: <Time value={approval.timeExpires} /> },
          { term: 'Decided by', value: approval.decidedBy },
          { term: 'Plan hash', value: <Fingerprint value={approval.planHash} what="The plan hash" /> },
          { term: 'Compartment', value: <Ocid value={approval.compartmentId} /> },
        ]}
      />
    </Dialog>
  );
}
