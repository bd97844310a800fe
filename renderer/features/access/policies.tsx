import { Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { call } from '../../client.ts';
import type { Row } from '../../client.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Select } from '../../components/choice.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { Loading } from '../../components/loading.tsx';
import { ErrorNotice, Notice } from '../../components/notice.tsx';
import { Section } from '../../components/screen.tsx';
import { TextField } from '../../components/text-field.tsx';
import { usePages } from '../../hooks/use-pages.ts';
import { showToast } from '../../stores/announcements.ts';
import { Proposals } from './proposals.tsx';
import { flawsOf, statementsOf } from './statement-check.ts';

type PolicyRow = Row<'policy.list'>;

/** What groups may do, in the policy language. */
export function Policies() {
  const policies = usePages('policy.list', {});
  const [edited, setEdited] = useState<PolicyRow | 'new'>();
  const [deleted, setDeleted] = useState<PolicyRow>();
  if (policies.error !== undefined) return <ErrorNotice error={policies.error} onRetry={policies.reload} />;
  if (policies.rows.length === 0 && policies.isLoading) return <Loading>Loading policies</Loading>;
  return (
    <div className="stack">
      <div className="row access-tools">
        <Button size="small" variant="primary" icon={Plus} onPress={() => setEdited('new')}>
          Create a policy
        </Button>
      </div>
      <Proposals onApplied={policies.reload} />
      {policies.rows.length === 0 && (
        <EmptyState title="No policies">Without one, only administrators may do anything.</EmptyState>
      )}
      {policies.rows.map((policy) => (
        <Section
          key={policy.id}
          title={policy.name}
          intro={policy.description}
          isCard
          actions={
            policy.isImmutable ? (
              <span className="quiet">cannot be changed</span>
            ) : (
              <>
                <IconButton
                  icon={Pencil}
                  label={`Edit the policy ${policy.name}`}
                  size="small"
                  onPress={() => setEdited(policy)}
                />
                <IconButton
                  icon={Trash2}
                  label={`Delete the policy ${policy.name}`}
                  size="small"
                  onPress={() => setDeleted(policy)}
                />
              </>
            )
          }
        >
          <ul className="plain-list stack">
            {policy.statements.map((statement) => (
              <li key={statement} className="code">
                {statement}
              </li>
            ))}
          </ul>
        </Section>
      ))}
      {edited !== undefined && (
        <PolicyEditor
          policy={edited === 'new' ? undefined : edited}
          onClose={() => setEdited(undefined)}
          onSaved={policies.reload}
        />
      )}
      {deleted !== undefined && (
        <ConfirmDialog
          title={`Delete the policy ${deleted.name}?`}
          isOpen
          isDanger
          confirmLabel="Delete"
          onClose={() => setDeleted(undefined)}
          onConfirm={async () => {
            await call('policy.delete', { policyId: deleted.id, ifMatch: deleted.etag });
            setDeleted(undefined);
            policies.reload();
          }}
          onReload={policies.reload}
        >
          <p>What only its statements allow is then refused.</p>
        </ConfirmDialog>
      )}
    </div>
  );
}

function PolicyEditor({
  policy,
  onClose,
  onSaved,
}: {
  readonly policy: PolicyRow | undefined;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}) {
  const compartments = usePages('compartment.list', {});
  const [policyName, setName] = useState(policy?.name ?? '');
  const [compartmentId, setCompartment] = useState(policy?.compartmentId);
  const [description, setDescription] = useState(policy?.description ?? '');
  const [text, setText] = useState(policy?.statements.join('\n') ?? '');
  const statements = statementsOf(text);
  const flaws = flawsOf(text);
  const isReady = policyName.trim() !== '' && statements.length > 0 && flaws.length === 0;
  return (
    <FormDialog
      title={policy === undefined ? 'Create a policy' : `Edit ${policy.name}`}
      size="large"
      submitLabel={policy === undefined ? 'Create' : 'Save'}
      isSubmitDisabled={!isReady}
      onClose={onClose}
      onReload={onSaved}
      onSubmit={async () => {
        const { warnings } =
          policy === undefined
            ? await call('policy.create', {
                policyName: policyName.trim(),
                description,
                statements: [...statements],
                ...(compartmentId === undefined ? {} : { compartmentId }),
              })
            : await call('policy.update', {
                policyId: policy.id,
                description,
                statements: [...statements],
                ifMatch: policy.etag,
              });
        onClose();
        onSaved();
        for (const warning of warnings) showToast(warning, 'warning');
      }}
    >
      {policy === undefined && (
        <>
          <TextField label="Name" value={policyName} onChange={setName} isRequired autoFocus />
          <Select
            label="Attached to"
            description="Its statements speak of this compartment and of what is below it."
            options={compartments.rows.map((row) => ({ id: row.id, label: row.name }))}
            value={compartmentId ?? compartments.rows.find((row) => row.compartmentId === undefined)?.id}
            onChange={setCompartment}
          />
        </>
      )}
      <TextField label="What it is for" value={description} onChange={setDescription} />
      <TextField
        label="Statements, one a line"
        value={text}
        onChange={setText}
        isMultiline
        isCode
        rows={8}
        description="Allow group BackupOperators to manage vaults in compartment Payments where request.permission = 'VAULT_BACKUP'"
      />
      <div aria-live="polite" className="stack">
        {flaws.map((flaw) => (
          <Notice
            key={`${flaw.statementNumber} ${flaw.statement}`}
            tone="error"
            title={`Statement ${flaw.statementNumber}, character ${flaw.position + 1}`}
          >
            <span className="code">
              {flaw.statement.slice(0, flaw.position)}
              <mark className="statement-flaw">{flaw.statement.slice(flaw.position) || ' '}</mark>
            </span>
            <br />
            {flaw.message}
          </Notice>
        ))}
      </div>
    </FormDialog>
  );
}
