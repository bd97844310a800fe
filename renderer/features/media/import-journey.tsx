import { History, ListChecks, Upload } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Checkbox, RadioCards, Select } from '../../components/choice.tsx';
import { DescriptionList } from '../../components/description-list.tsx';
import { FilePicker } from '../../components/file-picker.tsx';
import { Journey } from '../../components/journey.tsx';
import type { JourneyStep } from '../../components/journey.tsx';
import { JourneyResult } from '../../components/journey-result.tsx';
import { ErrorNotice, Notice } from '../../components/notice.tsx';
import { ProgressPanel } from '../../components/progress-panel.tsx';
import { countOf } from '../../components/words.ts';
import type { Answer } from '../../client.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { useWork } from '../../hooks/use-work.ts';
import type { Work } from '../../hooks/use-work.ts';
import { navigate } from '../../stores/navigation.ts';
import { BucketPicker } from '../buckets/bucket-picker.tsx';
import { DEPTHS } from './depths.ts';
import type { Depth } from './depths.ts';
import { TakenInTable } from './taken-in-table.tsx';

type StepId = 'from' | 'how' | 'review' | 'run';

/** Backups from a folder or a file into the catalog, each verified first (rule R31). */
export function ImportJourney() {
  const regions = useAnswer('region.list', {});
  const [isFile, setFile] = useState(false);
  const [from, setFrom] = useState('');
  const [region, setRegion] = useState<string>();
  const [depth, setDepth] = useState<Depth>('keys');
  const [isCopied, setCopied] = useState(false);
  const [bucketName, setBucketName] = useState<string>();
  const [step, setStep] = useState<StepId>('from');
  const work = useWork('backup.import');
  const { isFoundAgain } = work;
  useEffect(() => {
    if (isFoundAgain) setStep('run');
  }, [isFoundAgain]);
  const attached = regions.answer?.data ?? [];
  const regionId = region ?? (attached.length === 1 ? attached[0]?.regionId : undefined);
  const token = attached.find((each) => each.regionId === regionId)?.token.tokenLabel;

  const steps: readonly JourneyStep<StepId>[] = [
    {
      id: 'from',
      label: 'From',
      content: (
        <>
          <RadioCards
            label="What to import"
            columns={2}
            value={isFile ? 'file' : 'folder'}
            onChange={(id) => {
              setFile(id === 'file');
              setFrom('');
            }}
            cards={[
              {
                id: 'folder',
                title: 'A folder of a medium',
                description: 'Every backup in it; folders inside it are not looked into.',
              },
              { id: 'file', title: 'One file', description: 'A single sealed backup.' },
            ]}
          />
          <FilePicker
            key={isFile ? 'file' : 'folder'}
            label={isFile ? 'Sealed backup' : 'Folder'}
            value={from}
            onChange={setFrom}
            purpose={isFile ? 'open-file' : 'folder'}
            title={isFile ? 'Choose a sealed backup' : 'Choose the folder on the medium'}
            hasDropZone={isFile}
          />
        </>
      ),
      canContinue: from.trim() !== '',
      missing: isFile ? 'Choose a file.' : 'Choose a folder.',
    },
    {
      id: 'how',
      label: 'How',
      content: (
        <>
          {regions.error !== undefined && <ErrorNotice error={regions.error} onRetry={regions.reload} />}
          <Select
            label="Token that verifies"
            options={attached.map(({ regionId: id, token: { tokenLabel } }) => ({
              id,
              label: `${tokenLabel} (${id})`,
            }))}
            value={regionId}
            onChange={(id) => {
              setRegion(id);
              setBucketName(undefined);
            }}
          />
          <RadioCards<Depth>
            label="How deep each is verified"
            columns={2}
            value={depth}
            onChange={setDepth}
            cards={DEPTHS}
          />
          {regionId !== undefined && (
            <>
              <Checkbox
                isSelected={isCopied}
                onChange={setCopied}
                description="So that they are here when the medium is not."
              >
                Copy them into a bucket too
              </Checkbox>
              {isCopied && (
                <BucketPicker
                  label="Bucket"
                  regionId={regionId}
                  value={bucketName}
                  onChange={setBucketName}
                />
              )}
            </>
          )}
        </>
      ),
      canContinue: regionId !== undefined && (!isCopied || bucketName !== undefined),
      missing: regionId === undefined ? 'Choose the token.' : 'Choose a bucket.',
    },
    {
      id: 'review',
      label: 'Review',
      intro: 'Nothing has been written yet.',
      content: (
        <>
          <DescriptionList
            items={[
              { term: 'Import from', value: <span className="code">{from}</span> },
              { term: 'Verified by', value: `${token ?? ''} (${regionId ?? ''})` },
              { term: 'How deep', value: DEPTHS.find(({ id }) => id === depth)?.title },
              {
                term: 'Copied into',
                value: isCopied ? `bucket ${bucketName ?? ''}` : 'No bucket: they stay on the medium',
              },
            ]}
          />
          <Notice title="A manifest proves nothing">
            What counts is the seal of each file. A manifest is only used to notice what is missing.
          </Notice>
        </>
      ),
      continueLabel: 'Import now',
      onContinue: () => {
        void work.start({
          from: from.trim(),
          depth,
          ...(regionId === undefined ? {} : { region: regionId }),
          ...(isCopied && bucketName !== undefined ? { bucketName } : {}),
        });
      },
    },
    {
      id: 'run',
      label: 'Import',
      isFinal: true,
      hasNoButtons: true,
      content: (
        <ImportRun
          work={work}
          token={token}
          onRetry={() => setStep(from === '' ? 'from' : 'review')}
          onAnother={() => {
            work.reset();
            setFrom('');
            setStep('from');
          }}
        />
      ),
    },
  ];
  return <Journey label="Import" steps={steps} current={step} onMove={setStep} />;
}

interface RunProps {
  readonly work: Work<'backup.import'>;
  readonly token: string | undefined;
  readonly onRetry: () => void;
  readonly onAnother: () => void;
}

function ImportRun({ work, token, onRetry, onAnother }: RunProps) {
  const { status, answer, workRequestId } = work;
  if (status === 'running') {
    return (
      <ProgressPanel
        title="Verifying and importing"
        progress={work.progress}
        starting={`Starting. A window may ask for the PIN of ${token ?? 'the token'}.`}
        onCancel={() => void work.cancel()}
      />
    );
  }
  if (status !== 'succeeded') {
    return (
      <JourneyResult
        outcome={status === 'cancelled' ? 'cancelled' : 'failed'}
        title={status === 'cancelled' ? 'The import was cancelled.' : 'Nothing was imported.'}
        next={<Button onPress={onRetry}>Try again</Button>}
      >
        {status === 'failed' && work.error !== undefined && <ErrorNotice error={work.error} />}
      </JourneyResult>
    );
  }
  return (
    <JourneyResult
      outcome={answer?.isComplete === false ? 'partly' : 'done'}
      title={answer === undefined ? 'The import has ended.' : titleOf(answer)}
      done={
        answer === undefined
          ? ['The window was loaded again meanwhile: the work request has the details.']
          : []
      }
      next={
        <>
          {answer?.imported[0] !== undefined && (
            <Button
              variant="primary"
              icon={History}
              onPress={() => navigate('restore', { backupId: answer.imported[0]?.backupId ?? '' })}
            >
              Restore from what was imported
            </Button>
          )}
          <Button icon={Upload} onPress={onAnother}>
            Import from somewhere else
          </Button>
          {workRequestId !== undefined && (
            <Button icon={ListChecks} onPress={() => navigate('work-requests', { workRequestId })}>
              See the work request
            </Button>
          )}
        </>
      }
    >
      {answer?.warnings.map((warning) => (
        <Notice key={warning} tone="warning" title={warning} />
      ))}
      {answer !== undefined && <TakenInTable answer={answer} />}
      {answer !== undefined && <p className="quiet">{answer.statement}</p>}
    </JourneyResult>
  );
}

function titleOf({ imported, alreadyKnown, refused }: Answer<'backup.import'>): string {
  const parts = [
    `${countOf(imported.length, 'backup')} imported`,
    ...(alreadyKnown.length === 0 ? [] : [`${countOf(alreadyKnown.length, 'backup')} known already`]),
    ...(refused.length === 0 ? [] : [`${countOf(refused.length, 'file')} refused`]),
  ];
  return `${parts.join(', ')}.`;
}
