import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Screen } from '../../components/screen.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { usePages } from '../../hooks/use-pages.ts';
import type { ScreenProps } from '../../screens.tsx';
import { navigate, replaceParams } from '../../stores/navigation.ts';
import { Deletions } from '../deletion/deletions.tsx';
import { useCompartments } from '../records/use-compartments.ts';
import { CreateVaultDialog } from './create-vault-dialog.tsx';
import { VaultTable } from './vault-table.tsx';

type Tab = 'vaults' | 'deletions';

/** All vaults of the home, and all that is scheduled for deletion. */
export function VaultsScreen({ params }: ScreenProps) {
  const tab: Tab = params['tab'] === 'deletions' ? 'deletions' : 'vaults';
  const vaults = usePages('vault.list', {});
  const deletions = usePages('deletion.list', {});
  const compartments = useCompartments();
  const [isCreating, setCreating] = useState(false);
  const dueCount = deletions.rows.filter(({ isDue }) => isDue).length;
  return (
    <Screen
      title="Vaults"
      intro="A vault holds keys. What is in a vault of type virtual private can be backed up, copied and restored."
      actions={
        <Button variant="primary" icon={Plus} onPress={() => setCreating(true)}>
          Create a vault
        </Button>
      }
    >
      <Tabs<Tab>
        label="Vaults"
        value={tab}
        onChange={(next) => replaceParams(next === 'vaults' ? {} : { tab: next })}
        tabs={[
          {
            id: 'vaults',
            label: 'Vaults',
            content: (
              <VaultTable vaults={vaults} compartments={compartments} onCreate={() => setCreating(true)} />
            ),
          },
          {
            id: 'deletions',
            label: dueCount > 0 ? 'Deletions, some due' : 'Deletions',
            ...(deletions.rows.length === 0 ? {} : { count: deletions.rows.length }),
            content: <Deletions pages={deletions} />,
          },
        ]}
      />
      {isCreating && (
        <CreateVaultDialog
          compartments={compartments}
          onClose={() => setCreating(false)}
          onCreated={(vaultId) => navigate('vault', { vaultId })}
        />
      )}
    </Screen>
  );
}
