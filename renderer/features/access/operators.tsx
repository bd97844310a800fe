import { KeyRound, Trash2, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { call } from '../../client.ts';
import type { Row } from '../../client.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { DataTable } from '../../components/data-table.tsx';
import type { Column } from '../../components/data-table.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { Badge } from '../../components/state-badge.tsx';
import { TextField } from '../../components/text-field.tsx';
import { Time } from '../../components/time.tsx';
import { usePages } from '../../hooks/use-pages.ts';
import { showToast } from '../../stores/announcements.ts';

type OperatorRow = Row<'operator.list'>;

const COLUMNS: readonly Column<OperatorRow>[] = [
  {
    id: 'name',
    header: 'Name',
    render: (row) => row.name,
    sortBy: (row) => row.name,
    searchBy: (row) => row.name,
  },
  { id: 'groups', header: 'Groups', render: (row) => row.groups.join(', '), width: 'minmax(10rem, 2fr)' },
  {
    id: 'seen',
    header: 'Last signed in',
    render: (row) =>
      row.timeLastSignedIn === undefined ? (
        <span className="quiet">never</span>
      ) : (
        <Time value={row.timeLastSignedIn} show="relative" />
      ),
    sortBy: (row) => row.timeLastSignedIn ?? '',
  },
  {
    id: 'locked',
    header: 'Sign-in',
    render: (row) => (row.lockedUntil === undefined ? '' : <Badge tone="warning">Locked for now</Badge>),
  },
];

/** Who may sign in to this home. */
export function Operators() {
  const operators = usePages('operator.list', {});
  const [isCreating, setCreating] = useState(false);
  const [deleted, setDeleted] = useState<OperatorRow>();
  return (
    <>
      <DataTable
        label="Operators"
        rowWord="operator"
        rows={operators.rows}
        keyOf={(row) => row.id}
        nameOf={(row) => row.name}
        columns={COLUMNS}
        isLoading={operators.isLoading}
        error={operators.error}
        onReload={operators.reload}
        toolbar={
          <>
            <Button
              size="small"
              icon={KeyRound}
              onPress={() => {
                void call('operator.change-passphrase', {}).then(
                  () => showToast('Your passphrase was changed.', 'success'),
                  (failure: unknown) =>
                    showToast(
                      (failure as { readonly message?: string }).message ?? 'It was not changed.',
                      'error',
                    ),
                );
              }}
            >
              Change my passphrase
            </Button>
            <Button size="small" variant="primary" icon={UserPlus} onPress={() => setCreating(true)}>
              Create an operator
            </Button>
          </>
        }
        rowActions={(row) => (
          <IconButton
            icon={Trash2}
            label={`Delete ${row.name}`}
            size="small"
            onPress={() => setDeleted(row)}
          />
        )}
        empty={<EmptyState title="No operators">The first one is made with the realm.</EmptyState>}
      />
      {isCreating && <CreateOperator onClose={() => setCreating(false)} onCreated={operators.reload} />}
      {deleted !== undefined && (
        <ConfirmDialog
          title={`Delete the operator ${deleted.name}?`}
          isOpen
          isDanger
          confirmLabel="Delete"
          onClose={() => setDeleted(undefined)}
          onConfirm={async () => {
            await call('operator.delete', { operatorName: deleted.name, ifMatch: deleted.etag });
            setDeleted(undefined);
            operators.reload();
          }}
          onReload={operators.reload}
        >
          <p>They can no longer sign in. What they did stays in the audit log.</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function CreateOperator({
  onClose,
  onCreated,
}: {
  readonly onClose: () => void;
  readonly onCreated: () => void;
}) {
  const [operatorName, setName] = useState('');
  return (
    <FormDialog
      title="Create an operator"
      submitLabel="Create"
      isSubmitDisabled={operatorName.trim() === ''}
      onClose={onClose}
      onSubmit={async () => {
        await call('operator.create', { operatorName: operatorName.trim() });
        onClose();
        onCreated();
        showToast(
          `${operatorName.trim()} can sign in now. Put them into a group, so that they may do something.`,
        );
      }}
    >
      <TextField
        label="Name"
        value={operatorName}
        onChange={setName}
        isRequired
        autoFocus
        description="Letters, digits, . _ @ and -. The passphrase is asked for next, in a window of its own."
      />
    </FormDialog>
  );
}
