import { ArrowLeft, History, Trash2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { Row } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { DescriptionList } from '../../components/description-list.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Menu } from '../../components/menu.tsx';
import { useAnswer } from '../../hooks/use-answer.ts';
import { navigate } from '../../stores/navigation.ts';
import { DeleteObjectDialog } from './delete-object-dialog.tsx';
import { OBJECT_COLUMNS } from './object-columns.tsx';
import type { BucketObject } from './object-columns.tsx';
import './buckets.css';

/** What lies in a bucket. */
export function BucketObjects({
  bucket,
  onBack,
}: {
  readonly bucket: Row<'bucket.list'>;
  readonly onBack: () => void;
}) {
  const objects = useAnswer('object.list', { bucketName: bucket.name, region: bucket.region });
  const [toDelete, setToDelete] = useState<BucketObject>();
  const heading = useRef<HTMLHeadingElement>(null);
  // It takes the place of the table whose row had the focus.
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className="stack" aria-label={`Bucket ${bucket.name}`}>
      <div className="row">
        <Button icon={ArrowLeft} onPress={onBack}>
          All buckets
        </Button>
        <h2 ref={heading} tabIndex={-1} className="section-title">
          {bucket.name}
        </h2>
      </div>
      <DescriptionList
        columns={2}
        items={[
          { term: 'Region', value: bucket.region },
          { term: 'Folder', value: <span className="code">{bucket.location}</span> },
        ]}
      />
      <DataTable
        label={`Objects of ${bucket.name}`}
        rowWord="object"
        searchLabel="Search objects"
        rows={objects.answer?.data ?? []}
        keyOf={({ name }) => name}
        nameOf={({ name }) => name}
        columns={OBJECT_COLUMNS}
        initialSort={{ columnId: 'created', direction: 'descending' }}
        isLoading={objects.isLoading}
        error={objects.error}
        onReload={objects.reload}
        rowActionsWidth="3.5rem"
        rowActions={(object) => (
          <Menu
            label={`Actions for ${object.name}`}
            isIcon
            choices={[
              {
                id: 'restore',
                label: 'Inspect, verify, restore',
                icon: History,
                onAction: () =>
                  navigate('restore', {
                    bucket: bucket.name,
                    object: object.name,
                    bucketRegion: bucket.region,
                  }),
              },
              {
                id: 'delete',
                label: 'Delete',
                icon: Trash2,
                isDanger: true,
                onAction: () => setToDelete(object),
              },
            ]}
          />
        )}
        empty={
          <EmptyState
            title="The bucket is empty"
            action={<Button onPress={() => navigate('backup')}>Back up a vault</Button>}
          >
            Backups of {bucket.region} and copies from other regions lie here.
          </EmptyState>
        }
      />
      {toDelete !== undefined && (
        <DeleteObjectDialog
          bucket={bucket}
          object={toDelete}
          onClose={() => setToDelete(undefined)}
          onDeleted={objects.reload}
        />
      )}
    </section>
  );
}
