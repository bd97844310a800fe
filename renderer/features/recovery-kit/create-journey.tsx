import { useEffect, useState } from 'react';
import { FEWEST_SHARES, MOST_SHARES } from '../../../shared/domain/recovery-kit.ts';
import type { Region } from '../../../shared/domain/realm.ts';
import { Button } from '../../components/button.tsx';
import { Select } from '../../components/choice.tsx';
import { DescriptionList } from '../../components/description-list.tsx';
import { FilePicker } from '../../components/file-picker.tsx';
import { Journey } from '../../components/journey.tsx';
import type { JourneyStep } from '../../components/journey.tsx';
import { JourneyResult } from '../../components/journey-result.tsx';
import { ErrorNotice, Notice } from '../../components/notice.tsx';
import { ProgressPanel } from '../../components/progress-panel.tsx';
import { NumberField } from '../../components/text-field.tsx';
import { useWork } from '../../hooks/use-work.ts';
import type { Work } from '../../hooks/use-work.ts';
import { navigate } from '../../stores/navigation.ts';
import { Sentences } from '../token/sentences.tsx';
import { ShareFigure } from './share-figure.tsx';

type StepId = 'shares' | 'place' | 'review' | 'run';

export interface CreateJourneyProps {
  readonly regions: readonly Region[];
  readonly onLeave: () => void;
}

/** The first part of the ceremony: the realm keys under an escrow key, and that key in N shares (rule R5). */
export function CreateJourney({ regions, onLeave }: CreateJourneyProps) {
  const work = useWork('recovery-kit.create');
  const [step, setStep] = useState<StepId>('shares');
  const [threshold, setThreshold] = useState<number | undefined>(2);
  const [shares, setShares] = useState<number | undefined>(3);
  const [out, setOut] = useState('');
  const [region, setRegion] = useState(
    () => regions.find(({ isCeremonyClosed }) => !isCeremonyClosed)?.regionId,
  );
  useEffect(() => {
    if (work.isFoundAgain) setStep('run');
  }, [work.isFoundAgain]);
  const isSplit = threshold !== undefined && shares !== undefined && threshold <= shares;

  const steps: readonly JourneyStep<StepId>[] = [
    {
      id: 'shares',
      label: 'Custodians',
      intro:
        'The kit is what remains when every token is lost. It is split among people of whom no one can use it alone.',
      content: (
        <>
          <div className="grid-2">
            <NumberField
              label="Custodians in all"
              value={shares}
              onChange={setShares}
              minValue={FEWEST_SHARES}
              maxValue={MOST_SHARES}
              description="Each gets one share on paper or on a medium of their own."
            />
            <NumberField
              label="Custodians needed"
              value={threshold}
              onChange={setThreshold}
              minValue={FEWEST_SHARES}
              maxValue={MOST_SHARES}
              description="So many must come together. Fewer learn nothing at all."
              error={
                threshold !== undefined && shares !== undefined && threshold > shares
                  ? 'So many could never come together: there are fewer custodians.'
                  : undefined
              }
            />
          </div>
          {isSplit && <ShareFigure threshold={threshold} shares={shares} />}
        </>
      ),
      canContinue: isSplit,
      missing: 'Say how many custodians there are and how many are needed.',
    },
    {
      id: 'place',
      label: 'Folder and token',
      content: (
        <>
          <FilePicker
            label="Folder for the kit"
            value={out}
            onChange={setOut}
            purpose="folder"
            title="Choose a new or empty folder"
            isRequired
            description="New or empty, best on a removable medium: the shares lie there together until each is handed out."
          />
          <Select
            label="Token that wraps the realm keys"
            value={region}
            onChange={setRegion}
            isRequired
            options={regions.map(({ regionId, token, isCeremonyClosed }) => ({
              id: regionId,
              label: `${token.tokenLabel} (${regionId})`,
              isDisabled: isCeremonyClosed,
              ...(isCeremonyClosed ? { description: 'Its ceremony is closed: it makes no kit.' } : {}),
            }))}
          />
        </>
      ),
      canContinue: out.trim() !== '' && region !== undefined,
      missing: 'Choose a folder and a token.',
    },
    {
      id: 'review',
      label: 'Review',
      intro: 'Nothing has been written yet.',
      content: (
        <>
          <DescriptionList
            items={[
              {
                term: 'Shares',
                value: `${shares ?? ''}, of which ${threshold ?? ''} rebuild the realm keys`,
              },
              { term: 'Folder', value: <code>{out}</code> },
              { term: 'Token', value: region },
            ]}
          />
          <Notice tone="warning" title="Before you go on">
            Be alone with the custodians. Whoever reads {threshold ?? ''} of the share files can, with the kit
            file, rebuild the realm keys.
          </Notice>
        </>
      ),
      continueLabel: 'Make the kit',
      onContinue: () => {
        if (!isSplit || region === undefined) return false;
        void work.start({ threshold, shares, out: out.trim(), region });
        return true;
      },
    },
    {
      id: 'run',
      label: 'Hand the shares out',
      isFinal: true,
      hasNoButtons: true,
      content: <Run work={work} onCorrect={() => setStep('place')} />,
    },
  ];
  return (
    <Journey label="Make a recovery kit" steps={steps} current={step} onMove={setStep} onCancel={onLeave} />
  );
}

function Run({
  work,
  onCorrect,
}: {
  readonly work: Work<'recovery-kit.create'>;
  readonly onCorrect: () => void;
}) {
  const { answer, error } = work;
  if (work.status === 'running') {
    return (
      <ProgressPanel
        title="Making the recovery kit"
        progress={work.progress}
        onCancel={() => void work.cancel()}
        cancelNote="Cancelling removes what was written of it."
      />
    );
  }
  if (error !== undefined)
    return <ErrorNotice error={error} onRetry={onCorrect} retryLabel="Correct and try again" />;
  if (work.status !== 'succeeded') return null;
  if (answer === undefined) {
    return (
      <JourneyResult
        outcome="done"
        title="The recovery kit was made."
        next={<Button onPress={() => navigate('recovery-kit')}>Go to the recovery kits</Button>}
      />
    );
  }
  return (
    <JourneyResult
      outcome="partly"
      title="The kit was made. It counts once every share was read back."
      done={answer.shareFiles.map((file, index) => (
        <>
          Share {index + 1}: <code>{file}</code>
        </>
      ))}
      next={
        <>
          <Button
            variant="primary"
            onPress={() => navigate('recovery-kit', { part: 'confirm', kit: answer.kitFile })}
          >
            Have the shares read back
          </Button>
          <Button onPress={() => navigate('recovery-kit')}>Later</Button>
        </>
      }
    >
      <DescriptionList
        items={[
          { term: 'Kit file', value: <code>{answer.kitFile}</code> },
          { term: 'Set', value: <code>{answer.recoveryKit.setId}</code> },
        ]}
      />
      <ol className="plain-list">
        <li>
          Give each custodian their share: print it, have it written down, or put it on a medium of theirs.
        </li>
        <li>Carry the kit file to a place of its own, and a copy of it to another.</li>
        <li>
          Have every custodian read their share back, from what they will keep and not from this folder.
        </li>
        <li>Then destroy what is left in the folder.</li>
      </ol>
      <Notice tone="warning" title="Until then">
        <Sentences of={answer.warnings} />
      </Notice>
    </JourneyResult>
  );
}
