import { HardDriveDownload } from 'lucide-react';
import type { Answer } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import type { Pages } from '../../hooks/use-pages.ts';
import { navigate } from '../../stores/navigation.ts';
import { BackupTable } from '../backups/backup-table.tsx';

export interface KeyBackupsProps {
  readonly keyRecord: Answer<'key.get'>;
  /** Of the current version. */
  readonly backups: Pages<'backup.list'>;
  /** Why the key cannot be backed up now. */
  readonly refusal: string | undefined;
}

/** The backups that have the current version; older versions tell theirs one by one. */
export function KeyBackups({ keyRecord: key, backups, refusal }: KeyBackupsProps) {
  return (
    <div className="stack">
      <p>
        Backups that have the current version, of the whole vault or of the key alone. Open a version to see
        which have that one.
      </p>
      <BackupTable
        label={`Backups with the current version of ${key.displayName}`}
        pages={backups}
        empty={
          <EmptyState
            title="No backup has the current version"
            icon={HardDriveDownload}
            action={
              <Button
                icon={HardDriveDownload}
                isDisabled={refusal !== undefined}
                onPress={() => navigate('backup', { vaultId: key.vaultId, keyId: key.id })}
              >
                Back up the key
              </Button>
            }
          >
            {refusal ?? 'Until there is one, the version exists in one token only.'}
          </EmptyState>
        }
      />
    </div>
  );
}
