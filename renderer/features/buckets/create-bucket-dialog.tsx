import { useState } from 'react';
import { call, toErrorDocument } from '../../client.ts';
import type { Row } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { Select } from '../../components/choice.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FilePicker } from '../../components/file-picker.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { TextField } from '../../components/text-field.tsx';
import { showToast } from '../../stores/announcements.ts';
import type { ErrorDocument } from '../../../shared/domain/errors.ts';
import { bucketNameSchema } from '../../../shared/domain/bucket.ts';

export interface CreateBucketDialogProps {
  /** The region that it will be in; undefined: one of `regions` is asked for. */
  readonly regionId?: string | undefined;
  readonly regions: readonly Row<'region.list'>[];
  readonly onClose: () => void;
  readonly onCreated: (bucket: Row<'bucket.list'>) => void;
}

/** Makes a bucket in an empty folder, or takes in a folder that holds this bucket already. */
export function CreateBucketDialog({ regionId, regions, onClose, onCreated }: CreateBucketDialogProps) {
  const [region, setRegion] = useState(regionId ?? (regions.length === 1 ? regions[0]?.regionId : undefined));
  const [name, setName] = useState('');
  const [location, setLocation] = useState('');
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<ErrorDocument>();
  const nameFlaw =
    name === '' || bucketNameSchema.safeParse(name).success
      ? undefined
      : 'Letters, digits, . _ and - only, not beginning with . or -, 100 characters at the most.';
  const isReady = name !== '' && nameFlaw === undefined && location !== '' && region !== undefined;

  async function create(): Promise<void> {
    if (region === undefined) return;
    setPending(true);
    setError(undefined);
    try {
      const bucket = await call('bucket.create', { name, location, region });
      showToast(`The bucket ${bucket.name} was created in ${bucket.region}.`);
      onCreated(bucket);
      onClose();
    } catch (thrown) {
      setError(toErrorDocument(thrown));
      setPending(false);
    }
  }

  return (
    <Dialog
      title={regionId === undefined ? 'Create a bucket' : `Create a bucket in ${regionId}`}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button variant="primary" isDisabled={!isReady} isPending={isPending} onPress={() => void create()}>
            Create the bucket
          </Button>
        </>
      }
    >
      <div className="stack">
        <p>
          A bucket is a folder for backups of one region. Put it on a disk that will not be lost together with
          the region’s token.
        </p>
        {regionId === undefined && (
          <Select
            label="Region"
            options={regions.map((each) => ({
              id: each.regionId,
              label: `${each.regionKey} ${each.regionId}`,
            }))}
            value={region}
            onChange={setRegion}
            isRequired
          />
        )}
        <TextField
          label="Name"
          value={name}
          onChange={setName}
          error={nameFlaw}
          description="Unique in its region."
          isCode
          isRequired
          maxLength={100}
        />
        <FilePicker
          label="Folder"
          value={location}
          onChange={setLocation}
          purpose="folder"
          title="Folder of the bucket"
          description="An empty folder, or one that holds this bucket already."
          isRequired
        />
        {error !== undefined && <ErrorNotice error={error} />}
      </div>
    </Dialog>
  );
}
