import { CirclePlus, CircleEqual, PencilLine, Undo2 } from 'lucide-react';
import type { PlanItem } from '../../../shared/domain/restore-plan.ts';
import { DataTable } from '../../components/data-table.tsx';
import type { Column, Filter } from '../../components/data-table.tsx';
import { Ocid } from '../../components/ocid.tsx';
import { Badge, StateBadge } from '../../components/state-badge.tsx';
import { figure } from '../../components/words.ts';

/** What happens to each compartment, vault and key of the backup. */
export function PlanItemTable({ items }: { readonly items: readonly PlanItem[] }) {
  return (
    <DataTable
      label="What happens"
      rowWord="item"
      rows={items}
      keyOf={({ entityType, sourceId }) => `${entityType} ${sourceId}`}
      nameOf={({ entityType, displayName }) => `${entityType} ${displayName}`}
      columns={COLUMNS}
      {...(items.length > 8 ? { searchLabel: 'Search the plan', filters: FILTERS } : {})}
      maxHeight="22rem"
      empty={null}
    />
  );
}

const COLUMNS: readonly Column<PlanItem>[] = [
  {
    id: 'action',
    header: 'Action',
    render: (item) => <Action item={item} />,
    sortBy: ({ action }) => action,
    width: '9rem',
  },
  {
    id: 'name',
    header: 'Name',
    render: ({ displayName, entityType, shape }) => (
      <>
        {displayName}{' '}
        <span className="quiet">{shape === undefined ? entityType : `${entityType}, ${shape}`}</span>
      </>
    ),
    sortBy: ({ displayName }) => displayName,
    searchBy: ({ displayName, entityType, shape, id, sourceId }) =>
      `${displayName} ${entityType} ${shape ?? ''} ${id} ${sourceId}`,
    width: 'minmax(12.5rem, 2fr)',
  },
  {
    id: 'versions',
    header: 'Versions',
    render: (item) => versionsInWords(item),
    sortBy: ({ keyVersionsToAdd }) => keyVersionsToAdd,
    width: 'minmax(7rem, 1fr)',
  },
  {
    id: 'state',
    header: 'State after',
    render: ({ lifecycleState }) =>
      lifecycleState === undefined ? '' : <StateBadge state={lifecycleState} />,
    sortBy: ({ lifecycleState }) => lifecycleState,
    width: '7.5rem',
  },
  { id: 'id', header: 'OCID after', render: ({ id }) => <Ocid value={id} />, width: '8.5rem' },
];

const FILTERS: readonly Filter<PlanItem>[] = [
  { id: 'add', label: 'To add', group: 'action', matches: ({ action }) => action === 'ADD' },
  { id: 'update', label: 'To update', group: 'action', matches: ({ action }) => action === 'UPDATE' },
  { id: 'keep', label: 'To keep', group: 'action', matches: ({ action }) => action === 'KEEP' },
];

function Action({ item }: { readonly item: PlanItem }) {
  if (item.isBroughtBack === true) {
    return (
      <Badge icon={Undo2} tone="warning">
        Bring back
      </Badge>
    );
  }
  switch (item.action) {
    case 'ADD':
      return (
        <Badge icon={CirclePlus} tone="good">
          Add
        </Badge>
      );
    case 'UPDATE':
      return (
        <Badge icon={PencilLine} tone="busy">
          Update
        </Badge>
      );
    case 'KEEP':
      return (
        <Badge icon={CircleEqual} tone="quiet">
          Keep
        </Badge>
      );
  }
}

function versionsInWords({ keyVersionsToAdd, keyVersionsPresent, newCurrentKeyVersion }: PlanItem): string {
  return [
    ...(keyVersionsToAdd === undefined || keyVersionsToAdd === 0
      ? []
      : [`${figure(keyVersionsToAdd)} to add`]),
    ...(keyVersionsPresent === undefined || keyVersionsPresent === 0
      ? []
      : [`${figure(keyVersionsPresent)} here`]),
    ...(newCurrentKeyVersion === undefined ? [] : ['new current one']),
  ].join(', ');
}
