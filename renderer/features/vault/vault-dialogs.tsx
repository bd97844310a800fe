import { call } from '../../client.ts';
import type { Answer } from '../../client.ts';
import { ConfirmDialog, Dialog } from '../../components/dialog.tsx';
import { Loading } from '../../components/loading.tsx';
import type { Answered } from '../../hooks/use-answer.ts';
import { showToast } from '../../stores/announcements.ts';
import { ScheduleDeletionDialog } from '../deletion/schedule-deletion-dialog.tsx';
import { uncoveredOfVault } from '../deletion/uncovered-in-words.ts';
import { RenameDialog } from '../records/rename-dialog.tsx';
import { TagsDialog } from '../records/tags-dialog.tsx';
import { BackupTargetDialog } from './backup-target-dialog.tsx';

export type VaultDialogName = 'rename' | 'tags' | 'target' | 'schedule-deletion' | 'cancel-deletion';

export interface VaultDialogsProps {
  readonly name: VaultDialogName;
  readonly vault: Answer<'vault.get'>;
  readonly coverage: Answered<'backup.coverage'>;
  readonly onClose: () => void;
  /** Loads again what the vault's screen shows. */
  readonly onChanged: () => void;
}

/** The dialogs that change a vault; each passes the etag of the vault that is shown (rule R60). */
export function VaultDialogs({ name, vault, coverage, onClose, onChanged }: VaultDialogsProps) {
  const same = { vaultId: vault.id, ifMatch: vault.etag };
  const common = { onClose, onReload: onChanged };
  switch (name) {
    case 'rename':
      return (
        <RenameDialog
          {...common}
          noun="vault"
          name={vault.displayName}
          onRename={async (displayName) => {
            await call('vault.update', { ...same, displayName });
            showToast(`The vault is called ${displayName} now.`);
            onChanged();
          }}
        />
      );
    case 'tags':
      return (
        <TagsDialog
          {...common}
          name={vault.displayName}
          tags={vault}
          onSave={async (tags) => {
            await call('vault.update', { ...same, ...tags });
            showToast('The tags were saved.');
            onChanged();
          }}
        />
      );
    case 'target':
      if (coverage.answer === undefined && coverage.error === undefined) {
        return (
          <Dialog title={`Backup target of ${vault.displayName}`} isOpen onClose={onClose}>
            <Loading>Looking what the target is now</Loading>
          </Dialog>
        );
      }
      return (
        <BackupTargetDialog
          vault={vault}
          target={coverage.answer?.data.find(({ id }) => id === vault.id)?.target}
          onClose={onClose}
          onChanged={onChanged}
        />
      );
    case 'schedule-deletion':
      return (
        <ScheduleDeletionDialog
          {...common}
          subject={`the vault ${vault.displayName}`}
          nameToType={vault.displayName}
          uncovered={{
            sentences: coverage.answer === undefined ? undefined : uncoveredOfVault(coverage.answer),
            error: coverage.error,
          }}
          onSchedule={async ({ timeOfDeletion, isOverrideCoverage }) => {
            await call('vault.schedule-deletion', {
              ...same,
              isOverrideCoverage,
              ...(timeOfDeletion === undefined ? {} : { timeOfDeletion }),
            });
            showToast(`The deletion of ${vault.displayName} is scheduled.`);
            onChanged();
          }}
        >
          <p>
            The vault and all its keys cannot be used from now on: nothing decrypts, encrypts or signs with
            them.
          </p>
        </ScheduleDeletionDialog>
      );
    case 'cancel-deletion':
      return (
        <ConfirmDialog
          title={`Cancel the deletion of the vault ${vault.displayName}`}
          isOpen
          onClose={onClose}
          onReload={onChanged}
          confirmLabel="Cancel the deletion"
          onConfirm={async () => {
            await call('vault.cancel-deletion', same);
            showToast(`${vault.displayName} is not deleted any more.`);
            onChanged();
          }}
        >
          <p>
            The vault and its keys are as before. Keys whose deletion was scheduled before the vault’s stay
            scheduled.
          </p>
        </ConfirmDialog>
      );
  }
}
