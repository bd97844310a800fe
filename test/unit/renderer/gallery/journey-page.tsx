import { useState } from 'react';
import { Button } from '../../../../renderer/components/button.tsx';
import { DescriptionList } from '../../../../renderer/components/description-list.tsx';
import { JourneyResult } from '../../../../renderer/components/journey-result.tsx';
import { Journey } from '../../../../renderer/components/journey.tsx';
import type { JourneyStep } from '../../../../renderer/components/journey.tsx';
import { ProgressPanel } from '../../../../renderer/components/progress-panel.tsx';
import { Screen } from '../../../../renderer/components/screen.tsx';
import { TextField } from '../../../../renderer/components/text-field.tsx';

type StepId = 'what' | 'review' | 'run' | 'result';

const progress = {
  workRequestId: 'ocid1.workrequest.x',
  operationType: 'BACKUP_VAULT',
  percentComplete: 42,
  activity: 'Wrapping key versions, 840 of 2,000',
  millisecondsLeft: 95_000,
  lines: [
    { time: '2026-11-24T12:00:00.000Z', text: 'Reading the token' },
    { time: '2026-11-24T12:00:04.000Z', text: 'Wrapping key versions, 840 of 2,000' },
  ],
} as const;

export function JourneyPage() {
  const [step, setStep] = useState<StepId>('what');
  const [name, setName] = useState('');
  const [tries, setTries] = useState(0);
  const steps: readonly JourneyStep<StepId>[] = [
    {
      id: 'what',
      label: 'What to back up',
      content: <TextField label="Vault" value={name} onChange={setName} />,
      canContinue: name !== '',
      missing: 'Choose a vault.',
    },
    {
      id: 'review',
      label: 'Review',
      intro: 'Nothing is written before you press the button.',
      content: (
        <DescriptionList
          items={[
            { term: 'Vault', value: name },
            { term: 'Bucket', value: 'fra' },
          ]}
        />
      ),
      continueLabel: 'Back up now',
      onContinue: () => {
        setTries(tries + 1);
        if (tries === 0) {
          const fields = { code: 'NotAuthenticated', status: 401, reason: 'WrongPin', next: 'Try again.' };
          return Promise.reject(Object.assign(new Error('The PIN is wrong.'), fields));
        }
        return Promise.resolve();
      },
    },
    {
      id: 'run',
      label: 'Back up',
      isFinal: true,
      content: (
        <ProgressPanel title="Backing up Payments Vault" progress={progress} onCancel={() => undefined} />
      ),
    },
    {
      id: 'result',
      label: 'Result',
      isFinal: true,
      content: (
        <JourneyResult
          outcome="done"
          title="Payments Vault was backed up, and the backup was verified."
          done={['3 keys with 5 versions are in it.', 'It is in the bucket fra.']}
          leftOut={[{ what: 'retired', why: 'It is disabled.' }]}
          next={<Button variant="primary">Copy it to another region</Button>}
        />
      ),
    },
  ];
  return (
    <Screen title="Back up a vault">
      <Journey
        label="Back up"
        steps={steps}
        current={step}
        onMove={setStep}
        onCancel={() => setStep('what')}
      />
    </Screen>
  );
}
