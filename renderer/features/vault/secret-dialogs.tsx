import { useMemo, useState } from 'react';
import { describeKeyShape } from '../../../shared/domain/key-shape.ts';
import { secretNameSchema } from '../../../shared/domain/secret.ts';
import { call } from '../../client.ts';
import type { Row } from '../../client.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { FilePicker } from '../../components/file-picker.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { TextField } from '../../components/text-field.tsx';
import { bytesInWords } from '../../components/words.ts';
import type { Column } from '../../components/data-table.tsx';
import type { Pages } from '../../hooks/use-pages.ts';
import { showToast } from '../../stores/announcements.ts';
import { RowChoice } from '../records/row-choice.tsx';

type Key = Row<'key.list'>;

export interface CreateSecretDialogProps {
  readonly vaultId: string;
  readonly keys: Pages<'key.list'>;
  readonly onClose: () => void;
  readonly onCreated: () => void;
}

/** The content comes from a file: it is never typed into this window. */
export function CreateSecretDialog({ vaultId, keys, onClose, onCreated }: CreateSecretDialogProps) {
  const able = useMemo(() => keys.rows.filter(canEncrypt), [keys.rows]);
  const [name, setName] = useState('');
  const [key, setKey] = useState<Key | undefined>(able.length === 1 ? able[0] : undefined);
  const [contentFile, setContentFile] = useState('');
  const flaw =
    name === '' || secretNameSchema.safeParse(name).success
      ? undefined
      : 'Letters, digits, . _ and - only, 100 characters at the most.';

  async function create(): Promise<void> {
    if (key === undefined) return;
    const secret = await call('secret.create', { vaultId, keyId: key.id, name, contentFile });
    showToast(`The secret ${secret.name} was created.`);
    onCreated();
  }

  return (
    <FormDialog
      title="Create a secret"
      size="large"
      onClose={onClose}
      submitLabel="Create the secret"
      isSubmitDisabled={name === '' || flaw !== undefined || key === undefined || contentFile === ''}
      onSubmit={create}
      pendingWords="Encrypting it. A window may ask for the token’s PIN."
    >
      <TextField
        label="Name"
        value={name}
        onChange={setName}
        error={flaw}
        isRequired
        isCode
        autoFocus
        maxLength={100}
        description="No other secret of the vault has it."
      />
      <FilePicker
        label="File with the content"
        value={contentFile}
        onChange={setContentFile}
        purpose="open-file"
        title="File with the content of the secret"
        description="1 to 25,600 bytes of any kind. Delete the file yourself when the secret is there."
        isRequired
      />
      <RowChoice<Key>
        title="Key that encrypts it"
        label="Keys that can encrypt it"
        rowWord="key"
        searchLabel="Search keys"
        rows={able}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        nameOf={({ displayName }) => displayName}
        maxHeight="12rem"
        isLoading={keys.isLoading}
        value={key}
        onChange={setKey}
        describe={({ displayName, keyShape }) => `${displayName}, ${describeKeyShape(keyShape)}`}
        empty={
          <EmptyState title="No key of the vault can encrypt it">
            Create an AES or RSA key in the vault, or enable one.
          </EmptyState>
        }
      />
    </FormDialog>
  );
}

function canEncrypt({ keyShape, lifecycleState }: Key): boolean {
  return keyShape.algorithm !== 'ECDSA' && lifecycleState === 'ENABLED';
}

const COLUMNS: readonly Column<Key>[] = [
  {
    id: 'name',
    header: 'Name',
    render: ({ displayName }) => displayName,
    sortBy: ({ displayName }) => displayName,
    searchBy: ({ displayName }) => displayName,
    width: 'minmax(12rem, 2fr)',
  },
  { id: 'shape', header: 'Shape', render: ({ keyShape }) => describeKeyShape(keyShape) },
];

export interface SaveSecretDialogProps {
  readonly secret: Row<'secret.list'>;
  readonly onClose: () => void;
}

/** Decrypts a secret into a new file that only its owner can read. */
export function SaveSecretDialog({ secret, onClose }: SaveSecretDialogProps) {
  const [out, setOut] = useState('');

  async function save(): Promise<void> {
    const { content } = await call('secret.get', { secretId: secret.id, out });
    showToast(`${secret.name} was written: ${bytesInWords(content?.bytes ?? 0)}.`);
  }

  return (
    <FormDialog
      title={`Save the secret ${secret.name} to a file`}
      onClose={onClose}
      submitLabel="Decrypt into the file"
      isSubmitDisabled={out === ''}
      onSubmit={save}
      pendingWords="Decrypting it. A window may ask for the token’s PIN."
    >
      <p>The content is not shown in this window. That it was read is written into the audit log.</p>
      <FilePicker
        label="New file"
        value={out}
        onChange={setOut}
        purpose="save-file"
        title="Where to write the secret"
        defaultName={secret.name}
        description="Readable by you only; a file that is there is not replaced."
        isRequired
      />
    </FormDialog>
  );
}
