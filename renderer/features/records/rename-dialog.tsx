import { useState } from 'react';
import { displayNameSchema } from '../../../shared/domain/identifiers.ts';
import { FormDialog } from '../../components/form-dialog.tsx';
import { TextField } from '../../components/text-field.tsx';

/** What is wrong with a display name, in words. An empty one is no flaw yet: it only cannot be sent. */
export function flawOfName(name: string): string | undefined {
  if (name === '' || displayNameSchema.safeParse(name).success) return undefined;
  return '1 to 100 characters, none of them invisible.';
}

export interface RenameDialogProps {
  /** `vault` or `key` */
  readonly noun: string;
  readonly name: string;
  readonly onClose: () => void;
  readonly onRename: (displayName: string) => Promise<void>;
  readonly onReload: () => void;
}

export function RenameDialog({ noun, name, onClose, onRename, onReload }: RenameDialogProps) {
  const [typed, setTyped] = useState(name);
  const flaw = flawOfName(typed);
  return (
    <FormDialog
      title={`Rename the ${noun} ${name}`}
      size="small"
      onClose={onClose}
      submitLabel="Rename"
      isSubmitDisabled={typed === '' || typed === name || flaw !== undefined}
      onSubmit={() => onRename(typed)}
      onReload={onReload}
    >
      <TextField
        label="Name"
        value={typed}
        onChange={setTyped}
        error={flaw}
        maxLength={100}
        autoFocus
        description="Backups made before keep the name that it had then."
      />
    </FormDialog>
  );
}
