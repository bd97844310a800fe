import { FolderKey, KeyRound } from 'lucide-react';
import { useMemo } from 'react';
import { describeKeyShape } from '../../../shared/domain/key-shape.ts';
import type { Answer, Row } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { Checkbox, RadioCards } from '../../components/choice.tsx';
import type { Column } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Loading } from '../../components/loading.tsx';
import { ErrorNotice, Notice } from '../../components/notice.tsx';
import { StateBadge } from '../../components/state-badge.tsx';
import type { Answered } from '../../hooks/use-answer.ts';
import { usePages } from '../../hooks/use-pages.ts';
import { navigate } from '../../stores/navigation.ts';
import { RowChoice } from '../records/row-choice.tsx';
import type { BackupScope } from './backup-scope.ts';
import { ContentsTable } from './contents-table.tsx';
import type { Contents } from './use-contents.ts';

export interface ChooseWhatProps {
  readonly vault: Answered<'vault.get'>;
  /** The key that was chosen. */
  readonly chosenKey: Answered<'key.get'>;
  readonly scope: BackupScope;
  readonly isIncludeKeys: boolean;
  readonly contents: Contents;
  /** Why nothing can be backed up as it is chosen now. */
  readonly blocker: string | undefined;
  readonly onVault: (vaultId: string | undefined) => void;
  readonly onKey: (keyId: string | undefined) => void;
  readonly onScope: (scope: BackupScope) => void;
  readonly onIncludeKeys: (isIncludeKeys: boolean) => void;
}

/** The vault, all of it or one key, and what of it goes in before anything is made. */
export function ChooseWhat(props: ChooseWhatProps) {
  const {
    vault,
    chosenKey,
    scope,
    isIncludeKeys,
    contents,
    blocker,
    onVault,
    onKey,
    onScope,
    onIncludeKeys,
  } = props;
  if (vault.error !== undefined) {
    return (
      <ErrorNotice
        error={vault.error}
        onRetry={vault.reload}
        actions={
          <Button size="small" onPress={() => onVault(undefined)}>
            Choose another vault
          </Button>
        }
      />
    );
  }
  if (vault.answer === undefined) {
    return vault.isLoading ? <Loading>Loading the vault</Loading> : <VaultChoice onVault={onVault} />;
  }
  const { displayName, region } = vault.answer;
  const isDecided = scope === 'vault' || chosenKey.answer !== undefined;
  return (
    <>
      <RowChoice<Answer<'vault.get'>>
        title="Vault"
        rowWord="vault"
        label="Vaults"
        rows={[]}
        columns={[]}
        keyOf={({ id }) => id}
        empty={null}
        value={vault.answer}
        onChange={() => onVault(undefined)}
        describe={() => `${displayName}, ${region}`}
      />
      <RadioCards<BackupScope>
        label="What of it"
        value={scope}
        onChange={onScope}
        columns={2}
        cards={[
          {
            id: 'vault',
            title: 'The vault',
            icon: FolderKey,
            description: 'Its name and tags, and its HSM keys with all their enabled versions.',
          },
          {
            id: 'key',
            title: 'One key',
            icon: KeyRound,
            description: 'One HSM key with its enabled versions. It can be restored only where its vault is.',
          },
        ]}
      />
      {scope === 'vault' ? (
        <Checkbox
          isSelected={isIncludeKeys}
          onChange={onIncludeKeys}
          description="Without them only the vault itself can be restored: its name, tags and compartment."
        >
          With the keys of the vault
        </Checkbox>
      ) : (
        <KeyChoice chosenKey={chosenKey} contents={contents} onKey={onKey} />
      )}
      {blocker !== undefined && <Notice tone="error" isLive title={blocker} />}
      {isDecided && blocker === undefined && <ContentsTable contents={contents} scope={scope} />}
    </>
  );
}

function VaultChoice({ onVault }: Pick<ChooseWhatProps, 'onVault'>) {
  const vaults = usePages('vault.list', {});
  const { rows } = vaults;
  const shown = useMemo(() => rows.filter(({ lifecycleState }) => lifecycleState !== 'DELETED'), [rows]);
  return (
    <RowChoice<Row<'vault.list'>>
      title="Which vault?"
      label="Vaults"
      rowWord="vault"
      searchLabel="Search vaults"
      rows={shown}
      columns={VAULT_COLUMNS}
      keyOf={({ id }) => id}
      nameOf={({ displayName }) => displayName}
      initialSort={{ columnId: 'name', direction: 'ascending' }}
      isLoading={vaults.isLoading}
      error={vaults.error}
      onReload={vaults.reload}
      value={undefined}
      onChange={(vault) => onVault(vault?.id)}
      describe={({ displayName }) => displayName}
      empty={
        <EmptyState
          title="There is no vault to back up"
          icon={FolderKey}
          action={<Button onPress={() => navigate('vaults')}>Create a vault</Button>}
        />
      }
    />
  );
}

function KeyChoice({
  chosenKey,
  contents,
  onKey,
}: Pick<ChooseWhatProps, 'chosenKey' | 'contents' | 'onKey'>) {
  const { keys } = contents;
  const shown = useMemo(() => keys.filter(({ lifecycleState }) => lifecycleState !== 'DELETED'), [keys]);
  if (chosenKey.error !== undefined)
    return <ErrorNotice error={chosenKey.error} onRetry={chosenKey.reload} />;
  if (chosenKey.isLoading && chosenKey.answer === undefined) return <Loading>Loading the key</Loading>;
  return (
    <RowChoice<Row<'key.list'>>
      title={chosenKey.answer === undefined ? 'Which key?' : 'Key'}
      label="Keys of the vault"
      rowWord="key"
      searchLabel="Search keys"
      rows={shown}
      columns={KEY_COLUMNS}
      keyOf={({ id }) => id}
      nameOf={({ displayName }) => displayName}
      initialSort={{ columnId: 'name', direction: 'ascending' }}
      value={chosenKey.answer}
      onChange={(key) => onKey(key?.id)}
      describe={({ displayName, keyShape }) => `${displayName}, ${describeKeyShape(keyShape)}`}
      empty={<EmptyState title="The vault has no keys" icon={KeyRound} />}
    />
  );
}

const VAULT_COLUMNS: readonly Column<Row<'vault.list'>>[] = [
  {
    id: 'name',
    header: 'Name',
    render: ({ displayName }) => <span className="row-name">{displayName}</span>,
    sortBy: ({ displayName }) => displayName,
    searchBy: ({ displayName, id }) => `${displayName} ${id}`,
    width: 'minmax(12rem, 2fr)',
  },
  {
    id: 'state',
    header: 'State',
    render: ({ lifecycleState }) => <StateBadge state={lifecycleState} />,
    sortBy: ({ lifecycleState }) => lifecycleState,
  },
  {
    id: 'region',
    header: 'Region',
    render: ({ region }) => region,
    sortBy: ({ region }) => region,
    searchBy: ({ region }) => region,
  },
];

const KEY_COLUMNS: readonly Column<Row<'key.list'>>[] = [
  {
    id: 'name',
    header: 'Name',
    render: ({ displayName }) => <span className="row-name">{displayName}</span>,
    sortBy: ({ displayName }) => displayName,
    searchBy: ({ displayName, id }) => `${displayName} ${id}`,
    width: 'minmax(12rem, 2fr)',
  },
  {
    id: 'state',
    header: 'State',
    render: ({ lifecycleState }) => <StateBadge state={lifecycleState} />,
    sortBy: ({ lifecycleState }) => lifecycleState,
  },
  {
    id: 'protection',
    header: 'Protection',
    render: ({ protectionMode }) => (protectionMode === 'HSM' ? 'HSM' : 'Software: no backup'),
    sortBy: ({ protectionMode }) => protectionMode,
  },
];
