import { Plus } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { DataTable } from '../../components/data-table.tsx';
import type { Column } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Time } from '../../components/time.tsx';
import type { Row } from '../../client.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { BucketObjects } from './bucket-objects.tsx';
import { CreateBucketDialog } from './create-bucket-dialog.tsx';

type Bucket = Row<'bucket.list'>;

/** The buckets, and the objects of the one that is looked into. */
export function Buckets({ initialBucketId }: { readonly initialBucketId: string | undefined }) {
  const buckets = useAnswer('bucket.list', {});
  const regions = useAnswer('region.list', {});
  const [shownId, setShownId] = useState(initialBucketId);
  const [isCreating, setCreating] = useState(false);
  const shown = buckets.answer?.data.find(({ id }) => id === shownId);
  const list = useRef<HTMLElement>(null);
  const wasShown = useRef(false);
  const isShown = shown !== undefined;
  useEffect(() => {
    // The button that led back is gone, and with it the focus: somebody without a pointer goes on at the list.
    if (wasShown.current && !isShown) list.current?.focus();
    wasShown.current = isShown;
  }, [isShown]);
  const create = (
    <Button icon={Plus} onPress={() => setCreating(true)} isDisabled={regions.answer === undefined}>
      Create a bucket
    </Button>
  );
  return (
    <section ref={list} tabIndex={-1} aria-label="Buckets">
      {shown === undefined ? (
        <DataTable
          label="Buckets"
          rowWord="bucket"
          rows={buckets.answer?.data ?? []}
          keyOf={({ id }) => id}
          nameOf={({ name, region }) => `${name}, ${region}`}
          columns={COLUMNS}
          initialSort={{ columnId: 'name', direction: 'ascending' }}
          onRowAction={({ id }) => setShownId(id)}
          isLoading={buckets.isLoading}
          error={buckets.error}
          onReload={buckets.reload}
          toolbar={create}
          empty={
            <EmptyState title="There is no bucket yet" action={create}>
              A bucket is a folder for backups of one region. Create one in each region, so that backups can
              be copied between them.
            </EmptyState>
          }
        />
      ) : (
        <BucketObjects bucket={shown} onBack={() => setShownId(undefined)} />
      )}
      {isCreating && (
        <CreateBucketDialog
          regions={regions.answer?.data ?? []}
          onClose={() => setCreating(false)}
          onCreated={buckets.reload}
        />
      )}
    </section>
  );
}

const COLUMNS: readonly Column<Bucket>[] = [
  {
    id: 'name',
    header: 'Name',
    render: ({ name }) => name,
    sortBy: ({ name }) => name,
    width: 'minmax(10rem, 1fr)',
  },
  {
    id: 'region',
    header: 'Region',
    render: ({ region }) => region,
    sortBy: ({ region }) => region,
    width: '10rem',
  },
  {
    id: 'location',
    header: 'Folder',
    render: ({ location }) => (
      <span className="code object-name" title={location}>
        {location}
      </span>
    ),
    sortBy: ({ location }) => location,
    width: 'minmax(14rem, 2fr)',
  },
  {
    id: 'created',
    header: 'Created',
    render: ({ timeCreated }) => <Time value={timeCreated} show="relative" />,
    sortBy: ({ timeCreated }) => timeCreated,
    width: '9rem',
  },
];
