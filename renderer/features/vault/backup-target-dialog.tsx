import { useState } from 'react';
import type { BackupTarget } from '../../../shared/domain/coverage.ts';
import { call } from '../../client.ts';
import type { Answer } from '../../client.ts';
import { RadioCards } from '../../components/choice.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { NumberField } from '../../components/text-field.tsx';
import { showToast } from '../../stores/announcements.ts';
import { targetInWords } from '../backups/target-in-words.ts';

export interface BackupTargetDialogProps {
  readonly vault: Answer<'vault.get'>;
  /** What it is held against now; undefined where that is not known. */
  readonly target: (BackupTarget & { readonly isOfVault: boolean }) | undefined;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

/** The reference starting point where coverage could not be asked. */
const WEEKLY: BackupTarget = { maximumAgeHours: 168, minimumCopies: 2, minimumRegions: 2 };

/** What backup coverage holds the vault against: numbers of its own, or those of all vaults. */
export function BackupTargetDialog({ vault, target, onClose, onChanged }: BackupTargetDialogProps) {
  const [whose, setWhose] = useState<'vault' | 'home'>(target?.isOfVault === true ? 'vault' : 'home');
  const [hours, setHours] = useState<number | undefined>((target ?? WEEKLY).maximumAgeHours);
  const [copies, setCopies] = useState<number | undefined>((target ?? WEEKLY).minimumCopies);
  const [regions, setRegions] = useState<number | undefined>((target ?? WEEKLY).minimumRegions);
  const isComplete = hours !== undefined && copies !== undefined && regions !== undefined;

  async function save(): Promise<void> {
    const numbers =
      whose === 'home' || !isComplete
        ? {}
        : { maximumAgeHours: hours, minimumCopies: copies, minimumRegions: regions };
    const saved = await call('vault.set-backup-target', { vaultId: vault.id, ...numbers });
    showToast(`Target: ${targetInWords(saved.target)}.`);
    onChanged();
  }

  return (
    <FormDialog
      title={`Backup target of ${vault.displayName}`}
      onClose={onClose}
      submitLabel="Set the target"
      isSubmitDisabled={whose === 'vault' && !isComplete}
      onSubmit={save}
    >
      <p>
        A vault is covered while its newest verified backup meets the target. Nothing is backed up by itself.
      </p>
      <RadioCards<'vault' | 'home'>
        label="Which target"
        value={whose}
        onChange={setWhose}
        cards={[
          {
            id: 'home',
            title: 'The target of all vaults',
            description:
              target === undefined || target.isOfVault
                ? 'The numbers of this vault are taken away.'
                : targetInWords(target),
          },
          { id: 'vault', title: 'A target of its own' },
        ]}
      />
      {whose === 'vault' && (
        <div className="grid-3">
          <NumberField
            label="At most this old"
            value={hours}
            onChange={setHours}
            minValue={1}
            maxValue={87_600}
            unit="hours"
          />
          <NumberField
            label="Verified copies"
            value={copies}
            onChange={setCopies}
            minValue={1}
            maxValue={100}
          />
          <NumberField
            label="Regions with a copy"
            value={regions}
            onChange={setRegions}
            minValue={0}
            maxValue={100}
          />
        </div>
      )}
    </FormDialog>
  );
}
