import { Archive, File, Link } from 'lucide-react';
import { backupNameStem } from '../../../shared/domain/backup.ts';
import type { BackupKind } from '../../../shared/domain/backup.ts';
import { RadioCards } from '../../components/choice.tsx';
import { FilePicker } from '../../components/file-picker.tsx';
import { Notice } from '../../components/notice.tsx';
import { TextField } from '../../components/text-field.tsx';
import { BucketPicker } from '../buckets/bucket-picker.tsx';
import { flawOfUri } from './destination.ts';
import type { DestinationDraft, DestinationKind } from './destination.ts';

export interface ChooseDestinationProps {
  readonly region: string;
  readonly kind: BackupKind;
  readonly draft: DestinationDraft;
  readonly onChange: (draft: DestinationDraft) => void;
}

/** Where the backup goes (rule R23): what is typed for one way is kept while another is looked at. */
export function ChooseDestination({ region, kind, draft, onChange }: ChooseDestinationProps) {
  const change = (patch: Partial<DestinationDraft>): void => onChange({ ...draft, ...patch });
  return (
    <>
      <RadioCards<DestinationKind>
        label="Where it goes"
        value={draft.kind}
        onChange={(next) => change({ kind: next })}
        cards={[
          {
            id: 'BUCKET',
            title: `A bucket of ${region}`,
            icon: Archive,
            description: 'Can be copied to another region afterwards. The usual way.',
          },
          {
            id: 'OFFLINE_FILE',
            title: 'A file',
            icon: File,
            description: 'On this machine or on a removable medium, to be carried away.',
          },
          {
            id: 'PRE_AUTHENTICATED_REQUEST_URI',
            title: 'A pre-authenticated URL',
            icon: Link,
            description: 'Sent over HTTPS to an object store that gave out the URL.',
          },
        ]}
      />
      {draft.kind === 'BUCKET' && (
        <BucketPicker
          label="Bucket"
          regionId={region}
          value={draft.bucketName}
          onChange={(bucketName) => change({ bucketName })}
        />
      )}
      {draft.kind === 'OFFLINE_FILE' && (
        <FilePicker
          label="New file"
          value={draft.file}
          onChange={(file) => change({ file })}
          purpose="save-file"
          title="Where to write the sealed backup"
          defaultName={`${backupNameStem(kind, new Date().toISOString())}.strongroom`}
          description="A file that is there is not replaced."
          isRequired
        />
      )}
      {draft.kind === 'PRE_AUTHENTICATED_REQUEST_URI' && (
        <>
          <TextField
            label="URL"
            value={draft.uri}
            onChange={(uri) => change({ uri: uri.trim() })}
            error={flawOfUri(draft.uri)}
            isCode
            isRequired
            isMultiline
            rows={3}
            description="Whoever has it may write the object: treat it as a secret. It is not kept."
          />
          <FilePicker
            label="Certificate authority of the server"
            value={draft.caFile}
            onChange={(caFile) => change({ caFile })}
            purpose="open-file"
            title="Certificate authority in PEM"
            description="Only where the server’s certificate is not of an authority that this machine knows."
          />
          <Notice
            tone="info"
            title="Where the store does not give the object back, the copy counts as not verified until somebody reads it."
          />
        </>
      )}
    </>
  );
}
