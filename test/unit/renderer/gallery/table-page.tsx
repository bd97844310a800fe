import { useState } from 'react';
import { Button } from '../../../../renderer/components/button.tsx';
import { DataTable } from '../../../../renderer/components/data-table.tsx';
import type { Column, Filter } from '../../../../renderer/components/data-table.tsx';
import { EmptyState } from '../../../../renderer/components/empty-state.tsx';
import { Menu } from '../../../../renderer/components/menu.tsx';
import { Ocid } from '../../../../renderer/components/ocid.tsx';
import { Screen } from '../../../../renderer/components/screen.tsx';
import { StateBadge } from '../../../../renderer/components/state-badge.tsx';
import { Time } from '../../../../renderer/components/time.tsx';

interface Key {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly versions: number;
  readonly created: string;
}

const STATES = ['ENABLED', 'DISABLED', 'PENDING_DELETION', 'ENABLED'];
const rows: readonly Key[] = Array.from({ length: 10_000 }, (_, index) => ({
  id: `ocid1.key.strongroom1.eu-frankfurt-1.abcdefghijklm.${String(index).padStart(60, 'x')}`,
  name: `key ${index}`,
  state: STATES[index % 4] ?? 'ENABLED',
  versions: (index * 7) % 23,
  created: new Date(Date.UTC(2026, 0, 1) + index * 1_000_000).toISOString(),
}));

const COLUMNS: readonly Column<Key>[] = [
  {
    id: 'name',
    header: 'Name',
    render: ({ name }) => name,
    sortBy: ({ name }) => name,
    searchBy: ({ name }) => name,
    width: 'minmax(12rem, 2fr)',
  },
  {
    id: 'state',
    header: 'State',
    render: ({ state }) => <StateBadge state={state} />,
    sortBy: ({ state }) => state,
  },
  {
    id: 'versions',
    header: 'Versions',
    render: ({ versions }) => versions,
    sortBy: ({ versions }) => versions,
    align: 'end',
    width: '7rem',
  },
  {
    id: 'created',
    header: 'Created',
    render: ({ created }) => <Time value={created} show="relative" />,
    sortBy: ({ created }) => created,
  },
  { id: 'ocid', header: 'OCID', render: ({ id }) => <Ocid value={id} /> },
];
const FILTERS: readonly Filter<Key>[] = [
  { id: 'enabled', label: 'Enabled', matches: ({ state }) => state === 'ENABLED' },
  { id: 'disabled', label: 'Disabled', matches: ({ state }) => state === 'DISABLED' },
];

export function TablePage() {
  const [opened, setOpened] = useState('nothing');
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set());
  return (
    <Screen title="Keys" actions={<Button variant="primary">Create a key</Button>}>
      <output>{`opened: ${opened}, chosen: ${keys.size}`}</output>
      <DataTable
        label="Keys"
        rowWord="key"
        searchLabel="Search keys"
        rows={rows}
        columns={COLUMNS}
        filters={FILTERS}
        keyOf={({ id }) => id}
        nameOf={({ name }) => name}
        onRowAction={({ name }) => setOpened(name)}
        selection={{ keys, onChange: setKeys }}
        onReload={() => undefined}
        rowActions={({ name }) => (
          <Menu
            isIcon
            label={`Actions of ${name}`}
            choices={[{ id: 'rotate', label: 'Rotate', onAction: () => setOpened(`rotate ${name}`) }]}
          />
        )}
        empty={<EmptyState title="No keys yet">A key is made in a vault.</EmptyState>}
      />
    </Screen>
  );
}
