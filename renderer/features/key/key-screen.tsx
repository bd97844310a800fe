import { HardDriveDownload, KeyRound, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { describeKeyShape } from '../../../shared/domain/key-shape.ts';
import type { Answer } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { AnswerView } from '../../components/loading.tsx';
import { Menu } from '../../components/menu.tsx';
import { Notice } from '../../components/notice.tsx';
import { Screen } from '../../components/screen.tsx';
import { Badge, StateBadge } from '../../components/state-badge.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { Time } from '../../components/time.tsx';
import { useAnswer } from '../../hooks/use-answer.ts';
import { usePages } from '../../hooks/use-pages.ts';
import type { ScreenProps } from '../../screens.tsx';
import { navigate, replaceParams } from '../../stores/navigation.ts';
import { keyStaysOut } from '../backup/contents.ts';
import { refusalOf } from '../records/refusal-of.ts';
import { useCompartments } from '../records/use-compartments.ts';
import { KeyBackups } from './key-backups.tsx';
import { KeyDialogs } from './key-dialogs.tsx';
import type { KeyDialogName } from './key-dialogs.tsx';
import { KeyOverview } from './key-overview.tsx';
import { USES } from './key-uses.ts';
import { UseKeyDialog } from './use-key-dialog.tsx';
import type { KeyUse } from './key-uses.ts';
import { VersionTable } from './version-table.tsx';

type Key = Answer<'key.get'>;
type Vault = Answer<'vault.get'>;
type Tab = 'versions' | 'overview' | 'backups';
const TABS: readonly Tab[] = ['versions', 'overview', 'backups'];

/** One key: its versions and what backups have of each, what is known of it, and its use on files. */
export function KeyScreen({ params }: ScreenProps) {
  const { keyId } = params;
  const key = useAnswer('key.get', keyId === undefined ? undefined : { keyId });
  const vaultId = key.answer?.vaultId;
  const vault = useAnswer('vault.get', vaultId === undefined ? undefined : { vaultId });
  if (keyId === undefined) {
    return (
      <Screen title="Key" back={{ to: 'vaults', label: 'Vaults' }}>
        <EmptyState
          title="No key is chosen"
          icon={KeyRound}
          action={<Button onPress={() => navigate('vaults')}>Choose a vault</Button>}
        />
      </Screen>
    );
  }
  if (key.answer === undefined || vault.answer === undefined) {
    return (
      <Screen title="Key" back={{ to: 'vaults', label: 'Vaults' }}>
        <AnswerView of={key} loading="Loading the key">
          {() => (
            <AnswerView of={vault} loading="Loading the vault">
              {() => null}
            </AnswerView>
          )}
        </AnswerView>
      </Screen>
    );
  }
  const tab = TABS.find((known) => known === params['tab']) ?? 'versions';
  return (
    <OneKey
      keyRecord={key.answer}
      vault={vault.answer}
      tab={tab}
      onReload={() => {
        key.reload();
        vault.reload();
      }}
    />
  );
}

interface OneKeyProps {
  readonly keyRecord: Key;
  readonly vault: Vault;
  readonly tab: Tab;
  readonly onReload: () => void;
}

function OneKey({ keyRecord: key, vault, tab, onReload }: OneKeyProps) {
  const versions = usePages('key-version.list', { keyId: key.id });
  const coverage = useAnswer('backup.coverage', { keyId: key.id });
  const backups = usePages('backup.list', { keyVersionId: key.currentKeyVersion });
  const compartments = useCompartments();
  const [dialog, setDialog] = useState<KeyDialogName>();
  const [use, setUse] = useState<KeyUse>();
  const isLeaving = key.lifecycleState === 'PENDING_DELETION';
  const found = { vault, key };
  const backupRefusal =
    vault.vaultType === 'DEFAULT'
      ? 'Keys of a default vault have no backup, ever.'
      : (refusalOf('vault.backup', { vault }) ?? keyStaysOut(key));
  const rotateRefusal = refusalOf('key-version.create', found);
  const useRefusal = refusalOf('crypto.encrypt', found);

  function reloadAll(): void {
    onReload();
    versions.reload();
    coverage.reload();
    backups.reload();
  }

  function choice(id: KeyDialogName, label: string, refusal: string | undefined) {
    return {
      id,
      label,
      isDisabled: refusal !== undefined,
      ...(refusal === undefined ? {} : { description: refusal }),
      onAction: () => setDialog(id),
    };
  }

  return (
    <Screen
      title={key.displayName}
      back={{ to: 'vault', params: { vaultId: vault.id }, label: vault.displayName }}
      badge={
        <>
          <StateBadge state={key.lifecycleState} />
          {key.protectionMode === 'SOFTWARE' && <Badge tone="warning">Never backed up</Badge>}
        </>
      }
      intro={`${describeKeyShape(key.keyShape)} in ${vault.displayName}, ${vault.region}`}
      actions={
        <>
          <Button
            variant="primary"
            icon={HardDriveDownload}
            isDisabled={backupRefusal !== undefined}
            onPress={() => navigate('backup', { vaultId: vault.id, keyId: key.id })}
          >
            Back up the key
          </Button>
          <Button
            icon={RefreshCw}
            isDisabled={rotateRefusal !== undefined}
            onPress={() => setDialog('rotate')}
          >
            Rotate
          </Button>
          <Menu
            label="Use on a file"
            choices={USES.filter(({ shapes }) => shapes.includes(key.keyShape.algorithm)).map(
              ({ id, label }) => ({
                id,
                label,
                isDisabled: useRefusal !== undefined,
                ...(useRefusal === undefined ? {} : { description: useRefusal }),
                onAction: () => setUse(id),
              }),
            )}
          />
          <Menu
            label="Change the key"
            choices={[
              key.lifecycleState === 'DISABLED'
                ? choice('enable', 'Enable', refusalOf('key.enable', found))
                : choice('disable', 'Disable', refusalOf('key.disable', found)),
              choice('rename', 'Rename', refusalOf('key.update', found)),
              choice('tags', 'Edit the tags', refusalOf('key.update', found)),
              isLeaving
                ? choice('cancel-deletion', 'Cancel the deletion', refusalOf('key.cancel-deletion', found))
                : {
                    ...choice(
                      'schedule-deletion',
                      'Schedule the deletion',
                      refusalOf('key.schedule-deletion', found),
                    ),
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
          title="The key is scheduled for deletion, and cannot be used."
          actions={
            refusalOf('key.cancel-deletion', found) === undefined ? (
              <Button size="small" onPress={() => setDialog('cancel-deletion')}>
                Cancel the deletion
              </Button>
            ) : undefined
          }
        >
          <p>
            Due <Time value={key.timeOfDeletion} />. Then it is destroyed once somebody carries out what is
            due.
            {vault.lifecycleState === 'PENDING_DELETION' && ' Its vault is scheduled too: cancel that first.'}
          </p>
        </Notice>
      )}
      {key.protectionMode === 'SOFTWARE' && (
        <Notice tone="warning" title="This key is in software: it has no backup, and never will.">
          <p>
            Its versions are kept encrypted under a key of the region’s token, and are lost with that token.
            For what must survive, create an HSM key and move what this one encrypts.
          </p>
        </Notice>
      )}
      <Tabs<Tab>
        label={`The key ${key.displayName}`}
        value={tab}
        onChange={(next) => replaceParams({ vaultId: vault.id, keyId: key.id, tab: next })}
        tabs={[
          {
            id: 'versions',
            label: 'Versions',
            ...(versions.isLoading ? {} : { count: versions.rows.length }),
            content: (
              <VersionTable
                keyRecord={key}
                vault={vault}
                versions={versions}
                coverage={coverage.answer?.data.find(({ id }) => id === key.id)}
                onChanged={reloadAll}
              />
            ),
          },
          {
            id: 'overview',
            label: 'Facts and coverage',
            content: (
              <KeyOverview
                keyRecord={key}
                vault={vault}
                coverage={coverage}
                compartments={compartments}
                onChange={setDialog}
              />
            ),
          },
          {
            id: 'backups',
            label: 'Backups',
            ...(backups.isLoading ? {} : { count: backups.rows.length }),
            content: <KeyBackups keyRecord={key} backups={backups} refusal={backupRefusal} />,
          },
        ]}
      />
      {dialog !== undefined && (
        <KeyDialogs
          name={dialog}
          keyRecord={key}
          coverage={coverage}
          onClose={() => setDialog(undefined)}
          onChanged={reloadAll}
        />
      )}
      {use !== undefined && <UseKeyDialog use={use} keyRecord={key} onClose={() => setUse(undefined)} />}
    </Screen>
  );
}
