import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Select } from '../../components/choice.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { useAnswer } from '../../hooks/use-answer.ts';
import { CreateBucketDialog } from './create-bucket-dialog.tsx';
import './buckets.css';

export interface BucketPickerProps {
  readonly label: string;
  /** Only its buckets are offered, and a new one is made in it. */
  readonly regionId: string;
  readonly value: string | undefined;
  readonly onChange: (bucketName: string) => void;
  readonly description?: string;
}

/** A bucket of one region, or a new one made on the way. */
export function BucketPicker({ label, regionId, value, onChange, description }: BucketPickerProps) {
  const buckets = useAnswer('bucket.list', { region: regionId });
  const [isCreating, setCreating] = useState(false);
  const data = buckets.answer?.data ?? [];
  const isEmpty = buckets.answer !== undefined && data.length === 0;
  return (
    <div className="stack">
      <div className="row bucket-picker">
        <Select
          label={label}
          options={data.map((bucket) => ({
            id: bucket.name,
            label: bucket.name,
            description: bucket.location,
          }))}
          value={value}
          onChange={onChange}
          isDisabled={data.length === 0}
          placeholder={isEmpty ? `There is no bucket in ${regionId} yet` : 'Choose a bucket'}
          {...(description === undefined ? {} : { description })}
        />
        <Button icon={Plus} onPress={() => setCreating(true)}>
          Create a bucket
        </Button>
      </div>
      {buckets.error !== undefined && <ErrorNotice error={buckets.error} onRetry={buckets.reload} />}
      {isCreating && (
        <CreateBucketDialog
          regionId={regionId}
          regions={[]}
          onClose={() => setCreating(false)}
          onCreated={(bucket) => {
            buckets.reload();
            onChange(bucket.name);
          }}
        />
      )}
    </div>
  );
}
