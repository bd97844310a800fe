import { FolderPlus, ListChecks, Trash2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, IconButton } from '../../components/button.tsx';
import { RadioCards } from '../../components/choice.tsx';
import { DescriptionList } from '../../components/description-list.tsx';
import { FilePicker } from '../../components/file-picker.tsx';
import { Journey } from '../../components/journey.tsx';
import type { JourneyStep } from '../../components/journey.tsx';
import { JourneyResult } from '../../components/journey-result.tsx';
import { ErrorNotice, Notice } from '../../components/notice.tsx';
import { ProgressPanel } from '../../components/progress-panel.tsx';
import { countOf } from '../../components/words.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { useWork } from '../../hooks/use-work.ts';
import type { Work } from '../../hooks/use-work.ts';
import { navigate } from '../../stores/navigation.ts';
import { DEPTHS } from './depths.ts';
import type { Depth } from './depths.ts';
import { RebuiltView } from './rebuilt-view.tsx';
import '../buckets/buckets.css';

type StepId = 'from' | 'review' | 'run';

/** The catalog made anew from bucket folders, media and the attached tokens (rule R31). */
export function RebuildJourney() {
  const buckets = useAnswer('bucket.list', {});
  const [locations, setLocations] = useState<readonly string[]>([]);
  const [next, setNext] = useState('');
  const [depth, setDepth] = useState<Depth>('keys');
  const [step, setStep] = useState<StepId>('from');
  const work = useWork('backup.rebuild-catalog');
  const { isFoundAgain } = work;
  useEffect(() => {
    if (isFoundAgain) setStep('run');
  }, [isFoundAgain]);
  const known = (buckets.answer?.data ?? [])
    .map(({ location }) => location)
    .filter((location) => !locations.includes(location));
  const add = (...added: readonly string[]): void =>
    setLocations((before) => [
      ...new Set([...before, ...added.map((each) => each.trim()).filter((each) => each !== '')]),
    ]);

  const steps: readonly JourneyStep<StepId>[] = [
    {
      id: 'from',
      label: 'Places',
      intro:
        'For a home that lost its catalog, or that takes over another one’s buckets. Buckets, backups, vaults and keys come back as the backups and tokens know them; nothing is written to a token.',
      content: (
        <>
          <FilePicker
            label="Folder of a bucket or of a medium"
            value={next}
            onChange={setNext}
            purpose="folder"
            title="Folder of a bucket or of a medium"
          />
          <div className="row">
            <Button
              icon={FolderPlus}
              isDisabled={next.trim() === ''}
              onPress={() => {
                add(next);
                setNext('');
              }}
            >
              Add the folder
            </Button>
            {known.length > 0 && (
              <Button onPress={() => add(...known)}>{`Add ${countOf(known.length, 'known bucket')}`}</Button>
            )}
          </div>
          {locations.length > 0 && (
            <ul className="plain-list rebuild-places" aria-label="Places to look into">
              {locations.map((location) => (
                <li key={location}>
                  <span className="code">{location}</span>
                  <IconButton
                    icon={Trash2}
                    size="small"
                    label={`Leave ${location} out`}
                    onPress={() => setLocations((before) => before.filter((each) => each !== location))}
                  />
                </li>
              ))}
            </ul>
          )}
          <RadioCards<Depth>
            label="How deep each is verified"
            columns={2}
            value={depth}
            onChange={setDepth}
            cards={DEPTHS}
          />
        </>
      ),
      canContinue: locations.length > 0,
      missing: 'Add one folder at least.',
    },
    {
      id: 'review',
      label: 'Review',
      intro: 'Nothing has been written yet.',
      content: (
        <>
          <DescriptionList
            items={[
              { term: 'Look into', value: countOf(locations.length, 'folder') },
              { term: 'How deep', value: DEPTHS.find(({ id }) => id === depth)?.title },
              {
                term: 'Changes',
                value:
                  'The catalog of this home only: what it knows already stays, what it does not know is added',
              },
            ]}
          />
          <Notice title="The PIN of each attached token may be asked for">
            Tokens are asked which key versions they hold, so that vaults and keys come back in their states.
          </Notice>
        </>
      ),
      continueLabel: 'Rebuild now',
      onContinue: () => {
        void work.start({ location: [...locations], depth });
      },
    },
    {
      id: 'run',
      label: 'Rebuild',
      isFinal: true,
      hasNoButtons: true,
      content: <RebuildRun work={work} onRetry={() => setStep(locations.length === 0 ? 'from' : 'review')} />,
    },
  ];
  return <Journey label="Rebuild the catalog" steps={steps} current={step} onMove={setStep} />;
}

function RebuildRun({
  work,
  onRetry,
}: {
  readonly work: Work<'backup.rebuild-catalog'>;
  readonly onRetry: () => void;
}) {
  const { status, answer, workRequestId } = work;
  if (status === 'running') {
    return (
      <ProgressPanel
        title="Rebuilding the catalog"
        progress={work.progress}
        starting="Starting. Windows may ask for the PINs of the tokens."
        onCancel={() => void work.cancel()}
      />
    );
  }
  if (status !== 'succeeded') {
    return (
      <JourneyResult
        outcome={status === 'cancelled' ? 'cancelled' : 'failed'}
        title={status === 'cancelled' ? 'Rebuilding was cancelled.' : 'The catalog was not rebuilt.'}
        next={<Button onPress={onRetry}>Try again</Button>}
      >
        {status === 'failed' && work.error !== undefined && <ErrorNotice error={work.error} />}
      </JourneyResult>
    );
  }
  if (answer !== undefined) return <RebuiltView answer={answer} onAgain={onRetry} />;
  return (
    <JourneyResult
      outcome="done"
      title="Rebuilding has ended."
      next={
        workRequestId !== undefined && (
          <Button icon={ListChecks} onPress={() => navigate('work-requests', { workRequestId })}>
            See what it did
          </Button>
        )
      }
    />
  );
}
