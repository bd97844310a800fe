import type { RestorePlan } from '../../../shared/domain/restore-plan.ts';
import { Checkbox } from '../../components/choice.tsx';
import { DescriptionList } from '../../components/description-list.tsx';
import { Notice } from '../../components/notice.tsx';
import { TextField } from '../../components/text-field.tsx';
import { countOf } from '../../components/words.ts';
import type { Agreement } from './agreement.ts';
import {
  bringsBack,
  changesNothing,
  countsOf,
  durationInWords,
  existingTarget,
  nameOfRestored,
  whatComesBack,
} from './plan-words.ts';
import { sourceInWords } from './restore-source.ts';
import type { RestoreSource } from './restore-source.ts';

export interface ConfirmStepProps {
  readonly plan: RestorePlan;
  readonly source: RestoreSource;
  readonly agreement: Agreement;
  readonly onChange: (change: Partial<Agreement>) => void;
  /** A second operator has to approve it. */
  readonly isDualControl: boolean;
}

/** The last look before anything is written. */
export function ConfirmStep({ plan, source, agreement, onChange, isDualControl }: ConfirmStepProps) {
  const target = existingTarget(plan);
  const counts = countsOf(plan);
  return (
    <div className="stack">
      <DescriptionList
        items={[
          { term: 'What', value: `${capitalised(nameOfRestored(plan))}, into ${plan.region}` },
          { term: 'From', value: <span className="code">{sourceInWords(source)}</span> },
          {
            term: 'Changes',
            value: changesNothing(plan)
              ? 'None: everything of the backup is there already'
              : `${countOf(counts.ADD, 'addition')}, ${countOf(counts.UPDATE, 'update')}, ${countOf(plan.keyVersionsToAdd, 'key version')} into the token`,
          },
          {
            term: 'OCIDs',
            value: plan.isSourceRegion ? 'Stay as they are' : 'New; the report has the map from old to new',
          },
          {
            term: 'Time',
            value: `${durationInWords(plan.estimatedMilliseconds)} for writing, after the backup is verified once more`,
          },
        ]}
      />
      {bringsBack(plan) && (
        <div className="card stack">
          <Checkbox
            isSelected={agreement.isBringBackDestroyed}
            onChange={(isBringBackDestroyed) => onChange({ isBringBackDestroyed })}
            description={`${whatComesBack(plan).join(', ')}. What was encrypted with it can be read again.`}
          >
            Bring back what was destroyed here on purpose
          </Checkbox>
        </div>
      )}
      {target !== undefined && (
        <TextField
          label={`Type ${target.displayName} to restore onto it`}
          value={agreement.typedName}
          onChange={(typedName) => onChange({ typedName })}
          description={`The ${target.entityType} ${target.displayName} is in ${plan.region} already. Names, tags and key versions flow into it; nothing of it is deleted or overwritten.`}
          isCode
        />
      )}
      {isDualControl && (
        <Notice title="A second operator has to approve this">
          The compartment is under dual control. Restore asks for the approval of exactly this plan; nothing
          is written before it is given.
        </Notice>
      )}
    </div>
  );
}

function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
