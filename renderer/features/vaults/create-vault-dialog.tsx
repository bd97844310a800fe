import { useState } from 'react';
import { call } from '../../client.ts';
import { RadioCards, Select } from '../../components/choice.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { Loading } from '../../components/loading.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useAnswer } from '../../hooks/use-answer.ts';
import { showToast } from '../../stores/announcements.ts';
import { CompartmentPicker, isCompleteChoice, useChosenCompartment } from '../records/compartment-picker.tsx';
import { flawOfName } from '../records/rename-dialog.tsx';
import type { Compartments } from '../records/use-compartments.ts';

export interface CreateVaultDialogProps {
  readonly compartments: Compartments;
  readonly onClose: () => void;
  readonly onCreated: (vaultId: string) => void;
}

type VaultType = 'VIRTUAL_PRIVATE' | 'DEFAULT';

/** A vault in a region and a compartment, which may be made on the way. */
export function CreateVaultDialog({ compartments, onClose, onCreated }: CreateVaultDialogProps) {
  const regions = useAnswer('region.list', {});
  const [name, setName] = useState('');
  const [asked, setRegion] = useState<string>();
  const [vaultType, setVaultType] = useState<VaultType>('VIRTUAL_PRIVATE');
  const compartment = useChosenCompartment(compartments);
  const known = regions.answer?.data ?? [];
  const region = asked ?? (known.length === 1 ? known[0]?.regionId : undefined);
  const flaw = flawOfName(name);

  async function create(): Promise<void> {
    if (region === undefined) return;
    const compartmentId = await compartment.make();
    const vault = await call('vault.create', { displayName: name, compartmentId, region, vaultType });
    showToast(`The vault ${vault.displayName} was created in ${vault.region}.`);
    onCreated(vault.id);
  }

  return (
    <FormDialog
      title="Create a vault"
      onClose={onClose}
      submitLabel="Create the vault"
      isSubmitDisabled={
        name === '' || flaw !== undefined || region === undefined || !isCompleteChoice(compartment.choice)
      }
      onSubmit={create}
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
      {regions.error !== undefined && <ErrorNotice error={regions.error} onRetry={regions.reload} />}
      {regions.answer === undefined && regions.error === undefined && <Loading>Loading the regions</Loading>}
      {regions.answer !== undefined && (
        <Select
          label="Region"
          options={known.map(({ regionId, regionKey, token }) => ({
            id: regionId,
            label: `${regionKey} ${regionId}`,
            description: `Token ${token.tokenLabel}`,
          }))}
          value={region}
          onChange={setRegion}
          isRequired
          description="Its token makes the vault’s keys and keeps them."
        />
      )}
      <CompartmentPicker compartments={compartments} chosen={compartment} />
      <RadioCards<VaultType>
        label="Type"
        value={vaultType}
        onChange={setVaultType}
        cards={[
          {
            id: 'VIRTUAL_PRIVATE',
            title: 'Virtual private',
            description: 'Can be backed up, copied and restored. For everything that must survive.',
          },
          {
            id: 'DEFAULT',
            title: 'Default',
            description: 'Has no backup, ever. What it holds is lost with its token.',
          },
        ]}
      />
    </FormDialog>
  );
}
