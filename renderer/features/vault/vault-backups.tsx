import { HardDriveDownload } from 'lucide-react';
import type { Answer } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Section } from '../../components/screen.tsx';
import { usePages } from '../../hooks/use-pages.ts';
import type { Pages } from '../../hooks/use-pages.ts';
import { navigate } from '../../stores/navigation.ts';
import { BackupTable } from '../backups/backup-table.tsx';

export interface VaultBackupsProps {
  readonly vault: Answer<'vault.get'>;
  readonly backups: Pages<'backup.list'>;
}

/** The backups of the vault, and of the one that it was restored from: those have what came from there. */
export function VaultBackups({ vault, backups }: VaultBackupsProps) {
  const { restoredFromVaultId } = vault;
  const origin = usePages(
    'backup.list',
    restoredFromVaultId === undefined ? undefined : { vaultId: restoredFromVaultId },
  );
  return (
    <div className="stack">
      <BackupTable
        label="Backups of the vault"
        pages={backups}
        empty={
          <EmptyState
            title="The vault has no backup yet"
            icon={HardDriveDownload}
            action={
              vault.vaultType === 'DEFAULT' ? undefined : (
                <Button icon={HardDriveDownload} onPress={() => navigate('backup', { vaultId: vault.id })}>
                  Back up
                </Button>
              )
            }
          >
            {vault.vaultType === 'DEFAULT'
              ? 'Default vaults have none.'
              : 'Until there is one, its keys exist in one token only.'}
          </EmptyState>
        }
      />
      {restoredFromVaultId !== undefined && (
        <Section
          title="Backups of the vault that it was restored from"
          intro="Key versions that came with the restore are in these too."
        >
          <BackupTable
            label="Backups of the vault that it was restored from"
            pages={origin}
            empty={<p className="quiet">The catalog knows none.</p>}
          />
        </Section>
      )}
    </div>
  );
}
