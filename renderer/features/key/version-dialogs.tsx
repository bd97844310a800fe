import { Copy, Trash2, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { call } from '../../client.ts';
import type { Answer, Row } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { DescriptionList } from '../../components/description-list.tsx';
import { ConfirmDialog, Dialog } from '../../components/dialog.tsx';
import { copyText, Fingerprint, Ocid } from '../../components/ocid.tsx';
import { StateBadge } from '../../components/state-badge.tsx';
import { Time } from '../../components/time.tsx';
import { shortOcid } from '../../components/words.ts';
import { usePages } from '../../hooks/use-pages.ts';
import type { Pages } from '../../hooks/use-pages.ts';
import { showToast } from '../../stores/announcements.ts';
import { BackupTable } from '../backups/backup-table.tsx';
import { ScheduleDeletionDialog } from '../deletion/schedule-deletion-dialog.tsx';
import { refusalOf } from '../records/refusal-of.ts';
import './key.css';

type Version = Row<'key-version.list'>;

export interface VersionDialogsProps {
  readonly version: Version;
  readonly keyRecord: Answer<'key.get'>;
  readonly vault: Answer<'vault.get'>;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

/** All of one key version, and the two changes that it can have by itself. */
export function VersionDialogs({ version, keyRecord: key, vault, onClose, onChanged }: VersionDialogsProps) {
  const [shown, setShown] = useState<'facts' | 'schedule' | 'cancel'>('facts');
  const backups = usePages(
    'backup.list',
    key.protectionMode === 'SOFTWARE' ? undefined : { keyVersionId: version.id },
  );
  const same = { keyVersionId: version.id, ifMatch: version.etag };
  switch (shown) {
    case 'schedule':
      return (
        <ScheduleDeletionDialog
          subject={`a version of ${key.displayName}`}
          nameToType={key.displayName}
          onClose={onClose}
          onReload={onChanged}
          uncovered={uncoveredOf(backups, key)}
          onSchedule={async ({ timeOfDeletion, isOverrideCoverage }) => {
            await call('key-version.schedule-deletion', {
              ...same,
              isOverrideCoverage,
              ...(timeOfDeletion === undefined ? {} : { timeOfDeletion }),
            });
            showToast(`The deletion of a version of ${key.displayName} is scheduled.`);
            onChanged();
          }}
        >
          <p>
            What the version {shortOcid(version.id)} encrypted cannot be decrypted from now on. Other versions
            are not touched.
          </p>
        </ScheduleDeletionDialog>
      );
    case 'cancel':
      return (
        <ConfirmDialog
          title={`Cancel the deletion of a version of ${key.displayName}`}
          isOpen
          onClose={onClose}
          onReload={onChanged}
          confirmLabel="Cancel the deletion"
          onConfirm={async () => {
            await call('key-version.cancel-deletion', same);
            showToast('The version is not deleted any more.');
            onChanged();
          }}
        >
          <p>The version {shortOcid(version.id)} is as before.</p>
        </ConfirmDialog>
      );
    case 'facts':
      return (
        <VersionFacts
          version={version}
          keyRecord={key}
          vault={vault}
          backups={backups}
          onClose={onClose}
          onShow={setShown}
        />
      );
  }
}

/** Without a backup it is lost; whether those that there are were verified is for main to say. */
function uncoveredOf(backups: Pages<'backup.list'>, key: Answer<'key.get'>) {
  if (key.protectionMode === 'SOFTWARE') {
    return { sentences: ['The version: software keys are never in a backup.'], error: undefined };
  }
  if (backups.isLoading || backups.error !== undefined) return { sentences: undefined, error: backups.error };
  return { sentences: backups.rows.length === 0 ? ['The version: no backup has it.'] : [], error: undefined };
}

interface VersionFactsProps extends Omit<VersionDialogsProps, 'onChanged'> {
  readonly backups: Pages<'backup.list'>;
  readonly onShow: (dialog: 'schedule' | 'cancel') => void;
}

function VersionFacts({ version, keyRecord: key, vault, backups, onClose, onShow }: VersionFactsProps) {
  const isCurrent = version.id === key.currentKeyVersion;
  const isLeaving = version.lifecycleState === 'PENDING_DELETION';
  const found = { vault, key, keyVersion: version };
  const refusal = isLeaving
    ? refusalOf('key-version.cancel-deletion', found)
    : isCurrent
      ? 'The current version is not deleted by itself: rotate the key first, or schedule the whole key.'
      : refusalOf('key-version.schedule-deletion', found);
  return (
    <Dialog
      title={isCurrent ? `Current version of ${key.displayName}` : `Version of ${key.displayName}`}
      isOpen
      size="large"
      onClose={onClose}
      actions={
        <>
          {refusal !== undefined && <span className="quiet dialog-note">{refusal}</span>}
          {isLeaving ? (
            <Button icon={Undo2} isDisabled={refusal !== undefined} onPress={() => onShow('cancel')}>
              Cancel the deletion
            </Button>
          ) : (
            <Button
              icon={Trash2}
              variant="danger"
              isDisabled={refusal !== undefined}
              onPress={() => onShow('schedule')}
            >
              Schedule the deletion
            </Button>
          )}
          <Button onPress={onClose}>Close</Button>
        </>
      }
    >
      <DescriptionList
        columns={2}
        items={[
          { term: 'OCID', value: <Ocid value={version.id} /> },
          { term: 'State', value: <StateBadge state={version.lifecycleState} /> },
          { term: 'Created', value: <Time value={version.timeCreated} /> },
          {
            term: 'Made',
            value: version.origin === 'INTERNAL' ? 'In the token of its region' : 'Elsewhere, brought in',
          },
          {
            term: 'Material, the same in every region',
            value: <Fingerprint value={version.materialId} what="The material id" />,
          },
          {
            term: 'Deletion due',
            value: version.timeOfDeletion === undefined ? undefined : <Time value={version.timeOfDeletion} />,
          },
          {
            term: 'Restored from',
            value:
              version.restoredFromKeyVersionId === undefined ? undefined : (
                <Ocid value={version.restoredFromKeyVersionId} />
              ),
          },
        ]}
      />
      {version.publicKey !== undefined && <PublicKey pem={version.publicKey} />}
      <section className="stack">
        <h3>Backups that have it</h3>
        {key.protectionMode === 'SOFTWARE' ? (
          <p>None, ever: software keys are not backed up.</p>
        ) : (
          <BackupTable
            label="Backups that have this version"
            pages={backups}
            isPlain
            empty={<p className="mark-bad">No backup has it.</p>}
          />
        )}
      </section>
    </Dialog>
  );
}

function PublicKey({ pem }: { readonly pem: string }) {
  return (
    <section className="stack">
      <div className="row">
        <h3>Public key</h3>
        <Button size="small" icon={Copy} onPress={() => void copyText(pem, 'The public key')}>
          Copy
        </Button>
      </div>
      <pre className="public-key code" tabIndex={0} aria-label="Public key in PEM">
        {pem}
      </pre>
    </section>
  );
}
