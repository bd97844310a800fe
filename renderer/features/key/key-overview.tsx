import { Pencil, Tags } from 'lucide-react';
import { describeKeyShape } from '../../../shared/domain/key-shape.ts';
import type { Answer } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { DescriptionList } from '../../components/description-list.tsx';
import { AnswerView } from '../../components/loading.tsx';
import { Ocid } from '../../components/ocid.tsx';
import { Section } from '../../components/screen.tsx';
import { Time } from '../../components/time.tsx';
import type { Answered } from '../../hooks/use-answer.ts';
import { CoverageFacts } from '../backups/coverage-facts.tsx';
import { refusalOf } from '../records/refusal-of.ts';
import { TagList } from '../records/tag-list.tsx';
import type { Compartments } from '../records/use-compartments.ts';
import type { KeyDialogName } from './key-dialogs.tsx';

export interface KeyOverviewProps {
  readonly keyRecord: Answer<'key.get'>;
  readonly vault: Answer<'vault.get'>;
  readonly coverage: Answered<'backup.coverage'>;
  readonly compartments: Compartments;
  readonly onChange: (dialog: KeyDialogName) => void;
}

export function KeyOverview({ keyRecord: key, vault, coverage, compartments, onChange }: KeyOverviewProps) {
  const isUpdatable = refusalOf('key.update', { vault, key }) === undefined;
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
            { term: 'OCID', value: <Ocid value={key.id} /> },
            { term: 'Shape', value: describeKeyShape(key.keyShape) },
            {
              term: 'Protection',
              value:
                key.protectionMode === 'HSM'
                  ? 'HSM: its values never leave the token in the clear'
                  : 'Software: kept encrypted under a key of the token',
            },
            { term: 'Compartment', value: compartments.pathOf(key.compartmentId) },
            { term: 'Created', value: <Time value={key.timeCreated} /> },
            { term: 'Current version', value: <Ocid value={key.currentKeyVersion} /> },
            {
              term: 'Deletion due',
              value: key.timeOfDeletion === undefined ? undefined : <Time value={key.timeOfDeletion} />,
            },
            {
              term: 'Restored from',
              value: key.restoredFromKeyId === undefined ? undefined : <Ocid value={key.restoredFromKeyId} />,
            },
            { term: 'Tags', value: <TagList tags={key} /> },
          ]}
        />
      </Section>
      <Section title="How backups cover it" isCard>
        <AnswerView of={coverage} loading="Looking what verified backups have">
          {({ data }) => {
            const row = data.find(({ id }) => id === key.id);
            return row === undefined ? (
              <p className="quiet">
                A key that is deleted needs no backup. Backups made before may still have it.
              </p>
            ) : (
              <CoverageFacts row={row} />
            );
          }}
        </AnswerView>
      </Section>
    </div>
  );
}
