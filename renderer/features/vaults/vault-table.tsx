import { FolderKey, Plus } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { Row } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { Checkbox, Select } from '../../components/choice.tsx';
import { DataTable } from '../../components/data-table.tsx';
import type { Column, Filter } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Badge, StateBadge } from '../../components/state-badge.tsx';
import { Time } from '../../components/time.tsx';
import type { Pages } from '../../hooks/use-pages.ts';
import { navigate } from '../../stores/navigation.ts';
import type { Compartments } from '../records/use-compartments.ts';
import { UsageCell } from './usage-cell.tsx';
import '../records/records.css';
import './vaults.css';

type Vault = Row<'vault.list'>;

const ALL = 'all';

export interface VaultTableProps {
  readonly vaults: Pages<'vault.list'>;
  readonly compartments: Compartments;
  readonly onCreate: () => void;
}

export function VaultTable({ vaults, compartments, onCreate }: VaultTableProps) {
  const [compartmentId, setCompartmentId] = useState(ALL);
  const [isShowingDeleted, setShowingDeleted] = useState(false);
  const { rows } = vaults;
  const { pathOf } = compartments;
  const shown = useMemo(
    () =>
      rows.filter(
        (vault) =>
          (compartmentId === ALL || vault.compartmentId === compartmentId) &&
          (isShowingDeleted || vault.lifecycleState !== 'DELETED'),
      ),
    [rows, compartmentId, isShowingDeleted],
  );
  const used = useMemo(() => [...new Set(rows.map((vault) => vault.compartmentId))], [rows]);
  const hasDeleted = useMemo(() => rows.some(({ lifecycleState }) => lifecycleState === 'DELETED'), [rows]);
  const filters = useMemo(() => filtersOf(rows), [rows]);
  const columns = useMemo(() => columnsOf(pathOf), [pathOf]);
  const isNarrowed = shown.length === 0 && rows.length > 0;
  return (
    <div className="stack">
      {(used.length > 1 || hasDeleted) && (
        <div className="row vault-narrowing">
          {used.length > 1 && (
            <Select
              label="Compartment"
              value={compartmentId}
              onChange={setCompartmentId}
              options={[
                { id: ALL, label: 'All compartments' },
                ...used
                  .map((id) => ({ id, label: pathOf(id) }))
                  .sort((one, other) => one.label.localeCompare(other.label)),
              ]}
            />
          )}
          {hasDeleted && (
            <Checkbox isSelected={isShowingDeleted} onChange={setShowingDeleted}>
              Show deleted vaults
            </Checkbox>
          )}
        </div>
      )}
      <DataTable
        label="Vaults"
        rowWord="vault"
        searchLabel="Search vaults"
        rows={shown}
        keyOf={({ id }) => id}
        nameOf={({ displayName }) => displayName}
        columns={columns}
        filters={filters}
        initialSort={{ columnId: 'name', direction: 'ascending' }}
        onRowAction={({ id }) => navigate('vault', { vaultId: id })}
        isLoading={vaults.isLoading}
        error={vaults.error}
        onReload={vaults.reload}
        isCut={vaults.isCut}
        maxHeight="max(20rem, 100vh - 19rem)"
        empty={
          isNarrowed ? (
            <EmptyState title="No vault is in this compartment" icon={FolderKey}>
              Choose another compartment, or show deleted vaults.
            </EmptyState>
          ) : (
            <EmptyState
              title="No vaults yet"
              icon={FolderKey}
              action={
                <Button icon={Plus} onPress={onCreate}>
                  Create a vault
                </Button>
              }
            >
              A vault lies in a region, whose token makes its keys, and in a compartment, which says who may
              do what with it. A restore makes vaults too.
            </EmptyState>
          )
        }
      />
    </div>
  );
}

function columnsOf(pathOf: (compartmentId: string) => string): readonly Column<Vault>[] {
  return [
    {
      id: 'name',
      header: 'Name',
      render: ({ displayName }) => <span className="row-name">{displayName}</span>,
      sortBy: ({ displayName }) => displayName,
      searchBy: ({ displayName, id }) => `${displayName} ${id}`,
      width: 'minmax(11rem, 2fr)',
    },
    {
      id: 'state',
      header: 'State',
      render: ({ lifecycleState }) => <StateBadge state={lifecycleState} />,
      sortBy: ({ lifecycleState }) => lifecycleState,
      width: 'minmax(9.5rem, 1fr)',
    },
    {
      id: 'type',
      header: 'Backups',
      render: ({ vaultType }) =>
        vaultType === 'DEFAULT' ? <Badge tone="warning">Never</Badge> : 'Can be made',
      sortBy: ({ vaultType }) => vaultType,
      width: 'minmax(7rem, 0.7fr)',
    },
    {
      id: 'region',
      header: 'Region',
      render: ({ region }) => region,
      sortBy: ({ region }) => region,
      searchBy: ({ region }) => region,
      width: 'minmax(8.5rem, 1fr)',
    },
    {
      id: 'compartment',
      header: 'Compartment',
      render: ({ compartmentId }) => pathOf(compartmentId),
      sortBy: ({ compartmentId }) => pathOf(compartmentId),
      searchBy: ({ compartmentId }) => pathOf(compartmentId),
      width: 'minmax(9rem, 1.5fr)',
    },
    {
      id: 'keys',
      header: 'Keys',
      render: ({ id }) => <UsageCell vaultId={id} />,
      align: 'end',
      width: '5rem',
    },
    {
      id: 'created',
      header: 'Created',
      render: ({ timeCreated }) => <Time value={timeCreated} show="relative" />,
      sortBy: ({ timeCreated }) => timeCreated,
      width: 'minmax(7.5rem, 0.8fr)',
    },
  ];
}

/** States that are there, then regions, as long as there is something to tell apart. */
function filtersOf(rows: readonly Vault[]): readonly Filter<Vault>[] {
  const regions = [...new Set(rows.map(({ region }) => region))].sort();
  return [
    {
      id: 'active',
      label: 'Active',
      group: 'state',
      matches: ({ lifecycleState }) => lifecycleState === 'ACTIVE',
    },
    ...(rows.every(({ lifecycleState }) => SETTLED.has(lifecycleState))
      ? []
      : [
          {
            id: 'busy',
            label: 'Being worked on',
            group: 'state',
            matches: ({ lifecycleState }: Vault) => !SETTLED.has(lifecycleState),
          },
        ]),
    {
      id: 'leaving',
      label: 'Deletion scheduled',
      group: 'state',
      matches: ({ lifecycleState }) => lifecycleState === 'PENDING_DELETION',
    },
    ...(regions.length < 2
      ? []
      : regions.map((region) => ({
          id: region,
          label: region,
          group: 'region',
          matches: (vault: Vault) => vault.region === region,
        }))),
  ];
}

const SETTLED: ReadonlySet<Vault['lifecycleState']> = new Set(['ACTIVE', 'PENDING_DELETION', 'DELETED']);
