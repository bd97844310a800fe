import { Cpu, Usb } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { RadioCards } from '../../components/choice.tsx';
import { DescriptionList } from '../../components/description-list.tsx';
import { Journey } from '../../components/journey.tsx';
import type { JourneyStep } from '../../components/journey.tsx';
import { JourneyResult } from '../../components/journey-result.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { ProgressPanel } from '../../components/progress-panel.tsx';
import { countOf } from '../../components/words.ts';
import { useWork } from '../../hooks/use-work.ts';
import type { Work } from '../../hooks/use-work.ts';
import { navigate } from '../../stores/navigation.ts';
import { CheckValues } from '../enrolment/check-values.tsx';
import { TokenChooser } from '../token/token-chooser.tsx';
import { NO_TOKEN, tokenFieldsOf } from '../token/token-choice.ts';
import type { KitJourneyProps } from './confirm-journey.tsx';
import { NO_KIT } from './kit-and-shares.ts';
import { KitFields } from './kit-fields.tsx';
import { useTypedShares } from './use-typed-shares.ts';

type StepId = 'shares' | 'scratch' | 'review' | 'run';

/** A recovery, for practice: the realm keys are rebuilt on a scratch token, compared, and destroyed there (rule R5). */
export function RehearseJourney({ regions, kit, onLeave }: KitJourneyProps) {
  const work = useWork('recovery-kit.rehearse');
  useTypedShares();
  const [step, setStep] = useState<StepId>('shares');
  const [value, setValue] = useState({ ...NO_KIT, kit: kit ?? '' });
  const [kind, setKind] = useState<'practice' | 'token'>('practice');
  const [choice, setChoice] = useState(NO_TOKEN);
  useEffect(() => {
    if (work.isFoundAgain) setStep('run');
  }, [work.isFoundAgain]);

  const steps: readonly JourneyStep<StepId>[] = [
    {
      id: 'shares',
      label: 'Kit and shares',
      content: (
        <KitFields
          value={value}
          onChange={setValue}
          wanted="As many as the kit’s threshold says, each from another custodian."
        />
      ),
      canContinue: value.kit.trim() !== '' && value.shareFiles.length > 1,
      missing: 'Choose the kit file and enough shares.',
    },
    {
      id: 'scratch',
      label: 'Scratch token',
      content: (
        <>
          <RadioCards
            label="Where are the realm keys rebuilt?"
            columns={2}
            value={kind}
            onChange={setKind}
            cards={[
              {
                id: 'practice',
                title: 'In a practice token',
                icon: Cpu,
                description: 'Made in this machine’s memory for the rehearsal and deleted afterwards.',
              },
              {
                id: 'token',
                title: 'In a token of yours',
                icon: Usb,
                description:
                  'An empty one, such as you would use after a loss. It is empty again at the end.',
              },
            ]}
          />
          {kind === 'token' && <TokenChooser value={choice} onChange={setChoice} regions={regions} />}
        </>
      ),
      canContinue: kind === 'practice' || choice.token !== undefined,
      missing: 'Choose a token.',
    },
    {
      id: 'review',
      label: 'Review',
      intro: 'The realm keys are rebuilt, compared by their check values, and destroyed again.',
      content: (
        <DescriptionList
          items={[
            { term: 'Kit file', value: <code>{value.kit}</code> },
            { term: 'Shares', value: countOf(value.shareFiles.length, 'share') },
            {
              term: 'Scratch token',
              value: kind === 'practice' ? 'A practice token, made for it' : choice.token?.label,
            },
          ]}
        />
      ),
      continueLabel: 'Rehearse the recovery',
      onContinue: () => {
        void work.start({
          kit: value.kit.trim(),
          shareFile: [...value.shareFiles],
          ...(kind === 'token' ? tokenFieldsOf(choice) : {}),
        });
      },
    },
    {
      id: 'run',
      label: 'Rehearsal',
      isFinal: true,
      hasNoButtons: true,
      content: <Run work={work} onCorrect={() => setStep('shares')} />,
    },
  ];
  return (
    <Journey label="Rehearse a recovery" steps={steps} current={step} onMove={setStep} onCancel={onLeave} />
  );
}

function Run({
  work,
  onCorrect,
}: {
  readonly work: Work<'recovery-kit.rehearse'>;
  readonly onCorrect: () => void;
}) {
  const { answer, error } = work;
  if (work.status === 'running') {
    return (
      <ProgressPanel
        title="Rehearsing the recovery"
        progress={work.progress}
        onCancel={() => void work.cancel()}
        cancelNote="Cancelling destroys what is on the scratch token."
      />
    );
  }
  if (error !== undefined)
    return <ErrorNotice error={error} onRetry={onCorrect} retryLabel="Correct and try again" />;
  if (work.status !== 'succeeded') return null;
  return (
    <JourneyResult
      outcome="done"
      title="The realm keys were rebuilt and are the right ones."
      done={answer === undefined ? [] : [answer.statement]}
      next={
        <Button variant="primary" onPress={() => navigate('recovery-kit')}>
          Go to the recovery kits
        </Button>
      }
    >
      {answer !== undefined && (
        <CheckValues label={answer.scratchToken} rbk={answer.rbkCheckValue} rak={answer.rakCheckValue} />
      )}
    </JourneyResult>
  );
}
