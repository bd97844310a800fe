import { Archive, Copy, History } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Answer } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { RadioCards } from '../../components/choice.tsx';
import { DescriptionList } from '../../components/description-list.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Journey } from '../../components/journey.tsx';
import type { JourneyStep } from '../../components/journey.tsx';
import { JourneyResult } from '../../components/journey-result.tsx';
import { AnswerView } from '../../components/loading.tsx';
import { ErrorNotice, Notice } from '../../components/notice.tsx';
import { Bytes, Fingerprint } from '../../components/ocid.tsx';
import { ProgressPanel } from '../../components/progress-panel.tsx';
import { Screen } from '../../components/screen.tsx';
import { Badge } from '../../components/state-badge.tsx';
import { useAnswer } from '../../hooks/use-answer.ts';
import { useWork } from '../../hooks/use-work.ts';
import type { Work } from '../../hooks/use-work.ts';
import type { ScreenProps } from '../../screens.tsx';
import { navigate } from '../../stores/navigation.ts';
import { BackupChoice, backupInWords } from '../backups/backup-choice.tsx';
import { CopiesMap } from '../backups/copies-map.tsx';
import { BucketPicker } from '../buckets/bucket-picker.tsx';
import { bucketCopies, copyToCopyFrom, isWorthCopyingTo, requestOf } from './copy-draft.ts';
import type { CopyDraft } from './copy-draft.ts';

type StepId = 'backup' | 'destination' | 'review' | 'run';

/** A backup to another region's bucket: verified byte for byte there, never partial (rule R30). */
export function CopyScreen({ params }: ScreenProps) {
  const [draft, setDraft] = useState<CopyDraft>({
    backupId: params['backupId'],
    region: undefined,
    bucketName: undefined,
  });
  const [step, setStep] = useState<StepId>(params['backupId'] === undefined ? 'backup' : 'destination');
  const { backupId } = draft;
  const backup = useAnswer('backup.get', backupId === undefined ? undefined : { backupId });
  const regions = useAnswer('region.list', {});
  const work = useWork('object.copy');
  const { isFoundAgain } = work;
  useEffect(() => {
    if (isFoundAgain) setStep('run');
  }, [isFoundAgain]);

  const attached = regions.answer?.data ?? [];
  const copies = bucketCopies(backup.answer?.copies ?? []);
  const from = copyToCopyFrom(copies, draft.region);
  const request = requestOf(draft, from);
  const change = (part: Partial<CopyDraft>): void => setDraft((before) => ({ ...before, ...part }));

  const steps: readonly JourneyStep<StepId>[] = [
    {
      id: 'backup',
      label: 'Backup',
      content: (
        <>
          <BackupChoice
            backup={backup}
            backupId={backupId}
            onChange={(chosen) => change({ backupId: chosen, region: undefined, bucketName: undefined })}
            empty={
              <EmptyState
                title="There is no backup to copy yet"
                action={<Button onPress={() => navigate('backup')}>Back up a vault</Button>}
              >
                A backup goes to a bucket of its own region first; from there it is copied to others.
              </EmptyState>
            }
          />
          {backup.answer !== undefined && <CopiesMap backup={backup.answer} regions={attached} />}
          {backup.answer !== undefined && copies.length === 0 && <NoBucketCopy />}
        </>
      ),
      canContinue: copies.length > 0,
      missing: backup.answer === undefined ? 'Choose a backup.' : 'It has no copy in a bucket.',
    },
    {
      id: 'destination',
      label: 'Copy to',
      content: (
        <AnswerView of={backup} loading="Loading the backup">
          {(answer) => (
            <AnswerView of={regions} loading="Loading the regions">
              {({ data }) => (
                <>
                  <CopiesMap backup={answer} regions={data} />
                  {copies.length === 0 && <NoBucketCopy />}
                  {data.length < 2 ? (
                    <Notice
                      tone="warning"
                      title="There is no other region yet"
                      actions={<Button onPress={() => navigate('enrolment')}>Enrol a second region</Button>}
                    >
                      A copy in another region is what survives the loss of this one.
                    </Notice>
                  ) : (
                    <RadioCards
                      label="Region"
                      columns={2}
                      value={draft.region}
                      onChange={(region) => change({ region, bucketName: undefined })}
                      cards={data.map(({ regionId, regionKey, token }) => {
                        const here = copies.filter(({ region }) => region === regionId);
                        return {
                          id: regionId,
                          title: `${regionKey} ${regionId}`,
                          description: !isWorthCopyingTo(copies, regionId)
                            ? 'Its copies lie here already, and nowhere else.'
                            : `Token ${token.tokenLabel}.`,
                          isDisabled: !isWorthCopyingTo(copies, regionId),
                          aside: here.some(({ isVerified }) => isVerified) ? (
                            <Badge tone="good">Has a copy</Badge>
                          ) : undefined,
                        };
                      })}
                    />
                  )}
                  {draft.region !== undefined && (
                    <BucketPicker
                      label="Bucket"
                      regionId={draft.region}
                      value={draft.bucketName}
                      onChange={(bucketName) => change({ bucketName })}
                    />
                  )}
                </>
              )}
            </AnswerView>
          )}
        </AnswerView>
      ),
      canContinue: request !== undefined,
      missing: draft.region === undefined ? 'Choose a region.' : 'Choose a bucket.',
    },
    {
      id: 'review',
      label: 'Review',
      intro: 'Nothing has been written yet.',
      content: backup.answer !== undefined && from !== undefined && (
        <DescriptionList
          items={[
            { term: 'Copy', value: `the backup of ${lowered(backupInWords(backup.answer))}` },
            {
              term: 'From',
              value: <span className="code">{`${from.bucketName} (${from.region}) ${from.objectName}`}</span>,
            },
            {
              term: 'To',
              value: `bucket ${draft.bucketName ?? ''} in ${draft.region ?? ''}, under the same name`,
            },
            { term: 'Size', value: <Bytes value={backup.answer.size} /> },
            { term: 'Only if it is still', value: <Fingerprint value={from.etag} /> },
            {
              term: 'How',
              value:
                'Compared byte for byte at the destination before it appears there. No token and no PIN is needed.',
            },
          ]}
        />
      ),
      canContinue: request !== undefined,
      continueLabel: 'Copy now',
      onContinue: () => {
        if (request !== undefined) void work.start(request);
      },
    },
    {
      id: 'run',
      label: 'Copy',
      isFinal: true,
      hasNoButtons: true,
      content: (
        <CopyRun
          work={work}
          onRetry={() => setStep(draft.region === undefined ? 'backup' : 'review')}
          onAnother={() => {
            work.reset();
            setDraft({ backupId: undefined, region: undefined, bucketName: undefined });
            setStep('backup');
          }}
        />
      ),
    },
  ];

  return (
    <Screen
      title="Copy to another region"
      back={{ to: 'media', label: 'Copies and media' }}
      intro="A copy lies in a bucket of another region, so that the loss of one region loses no key."
    >
      <Journey
        label="Copy"
        steps={steps}
        current={step}
        onMove={setStep}
        onCancel={() => navigate('media')}
      />
    </Screen>
  );
}

function NoBucketCopy() {
  return (
    <Notice
      tone="warning"
      title="No copy of it lies in a bucket"
      actions={<Button onPress={() => navigate('media', { tab: 'import' })}>Import from a medium</Button>}
    >
      Only objects of buckets are copied. Import it from its medium into a bucket first.
    </Notice>
  );
}

function CopyRun({
  work,
  onRetry,
  onAnother,
}: {
  readonly work: Work<'object.copy'>;
  readonly onRetry: () => void;
  readonly onAnother: () => void;
}) {
  if (work.status === 'running') {
    return (
      <ProgressPanel
        title="Copying the backup"
        progress={work.progress}
        starting="Starting."
        onCancel={() => void work.cancel()}
        cancelNote="Nothing of it appears at the destination before it is whole."
      />
    );
  }
  if (work.status === 'succeeded') return <Copied answer={work.answer} onAnother={onAnother} />;
  return (
    <JourneyResult
      outcome={work.status === 'cancelled' ? 'cancelled' : 'failed'}
      title={
        work.status === 'cancelled'
          ? 'The copy was cancelled; the destination has none of it.'
          : 'The backup was not copied.'
      }
      next={<Button onPress={onRetry}>Try again</Button>}
    >
      {work.status === 'failed' && work.error !== undefined && <ErrorNotice error={work.error} />}
    </JourneyResult>
  );
}

function Copied({
  answer,
  onAnother,
}: {
  readonly answer: Answer<'object.copy'> | undefined;
  readonly onAnother: () => void;
}) {
  const backupId = answer?.backupId;
  const backup = useAnswer('backup.get', backupId === undefined ? undefined : { backupId });
  const regions = useAnswer('region.list', {});
  return (
    <JourneyResult
      outcome="done"
      title={
        answer === undefined
          ? 'The backup was copied and verified.'
          : `The backup was copied to ${answer.region} and verified byte for byte.`
      }
      done={
        answer === undefined
          ? ['The window was loaded again meanwhile: the work request has the details.']
          : [
              <>
                It lies in bucket {answer.bucketName} as <span className="code">{answer.objectName}</span>,{' '}
                <Bytes value={answer.size} />.
              </>,
              <>
                Its SHA-256 is that of the source: <Fingerprint value={answer.etag} />
              </>,
              backupId === undefined
                ? 'The catalog does not know this backup yet: import or rebuild to add it.'
                : 'The catalog counts it as a copy of the backup.',
            ]
      }
      next={
        <>
          <Button variant="primary" icon={Copy} onPress={onAnother}>
            Copy another backup
          </Button>
          {backupId !== undefined && (
            <Button icon={Archive} onPress={() => navigate('media', { tab: 'export', backupId })}>
              Export it to a medium
            </Button>
          )}
          {backupId !== undefined && (
            <Button icon={History} onPress={() => navigate('restore', { backupId })}>
              Try a restore from it
            </Button>
          )}
        </>
      }
    >
      {backup.answer !== undefined && (
        <section aria-label="Where its copies are now">
          <CopiesMap backup={backup.answer} regions={regions.answer?.data ?? []} />
        </section>
      )}
    </JourneyResult>
  );
}

function lowered(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
