import { useState } from 'react';
import { describeKeyShape } from '../../../shared/domain/key-shape.ts';
import type { KeyShape } from '../../../shared/domain/key-shape.ts';
import type { ProtectionMode } from '../../../shared/domain/key.ts';
import { call } from '../../client.ts';
import type { Answer } from '../../client.ts';
import { RadioCards, Select } from '../../components/choice.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { TextField } from '../../components/text-field.tsx';
import { showToast } from '../../stores/announcements.ts';
import { flawOfName } from '../records/rename-dialog.tsx';

export interface CreateKeyDialogProps {
  readonly vault: Answer<'vault.get'>;
  readonly onClose: () => void;
  readonly onCreated: () => void;
}

/** The nine shapes of rule R10, the usual ones first. */
const SHAPES: readonly KeyShape[] = [
  { algorithm: 'AES', length: 32 },
  { algorithm: 'AES', length: 24 },
  { algorithm: 'AES', length: 16 },
  { algorithm: 'RSA', length: 512 },
  { algorithm: 'RSA', length: 384 },
  { algorithm: 'RSA', length: 256 },
  { algorithm: 'ECDSA', length: 66 },
  { algorithm: 'ECDSA', length: 48 },
  { algorithm: 'ECDSA', length: 32 },
];

const OPTIONS = SHAPES.map((shape) => ({
  id: describeKeyShape(shape),
  label: describeKeyShape(shape),
  description: usesOf(shape),
}));

function usesOf({ algorithm }: KeyShape): string {
  switch (algorithm) {
    case 'AES':
      return 'Encrypts and decrypts';
    case 'RSA':
      return 'Encrypts, decrypts, signs and verifies';
    case 'ECDSA':
      return 'Signs and verifies';
  }
}

/** A key of a vault, in the vault's compartment. */
export function CreateKeyDialog({ vault, onClose, onCreated }: CreateKeyDialogProps) {
  const [name, setName] = useState('');
  const [shapeName, setShapeName] = useState(OPTIONS[0]?.id);
  const [protectionMode, setProtectionMode] = useState<ProtectionMode>('HSM');
  const flaw = flawOfName(name);
  const keyShape = SHAPES.find((shape) => describeKeyShape(shape) === shapeName);

  async function create(): Promise<void> {
    if (keyShape === undefined) return;
    const key = await call('key.create', { vaultId: vault.id, displayName: name, keyShape, protectionMode });
    showToast(`The key ${key.displayName} was created.`);
    onCreated();
  }

  return (
    <FormDialog
      title={`Create a key in ${vault.displayName}`}
      onClose={onClose}
      submitLabel="Create the key"
      isSubmitDisabled={name === '' || flaw !== undefined || keyShape === undefined}
      onSubmit={create}
      pendingWords="Making the key. A window may ask for the token’s PIN."
    >
      <TextField
        label="Name"
        value={name}
        onChange={setName}
        error={flaw}
        isRequired
        autoFocus
        maxLength={100}
      />
      <Select label="Shape" options={OPTIONS} value={shapeName} onChange={setShapeName} isRequired />
      <RadioCards<ProtectionMode>
        label="Protection"
        value={protectionMode}
        onChange={setProtectionMode}
        cards={[
          {
            id: 'HSM',
            title: 'In the token',
            description:
              'Made in the token of the region and never outside it in the clear. Can be backed up.',
          },
          {
            id: 'SOFTWARE',
            title: 'In software',
            description: 'Kept encrypted under a key of the token. Has no backup, ever: lost with the token.',
          },
        ]}
      />
    </FormDialog>
  );
}
