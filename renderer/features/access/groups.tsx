import { Plus, Trash2, UserMinus, UsersRound } from 'lucide-react';
import { useState } from 'react';
import { call } from '../../client.ts';
import type { Row } from '../../client.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Select } from '../../components/choice.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { Loading } from '../../components/loading.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { Section } from '../../components/screen.tsx';
import { TextField } from '../../components/text-field.tsx';
import { usePages } from '../../hooks/use-pages.ts';

type GroupRow = Row<'group.list'>;

/** Operators that policies speak of together. */
export function Groups() {
  const groups = usePages('group.list', {});
  const operators = usePages('operator.list', {});
  const [isCreating, setCreating] = useState(false);
  const [isAddingTo, setAddingTo] = useState<GroupRow>();
  const [deleted, setDeleted] = useState<GroupRow>();
  const [removed, setRemoved] = useState<{ readonly group: GroupRow; readonly operatorName: string }>();
  if (groups.error !== undefined) return <ErrorNotice error={groups.error} onRetry={groups.reload} />;
  if (groups.rows.length === 0 && groups.isLoading) return <Loading>Loading groups</Loading>;
  return (
    <div className="stack">
      <div className="row access-tools">
        <Button size="small" variant="primary" icon={Plus} onPress={() => setCreating(true)}>
          Create a group
        </Button>
      </div>
      {groups.rows.length === 0 && <EmptyState title="No groups">Policies speak of groups.</EmptyState>}
      {groups.rows.map((group) => (
        <Section
          key={group.id}
          title={group.name}
          intro={group.description}
          isCard
          actions={
            <>
              <Button size="small" icon={UsersRound} onPress={() => setAddingTo(group)}>
                Add a member
              </Button>
              {!group.isImmutable && (
                <IconButton
                  icon={Trash2}
                  label={`Delete the group ${group.name}`}
                  size="small"
                  onPress={() => setDeleted(group)}
                />
              )}
            </>
          }
        >
          {group.members.length === 0 ? (
            <p className="quiet">No members.</p>
          ) : (
            <ul className="plain-list member-list">
              {group.members.map((operatorName) => (
                <li key={operatorName}>
                  {operatorName}
                  <IconButton
                    icon={UserMinus}
                    label={`Remove ${operatorName} from ${group.name}`}
                    size="small"
                    onPress={() => setRemoved({ group, operatorName })}
                  />
                </li>
              ))}
            </ul>
          )}
        </Section>
      ))}
      {isCreating && <CreateGroup onClose={() => setCreating(false)} onCreated={groups.reload} />}
      {isAddingTo !== undefined && (
        <AddMember
          group={isAddingTo}
          names={operators.rows.map((row) => row.name).filter((name) => !isAddingTo.members.includes(name))}
          onClose={() => setAddingTo(undefined)}
          onAdded={groups.reload}
        />
      )}
      {removed !== undefined && (
        <ConfirmDialog
          title={`Remove ${removed.operatorName} from ${removed.group.name}?`}
          isOpen
          isDanger
          confirmLabel="Remove"
          onClose={() => setRemoved(undefined)}
          onConfirm={async () => {
            await call('group.remove-member', {
              groupName: removed.group.name,
              operatorName: removed.operatorName,
            });
            setRemoved(undefined);
            groups.reload();
          }}
        >
          <p>They lose what policies allow this group, at once.</p>
        </ConfirmDialog>
      )}
      {deleted !== undefined && (
        <ConfirmDialog
          title={`Delete the group ${deleted.name}?`}
          isOpen
          isDanger
          confirmLabel="Delete"
          onClose={() => setDeleted(undefined)}
          onConfirm={async () => {
            await call('group.delete', { groupName: deleted.name, ifMatch: deleted.etag });
            setDeleted(undefined);
            groups.reload();
          }}
          onReload={groups.reload}
        >
          <p>Policy statements that name it allow nothing any more.</p>
        </ConfirmDialog>
      )}
    </div>
  );
}

function CreateGroup({
  onClose,
  onCreated,
}: {
  readonly onClose: () => void;
  readonly onCreated: () => void;
}) {
  const [groupName, setName] = useState('');
  const [description, setDescription] = useState('');
  return (
    <FormDialog
      title="Create a group"
      submitLabel="Create"
      isSubmitDisabled={groupName.trim() === ''}
      onClose={onClose}
      onSubmit={async () => {
        await call('group.create', { groupName: groupName.trim(), description });
        onClose();
        onCreated();
      }}
    >
      <TextField label="Name" value={groupName} onChange={setName} isRequired autoFocus />
      <TextField label="What it is for" value={description} onChange={setDescription} />
    </FormDialog>
  );
}

function AddMember({
  group,
  names,
  onClose,
  onAdded,
}: {
  readonly group: GroupRow;
  readonly names: readonly string[];
  readonly onClose: () => void;
  readonly onAdded: () => void;
}) {
  const [operatorName, setName] = useState<string | undefined>(names[0]);
  return (
    <FormDialog
      title={`Add a member to ${group.name}`}
      submitLabel="Add"
      isSubmitDisabled={operatorName === undefined}
      onClose={onClose}
      onSubmit={async () => {
        if (operatorName === undefined) return;
        await call('group.add-member', { groupName: group.name, operatorName });
        onClose();
        onAdded();
      }}
    >
      {names.length === 0 ? (
        <p>Every operator is in it already.</p>
      ) : (
        <Select
          label="Operator"
          options={names.map((name) => ({ id: name, label: name }))}
          value={operatorName}
          onChange={setName}
        />
      )}
    </FormDialog>
  );
}
