import { Archive, Boxes, FileArchive, Link2 } from 'lucide-react';
import { RadioCards } from '../../components/choice.tsx';
import { FilePicker } from '../../components/file-picker.tsx';
import { Notice } from '../../components/notice.tsx';
import { TextField } from '../../components/text-field.tsx';
import { BucketObjectSource } from './bucket-object-source.tsx';
import { CatalogSource } from './catalog-source.tsx';
import { uriFlaw } from './source-draft.ts';
import type { SourceDraft, Way } from './source-draft.ts';

export interface ChooseSourceProps {
  readonly draft: SourceDraft;
  readonly onChange: (change: Partial<SourceDraft>) => void;
  /** A home without a realm knows no copies and no buckets. */
  readonly hasRealm: boolean;
}

/** Where the backup is: four ways, each with what it needs below. */
export function ChooseSource({ draft, onChange, hasRealm }: ChooseSourceProps) {
  const none = hasRealm ? undefined : 'This home has no realm yet, so it knows none.';
  return (
    <div className="stack">
      <RadioCards<Way>
        label="Where the backup is"
        columns={2}
        value={draft.way}
        onChange={(way) => onChange({ way })}
        cards={[
          {
            id: 'catalog',
            title: 'A backup that this home knows',
            description: none ?? 'The catalog’s backups and their copies.',
            icon: Archive,
            isDisabled: !hasRealm,
          },
          {
            id: 'bucket',
            title: 'An object of a bucket',
            description: none ?? 'Also one that the catalog does not know yet.',
            icon: Boxes,
            isDisabled: !hasRealm,
          },
          {
            id: 'file',
            title: 'A file',
            description: 'On this machine or on a medium. Needs no catalog.',
            icon: FileArchive,
          },
          {
            id: 'uri',
            title: 'A pre-authenticated URL',
            description: 'Fetched over the network, from that address only.',
            icon: Link2,
          },
        ]}
      />
      {draft.way === 'catalog' && hasRealm && <CatalogSource draft={draft} onChange={onChange} />}
      {draft.way === 'bucket' && hasRealm && <BucketObjectSource draft={draft} onChange={onChange} />}
      {draft.way === 'file' && (
        <FilePicker
          label="Sealed backup"
          value={draft.file}
          onChange={(file) => onChange({ file })}
          purpose="open-file"
          title="Choose a sealed backup"
          hasDropZone
          description="Nothing is ever written to it."
        />
      )}
      {draft.way === 'uri' && <UriSource draft={draft} onChange={onChange} />}
    </div>
  );
}

function UriSource({ draft, onChange }: Pick<ChooseSourceProps, 'draft' | 'onChange'>) {
  return (
    <>
      <TextField
        label="URL of the pre-authenticated request"
        value={draft.uri}
        onChange={(uri) => onChange({ uri: uri.trim() })}
        error={uriFlaw(draft.uri)}
        isCode
        isRequired
        placeholder="https://…/o/object-name"
        description="Whoever has it may read the object. It is not kept: after signing out or a reload it is to be entered again."
      />
      <FilePicker
        label="Certificate authority"
        value={draft.caFile}
        onChange={(caFile) => onChange({ caFile })}
        purpose="open-file"
        title="Choose the certificate authority’s certificate"
        extensions={['pem', 'crt', 'cer']}
        description="Only where the server’s certificate is not signed by one that this machine trusts."
      />
      <Notice title="The network is used for this">
        The backup is fetched once for each step that reads it. Everything else in this journey stays on this
        machine.
      </Notice>
    </>
  );
}
