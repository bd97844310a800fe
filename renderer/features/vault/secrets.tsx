import { FileKey, Plus, Save } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Answer, Row } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { DataTable } from '../../components/data-table.tsx';
import type { Column } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Notice } from '../../components/notice.tsx';
import { Ocid } from '../../components/ocid.tsx';
import { StateBadge } from '../../components/state-badge.tsx';
import { Time } from '../../components/time.tsx';
import type { Pages } from '../../hooks/use-pages.ts';
import { CreateSecretDialog, SaveSecretDialog } from './secret-dialogs.tsx';

type Secret = Row<'secret.list'>;

export interface SecretsProps {
  readonly vault: Answer<'vault.get'>;
  readonly secrets: Pages<'secret.list'>;
  readonly keys: Pages<'key.list'>;
}

/** The secrets of a vault, without their contents: those only ever go into a file (rule R15). */
export function Secrets({ vault, secrets, keys }: SecretsProps) {
  const [isCreating, setCreating] = useState(false);
  const [saved, setSaved] = useState<Secret>();
  const { rows } = secrets;
  const keyNames = useMemo(
    () => new Map(keys.rows.map(({ id, displayName }) => [id, displayName])),
    [keys.rows],
  );
  const columns = useMemo(() => columnsOf(keyNames), [keyNames]);
  const create = (
    <Button
      size="small"
      icon={Plus}
      isDisabled={vault.lifecycleState !== 'ACTIVE'}
      onPress={() => setCreating(true)}
    >
      Create a secret
    </Button>
  );
  return (
    <div className="stack">
      {rows.length > 0 && (
        <Notice tone="warning" title="Secrets are never in a backup. Keep what they hold elsewhere too." />
      )}
      <DataTable
        label={`Secrets of ${vault.displayName}`}
        rowWord="secret"
        searchLabel="Search secrets"
        rows={rows}
        keyOf={({ id }) => id}
        nameOf={({ name }) => name}
        columns={columns}
        initialSort={{ columnId: 'name', direction: 'ascending' }}
        isLoading={secrets.isLoading}
        error={secrets.error}
        onReload={secrets.reload}
        isCut={secrets.isCut}
        toolbar={create}
        rowActionsWidth="12rem"
        rowActions={(secret) => (
          <Button
            size="small"
            icon={Save}
            isDisabled={secret.lifecycleState !== 'ACTIVE'}
            onPress={() => setSaved(secret)}
          >
            Save to a file
          </Button>
        )}
        empty={
          <EmptyState title="No secrets" icon={FileKey} action={create}>
            A vault may hold small secrets, such as passwords, encrypted by one of its keys. They are never in
            a backup.
          </EmptyState>
        }
      />
      {isCreating && (
        <CreateSecretDialog
          vaultId={vault.id}
          keys={keys}
          onClose={() => setCreating(false)}
          onCreated={secrets.reload}
        />
      )}
      {saved !== undefined && <SaveSecretDialog secret={saved} onClose={() => setSaved(undefined)} />}
    </div>
  );
}

function columnsOf(keyNames: ReadonlyMap<string, string>): readonly Column<Secret>[] {
  return [
    {
      id: 'name',
      header: 'Name',
      render: ({ name }) => <span className="row-name">{name}</span>,
      sortBy: ({ name }) => name,
      searchBy: ({ name, id }) => `${name} ${id}`,
      width: 'minmax(12rem, 2fr)',
    },
    {
      id: 'state',
      header: 'State',
      render: ({ lifecycleState }) => <StateBadge state={lifecycleState} />,
      sortBy: ({ lifecycleState }) => lifecycleState,
    },
    {
      id: 'key',
      header: 'Encrypted by',
      render: ({ keyId }) => keyNames.get(keyId) ?? '',
      sortBy: ({ keyId }) => keyNames.get(keyId),
      width: 'minmax(10rem, 1.5fr)',
    },
    {
      id: 'created',
      header: 'Created',
      render: ({ timeCreated }) => <Time value={timeCreated} show="relative" />,
      sortBy: ({ timeCreated }) => timeCreated,
    },
    { id: 'ocid', header: 'OCID', render: ({ id }) => <Ocid value={id} />, width: '9rem' },
  ];
}
