import { Copy } from 'lucide-react';
import { Button } from '../../components/button.tsx';
import { DataTable } from '../../components/data-table.tsx';
import type { Column } from '../../components/data-table.tsx';
import { copyText, Ocid } from '../../components/ocid.tsx';
import { changedIds, idMapText } from './plan-words.ts';
import type { PlanItem } from '../../../shared/domain/restore-plan.ts';

/** What of a restored vault or key the map of OCIDs needs. */
export type MappedItem = Pick<PlanItem, 'entityType' | 'displayName' | 'sourceId' | 'id'>;

/** Old and new OCIDs (rule R41), to be copied as a whole. */
export function IdMapTable({ items }: { readonly items: readonly MappedItem[] }) {
  const changed = changedIds(items);
  return (
    <DataTable
      label="Old and new OCIDs"
      rowWord="OCID"
      rows={changed}
      keyOf={({ sourceId }) => sourceId}
      nameOf={({ entityType, displayName }) => `${entityType} ${displayName}`}
      columns={COLUMNS}
      {...(changed.length > 8 ? { searchLabel: 'Search names and OCIDs' } : {})}
      maxHeight="22rem"
      toolbar={
        <Button
          icon={Copy}
          size="small"
          onPress={() => void copyText(idMapText(changed), 'The map of OCIDs')}
        >
          Copy the map
        </Button>
      }
      empty={<p>Every OCID stays as it is.</p>}
    />
  );
}

const COLUMNS: readonly Column<MappedItem>[] = [
  {
    id: 'name',
    header: 'Name',
    render: ({ entityType, displayName }) => (
      <>
        {displayName} <span className="quiet">{entityType}</span>
      </>
    ),
    sortBy: ({ displayName }) => displayName,
    searchBy: ({ displayName, id, sourceId }) => `${displayName} ${id} ${sourceId}`,
    width: 'minmax(12rem, 1fr)',
  },
  {
    id: 'old',
    header: 'Old OCID',
    render: ({ sourceId }) => <Ocid value={sourceId} />,
    width: 'minmax(9rem, 1fr)',
  },
  { id: 'new', header: 'New OCID', render: ({ id }) => <Ocid value={id} />, width: 'minmax(9rem, 1fr)' },
];
