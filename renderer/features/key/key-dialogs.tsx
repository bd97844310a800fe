import { call } from '../../client.ts';
import type { Answer } from '../../client.ts';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import type { Answered } from '../../hooks/use-answer.ts';
import { usePages } from '../../hooks/use-pages.ts';
import { showToast } from '../../stores/announcements.ts';
import { ScheduleDeletionDialog } from '../deletion/schedule-deletion-dialog.tsx';
import { uncoveredOfKey } from '../deletion/uncovered-in-words.ts';
import { RenameDialog } from '../records/rename-dialog.tsx';
import { TagsDialog } from '../records/tags-dialog.tsx';

export type KeyDialogName =
  'rotate' | 'enable' | 'disable' | 'rename' | 'tags' | 'schedule-deletion' | 'cancel-deletion';

export interface KeyDialogsProps {
  readonly name: KeyDialogName;
  readonly keyRecord: Answer<'key.get'>;
  readonly coverage: Answered<'backup.coverage'>;
  readonly onClose: () => void;
  /** Loads again what the key's screen shows. */
  readonly onChanged: () => void;
}

/** The dialogs that change a key; each passes the etag of the key that is shown (rule R60). */
export function KeyDialogs({ name, keyRecord: key, coverage, onClose, onChanged }: KeyDialogsProps) {
  const same = { keyId: key.id, ifMatch: key.etag };
  const common = { onClose, onReload: onChanged };
  const { displayName } = key;
  switch (name) {
    case 'rename':
      return (
        <RenameDialog
          {...common}
          noun="key"
          name={displayName}
          onRename={async (newName) => {
            await call('key.update', { ...same, displayName: newName });
            showToast(`The key is called ${newName} now.`);
            onChanged();
          }}
        />
      );
    case 'tags':
      return (
        <TagsDialog
          {...common}
          name={displayName}
          tags={key}
          onSave={async (tags) => {
            await call('key.update', { ...same, ...tags });
            showToast('The tags were saved.');
            onChanged();
          }}
        />
      );
    case 'schedule-deletion':
      return (
        <ScheduleKeyDeletion keyRecord={key} coverage={coverage} onClose={onClose} onChanged={onChanged} />
      );
    case 'rotate':
      return (
        <ConfirmDialog
          {...common}
          title={`Rotate the key ${displayName}`}
          isOpen
          confirmLabel="Make a new version"
          onConfirm={async () => {
            await call('key-version.create', { keyId: key.id });
            showToast(`${displayName} has a new current version.`);
            onChanged();
          }}
        >
          <p>
            A new version is made and becomes the current one. Older versions go on decrypting and verifying
            what they were used for.
          </p>
          {key.protectionMode === 'HSM' && (
            <Notice tone="info" title="No backup has the new version until the next one is made." />
          )}
        </ConfirmDialog>
      );
    case 'enable':
      return (
        <ConfirmDialog
          {...common}
          title={`Enable the key ${displayName}`}
          isOpen
          confirmLabel="Enable"
          onConfirm={async () => {
            await call('key.enable', same);
            showToast(`${displayName} is enabled.`);
            onChanged();
          }}
        >
          <p>It can be used again.</p>
        </ConfirmDialog>
      );
    case 'disable':
      return (
        <ConfirmDialog
          {...common}
          title={`Disable the key ${displayName}`}
          isOpen
          confirmLabel="Disable"
          onConfirm={async () => {
            await call('key.disable', same);
            showToast(`${displayName} is disabled.`);
            onChanged();
          }}
        >
          <p>
            Nothing encrypts, decrypts, signs or verifies with it until it is enabled again. It stays where it
            is, and still goes into backups.
          </p>
        </ConfirmDialog>
      );
    case 'cancel-deletion':
      return (
        <ConfirmDialog
          {...common}
          title={`Cancel the deletion of the key ${displayName}`}
          isOpen
          confirmLabel="Cancel the deletion"
          onConfirm={async () => {
            await call('key.cancel-deletion', same);
            showToast(`${displayName} is not deleted any more.`);
            onChanged();
          }}
        >
          <p>The key is as before.</p>
        </ConfirmDialog>
      );
  }
}

function ScheduleKeyDeletion({
  keyRecord: key,
  coverage,
  onClose,
  onChanged,
}: Omit<KeyDialogsProps, 'name'>) {
  const secrets = usePages('secret.list', { vaultId: key.vaultId });
  const secretCount = secrets.rows.filter(
    ({ keyId, lifecycleState }) => keyId === key.id && lifecycleState === 'ACTIVE',
  ).length;
  return (
    <ScheduleDeletionDialog
      subject={`the key ${key.displayName}`}
      nameToType={key.displayName}
      onClose={onClose}
      onReload={onChanged}
      uncovered={{
        sentences:
          coverage.answer === undefined || secrets.isLoading
            ? undefined
            : uncoveredOfKey(coverage.answer, secretCount),
        error: coverage.error,
      }}
      onSchedule={async ({ timeOfDeletion, isOverrideCoverage }) => {
        await call('key.schedule-deletion', {
          keyId: key.id,
          ifMatch: key.etag,
          isOverrideCoverage,
          ...(timeOfDeletion === undefined ? {} : { timeOfDeletion }),
        });
        showToast(`The deletion of ${key.displayName} is scheduled.`);
        onChanged();
      }}
    >
      <p>The key and all its versions cannot be used from now on: what they encrypted cannot be decrypted.</p>
    </ScheduleDeletionDialog>
  );
}
