import { FolderKey, HardDriveDownload } from 'lucide-react';
import { useState } from 'react';
import type { Answer } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { AnswerView } from '../../components/loading.tsx';
import { Menu } from '../../components/menu.tsx';
import { Notice } from '../../components/notice.tsx';
import { Screen } from '../../components/screen.tsx';
import { StateBadge } from '../../components/state-badge.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { Time } from '../../components/time.tsx';
import { useAnswer } from '../../hooks/use-answer.ts';
import { usePages } from '../../hooks/use-pages.ts';
import type { ScreenProps } from '../../screens.tsx';
import { navigate, replaceParams } from '../../stores/navigation.ts';
import { refusalOf } from '../records/refusal-of.ts';
import { useCompartments } from '../records/use-compartments.ts';
import { KeyTable } from './key-table.tsx';
import { Secrets } from './secrets.tsx';
import { VaultBackups } from './vault-backups.tsx';
import { VaultDialogs } from './vault-dialogs.tsx';
import type { VaultDialogName } from './vault-dialogs.tsx';
import { VaultOverview } from './vault-overview.tsx';

type Vault = Answer<'vault.get'>;
type Tab = 'keys' | 'overview' | 'secrets' | 'backups';
const TABS: readonly Tab[] = ['keys', 'overview', 'secrets', 'backups'];

/** One vault: its keys, what is known of it, its secrets, and the backups that have it. */
export function VaultScreen({ params }: ScreenProps) {
  const { vaultId } = params;
  const vault = useAnswer('vault.get', vaultId === undefined ? undefined : { vaultId });
  if (vaultId === undefined) {
    return (
      <Screen title="Vault" back={{ to: 'vaults', label: 'Vaults' }}>
        <EmptyState
          title="No vault is chosen"
          icon={FolderKey}
          action={<Button onPress={() => navigate('vaults')}>Choose a vault</Button>}
        />
      </Screen>
    );
  }
  if (vault.answer === undefined) {
    return (
      <Screen title="Vault" back={{ to: 'vaults', label: 'Vaults' }}>
        <AnswerView of={vault} loading="Loading the vault">
          {() => null}
        </AnswerView>
      </Screen>
    );
  }
  const tab = TABS.find((known) => known === params['tab']) ?? 'keys';
  return <OneVault vault={vault.answer} tab={tab} onReload={vault.reload} />;
}

function OneVault({
  vault,
  tab,
  onReload,
}: {
  readonly vault: Vault;
  readonly tab: Tab;
  readonly onReload: () => void;
}) {
  const keys = usePages('key.list', { vaultId: vault.id });
  const secrets = usePages('secret.list', { vaultId: vault.id });
  const backups = usePages('backup.list', { vaultId: vault.id });
  const compartments = useCompartments();
  const [dialog, setDialog] = useState<VaultDialogName>();
  // It is counted over all versions of the vault: asked for only where it is shown.
  const isCoverageShown = tab === 'overview' || dialog === 'schedule-deletion' || dialog === 'target';
  const coverage = useAnswer(
    'backup.coverage',
    isCoverageShown ? { vaultId: vault.id, limit: 200 } : undefined,
  );
  const isLeaving = vault.lifecycleState === 'PENDING_DELETION';
  const backupRefusal =
    vault.vaultType === 'DEFAULT'
      ? 'A default vault has no backup, ever.'
      : refusalOf('vault.backup', { vault });
  const updateRefusal = refusalOf('vault.update', { vault });
  const deletionRefusal = refusalOf('vault.schedule-deletion', { vault });

  /** A change of the vault may change its keys too, as a deletion does. */
  function reloadAll(): void {
    onReload();
    keys.reload();
    backups.reload();
    coverage.reload();
  }

  return (
    <Screen
      title={vault.displayName}
      back={{ to: 'vaults', label: 'Vaults' }}
      badge={<StateBadge state={vault.lifecycleState} />}
      intro={`${vault.region}, ${compartments.pathOf(vault.compartmentId)}`}
      actions={
        <>
          <Button
            variant="primary"
            icon={HardDriveDownload}
            isDisabled={backupRefusal !== undefined}
            onPress={() => navigate('backup', { vaultId: vault.id })}
          >
            Back up
          </Button>
          <Menu
            label="Change the vault"
            choices={[
              choice('rename', 'Rename', updateRefusal),
              choice('tags', 'Edit the tags', updateRefusal),
              choice('target', 'Set the backup target', undefined),
              isLeaving
                ? choice(
                    'cancel-deletion',
                    'Cancel the deletion',
                    refusalOf('vault.cancel-deletion', { vault }),
                  )
                : {
                    ...choice('schedule-deletion', 'Schedule the deletion', deletionRefusal),
                    isDanger: true,
                  },
            ]}
          />
        </>
      }
    >
      {isLeaving && (
        <Notice
          tone="warning"
          title="The vault and its keys are scheduled for deletion, and cannot be used."
          actions={
            <Button size="small" onPress={() => setDialog('cancel-deletion')}>
              Cancel the deletion
            </Button>
          }
        >
          <p>
            Due <Time value={vault.timeOfDeletion} />. Then they are destroyed once somebody carries out what
            is due.
          </p>
        </Notice>
      )}
      {backupRefusal !== undefined && !isLeaving && vault.lifecycleState !== 'DELETED' && (
        <Notice tone="info" title={backupRefusal} />
      )}
      <Tabs<Tab>
        label={`The vault ${vault.displayName}`}
        value={tab}
        onChange={(next) => replaceParams({ vaultId: vault.id, tab: next })}
        tabs={[
          {
            id: 'keys',
            label: 'Keys',
            ...(keys.isLoading ? {} : { count: keys.rows.length }),
            content: <KeyTable vault={vault} keys={keys} />,
          },
          {
            id: 'overview',
            label: 'Facts and coverage',
            content: (
              <VaultOverview
                vault={vault}
                coverage={coverage}
                compartments={compartments}
                onChange={setDialog}
                isUpdatable={updateRefusal === undefined}
              />
            ),
          },
          {
            id: 'secrets',
            label: 'Secrets',
            ...(secrets.isLoading ? {} : { count: secrets.rows.length }),
            content: <Secrets vault={vault} secrets={secrets} keys={keys} />,
          },
          {
            id: 'backups',
            label: 'Backups',
            ...(backups.isLoading ? {} : { count: backups.rows.length }),
            content: <VaultBackups vault={vault} backups={backups} />,
          },
        ]}
      />
      {dialog !== undefined && (
        <VaultDialogs
          name={dialog}
          vault={vault}
          coverage={coverage}
          onClose={() => setDialog(undefined)}
          onChanged={reloadAll}
        />
      )}
    </Screen>
  );

  function choice(id: VaultDialogName, label: string, refusal: string | undefined) {
    return {
      id,
      label,
      isDisabled: refusal !== undefined,
      ...(refusal === undefined ? {} : { description: refusal }),
      onAction: () => setDialog(id),
    };
  }
}
