import { Pencil, Tags, Target } from 'lucide-react';
import type { Answer } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { CoverageBar } from '../../components/coverage-bar.tsx';
import { DescriptionList } from '../../components/description-list.tsx';
import { AnswerView } from '../../components/loading.tsx';
import { Ocid } from '../../components/ocid.tsx';
import { Section } from '../../components/screen.tsx';
import { Time } from '../../components/time.tsx';
import { countOf } from '../../components/words.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import type { Answered } from '../../hooks/use-answer.ts';
import { CoverageFacts } from '../backups/coverage-facts.tsx';
import { TagList } from '../records/tag-list.tsx';
import type { Compartments } from '../records/use-compartments.ts';
import type { VaultDialogName } from './vault-dialogs.tsx';

export interface VaultOverviewProps {
  readonly vault: Answer<'vault.get'>;
  readonly coverage: Answered<'backup.coverage'>;
  readonly compartments: Compartments;
  readonly isUpdatable: boolean;
  readonly onChange: (dialog: VaultDialogName) => void;
}

export function VaultOverview({ vault, coverage, compartments, isUpdatable, onChange }: VaultOverviewProps) {
  const usage = useAnswer('vault.usage', { vaultId: vault.id });
  return (
    <div className="stack">
      <Section
        title="Facts"
        isCard
        actions={
          <>
            <Button size="small" icon={Pencil} isDisabled={!isUpdatable} onPress={() => onChange('rename')}>
              Rename
            </Button>
            <Button size="small" icon={Tags} isDisabled={!isUpdatable} onPress={() => onChange('tags')}>
              Edit the tags
            </Button>
          </>
        }
      >
        <DescriptionList
          columns={2}
          items={[
            { term: 'OCID', value: <Ocid value={vault.id} /> },
            { term: 'Region', value: vault.region },
            { term: 'Compartment', value: compartments.pathOf(vault.compartmentId) },
            {
              term: 'Type',
              value:
                vault.vaultType === 'DEFAULT'
                  ? 'Default: has no backup'
                  : 'Virtual private: can be backed up',
            },
            { term: 'Created', value: <Time value={vault.timeCreated} /> },
            {
              term: 'Deletion due',
              value: vault.timeOfDeletion === undefined ? undefined : <Time value={vault.timeOfDeletion} />,
            },
            {
              term: 'Restored from',
              value:
                vault.restoredFromVaultId === undefined ? undefined : (
                  <Ocid value={vault.restoredFromVaultId} />
                ),
            },
            { term: 'Usage', value: usage.answer === undefined ? undefined : usageInWords(usage.answer) },
            { term: 'Tags', value: <TagList tags={vault} /> },
          ]}
        />
      </Section>
      <Section
        title="How backups cover it"
        isCard
        actions={
          <Button size="small" icon={Target} onPress={() => onChange('target')}>
            Set the backup target
          </Button>
        }
      >
        <AnswerView of={coverage} loading="Looking what verified backups have">
          {({ data, summary }) => {
            const row = data.find(({ id }) => id === vault.id);
            return row === undefined ? (
              <p className="quiet">
                A vault that is deleted needs no backup. Backups made before may still have it.
              </p>
            ) : (
              <div className="stack">
                <CoverageFacts row={row} />
                <CoverageBar
                  label="Key versions by how they are covered"
                  parts={[
                    { label: 'covered', count: summary.covered, tone: 'good' },
                    { label: 'with too few copies', count: summary.tooFewCopies, tone: 'warning' },
                    { label: 'in backups that are too old', count: summary.tooOld, tone: 'warning' },
                    { label: 'never backed up', count: summary.neverBackedUp, tone: 'bad' },
                    { label: 'that cannot be backed up', count: summary.cannotBeBackedUp, tone: 'quiet' },
                  ]}
                />
                {summary.secretCount > 0 && (
                  <p>
                    {countOf(summary.secretCount, 'secret')} in no backup: secrets never are. Keep what they
                    hold elsewhere too.
                  </p>
                )}
              </div>
            );
          }}
        </AnswerView>
      </Section>
    </div>
  );
}

function usageInWords(usage: Answer<'vault.usage'>): string {
  const hsm = `${countOf(usage.keyCount, 'HSM key')} with ${countOf(usage.keyVersionCount, 'version')}`;
  if (usage.softwareKeyCount === 0) return hsm;
  return `${hsm}, ${countOf(usage.softwareKeyCount, 'software key')} with ${countOf(usage.softwareKeyVersionCount, 'version')}`;
}
