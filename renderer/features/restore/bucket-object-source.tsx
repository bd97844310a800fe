import { Select } from '../../components/choice.tsx';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { AnswerView } from '../../components/loading.tsx';
import { useAnswer } from '../../hooks/use-answer.ts';
import { navigate } from '../../stores/navigation.ts';
import { OBJECT_COLUMNS } from '../buckets/object-columns.tsx';
import type { BucketObject } from '../buckets/object-columns.tsx';
import { RowChoice } from '../records/row-choice.tsx';
import type { SourceDraft } from './source-draft.ts';

export interface BucketObjectSourceProps {
  readonly draft: SourceDraft;
  readonly onChange: (change: Partial<SourceDraft>) => void;
}

/** A bucket, then one of its objects. */
export function BucketObjectSource({ draft, onChange }: BucketObjectSourceProps) {
  const buckets = useAnswer('bucket.list', {});
  return (
    <AnswerView of={buckets} loading="Loading the buckets">
      {({ data }) =>
        data.length === 0 ? (
          <EmptyState
            title="This home has no bucket"
            action={<Button onPress={() => navigate('media', { tab: 'buckets' })}>Go to the buckets</Button>}
          >
            A bucket that another home made is taken in by creating one with its name and folder.
          </EmptyState>
        ) : (
          <div className="stack">
            <Select
              label="Bucket"
              options={data.map(({ id, name, region, location }) => ({
                id,
                label: `${name} (${region})`,
                description: location,
              }))}
              value={
                data.find(({ name, region }) => name === draft.bucketName && region === draft.bucketRegion)
                  ?.id
              }
              onChange={(id) => {
                const bucket = data.find((each) => each.id === id);
                onChange({ bucketName: bucket?.name, bucketRegion: bucket?.region, objectName: undefined });
              }}
            />
            {draft.bucketName !== undefined && <ObjectChoice draft={draft} onChange={onChange} />}
          </div>
        )
      }
    </AnswerView>
  );
}

function ObjectChoice({ draft, onChange }: BucketObjectSourceProps) {
  const { bucketName, bucketRegion, objectName } = draft;
  const objects = useAnswer(
    'object.list',
    bucketName === undefined
      ? undefined
      : { bucketName, ...(bucketRegion === undefined ? {} : { region: bucketRegion }) },
  );
  const data = objects.answer?.data ?? [];
  return (
    <RowChoice<BucketObject>
      title="Object"
      value={data.find(({ name }) => name === objectName)}
      onChange={(object) => onChange({ objectName: object?.name })}
      describe={({ name }) => <span className="code">{name}</span>}
      label="Objects to choose from"
      rowWord="object"
      searchLabel="Search objects"
      rows={data}
      keyOf={({ name }) => name}
      nameOf={({ name }) => name}
      columns={OBJECT_COLUMNS}
      initialSort={{ columnId: 'created', direction: 'descending' }}
      isLoading={objects.isLoading}
      error={objects.error}
      onReload={objects.reload}
      maxHeight="20rem"
      empty={<EmptyState title="The bucket is empty">A backup or a copy puts an object into it.</EmptyState>}
    />
  );
}
