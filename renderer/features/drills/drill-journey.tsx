import { useEffect, useMemo, useState } from 'react';
import type { BackupCopy } from '../../../shared/domain/backup.ts';
import { RadioCards, Select } from '../../components/choice.tsx';
import { Button } from '../../components/button.tsx';
import { DescriptionList } from '../../components/description-list.tsx';
import { FilePicker } from '../../components/file-picker.tsx';
import { Journey } from '../../components/journey.tsx';
import type { JourneyStep } from '../../components/journey.tsx';
import { JourneyResult } from '../../components/journey-result.tsx';
import { ErrorNotice, Notice } from '../../components/notice.tsx';
import { Fingerprint } from '../../components/ocid.tsx';
import { ProgressPanel } from '../../components/progress-panel.tsx';
import { Screen } from '../../components/screen.tsx';
import { absoluteTime, bytesInWords, countOf } from '../../components/words.ts';
import type { Answer, Request, Row } from '../../client.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { usePages } from '../../hooks/use-pages.ts';
import { useWork } from '../../hooks/use-work.ts';
import { navigate } from '../../stores/navigation.ts';

type StepId = 'backup' | 'report' | 'review' | 'run';

/** One drill (rule R51): which backup, where the report goes, review, run, what was proven. */
export function DrillJourney({ backupId: given }: { readonly backupId: string | undefined }) {
  const backups = usePages('backup.list', {});
  const regions = useAnswer('region.list', {});
  const [backupId, setBackupId] = useState(given);
  const backup = useAnswer('backup.get', backupId === undefined ? undefined : { backupId });
  const [copyIndex, setCopyIndex] = useState('0');
  const [region, setRegion] = useState<string>();
  const [out, setOut] = useState('');
  const [step, setStep] = useState<StepId>(given === undefined ? 'backup' : 'report');
  const work = useWork('backup.drill');
  const { isFoundAgain } = work;
  useEffect(() => {
    if (isFoundAgain) setStep('run');
  }, [isFoundAgain]);

  const copies = useMemo(
    () => (backup.answer?.copies ?? []).filter((copy) => copy.place.kind !== 'uri'),
    [backup.answer],
  );
  const copy = copies[Number(copyIndex)];
  const signingRegion = region ?? regions.answer?.data[0]?.regionId;
  const request: Request<'backup.drill'> | undefined =
    copy === undefined
      ? undefined
      : {
          backupLocation: locationOf(copy),
          out,
          ...(signingRegion === undefined ? {} : { region: signingRegion }),
        };

  const steps: readonly JourneyStep<StepId>[] = [
    {
      id: 'backup',
      label: 'Backup',
      content: (
        <>
          <Select
            label="Backup"
            options={backups.rows.map((row) => ({ id: row.id, label: labelOf(row) }))}
            value={backupId}
            onChange={setBackupId}
          />
          {copies.length > 1 && (
            <RadioCards
              label="Which copy"
              cards={copies.map((one, index) => ({ id: String(index), title: placeOf(one) }))}
              value={copyIndex}
              onChange={setCopyIndex}
            />
          )}
        </>
      ),
      canContinue: copy !== undefined,
      missing: 'Choose a backup that has a copy in a bucket or a file.',
    },
    {
      id: 'report',
      label: 'Report',
      intro: 'The report says what was proven. Any token of the realm can check it later, on any machine.',
      content: (
        <>
          <FilePicker
            label="Where the report goes"
            value={out}
            onChange={setOut}
            purpose="save-file"
            title="Where the drill’s report goes"
            defaultName="drill-report.json"
          />
          <Select
            label="Region whose token signs it"
            options={(regions.answer?.data ?? []).map((one) => ({
              id: one.regionId,
              label: `${one.regionId} (${one.token.tokenLabel})`,
            }))}
            value={signingRegion}
            onChange={setRegion}
          />
        </>
      ),
      canContinue: out !== '' && copy !== undefined,
      missing: 'Say where the report goes.',
    },
    {
      id: 'review',
      label: 'Review',
      content: (
        <>
          <DescriptionList
            items={[
              { term: 'Backup', value: backup.answer === undefined ? undefined : labelOf(backup.answer) },
              { term: 'Read from', value: copy === undefined ? undefined : placeOf(copy) },
              {
                term: 'Size',
                value: backup.answer === undefined ? undefined : bytesInWords(backup.answer.size),
              },
              { term: 'Signed by', value: signingRegion },
              { term: 'Report', value: out },
            ]}
          />
          <Notice tone="warning" title="While it runs, a practice token holds the keys in software">
            It is made in a private folder of this machine and deleted at the end. Use the command line with a
            scratch token of your own where that is not acceptable.
          </Notice>
        </>
      ),
      continueLabel: 'Run the drill',
      onContinue: () => {
        if (request !== undefined) void work.start(request);
      },
    },
    {
      id: 'run',
      label: 'Drill',
      isFinal: true,
      hasNoButtons: work.status === 'running',
      content:
        work.status === 'running' ? (
          <ProgressPanel
            title="Restoring into the scratch token, and using every key"
            progress={work.progress}
            onCancel={() => void work.cancel()}
            cancelNote="The scratch token is destroyed in any case."
          />
        ) : work.status === 'succeeded' ? (
          <Proven answer={work.answer} />
        ) : (
          work.error !== undefined && <ErrorNotice error={work.error} onRetry={() => setStep('review')} />
        ),
    },
  ];
  return (
    <Screen title="Run a drill" back={{ to: 'drills', label: 'Drills' }}>
      <Journey
        label="Run a drill"
        steps={steps}
        current={step}
        onMove={setStep}
        onCancel={() => navigate('drills')}
      />
    </Screen>
  );
}

function Proven({ answer }: { readonly answer: Answer<'backup.drill'> | undefined }) {
  const back = <Button onPress={() => navigate('drills')}>To the drills</Button>;
  if (answer === undefined) {
    return (
      <JourneyResult outcome="done" title="The drill has ended." next={back}>
        Its report is where you asked for it.
      </JourneyResult>
    );
  }
  const { milliseconds } = answer;
  return (
    <JourneyResult
      outcome={answer.isProven ? 'done' : 'failed'}
      title={answer.isProven ? 'Every key was proven by use.' : 'Not every key was proven.'}
      done={[
        answer.statement,
        `${countOf(answer.provenKeyVersionCount, 'key version')} of ${answer.keyVersionCount} used on ${answer.scratchToken}.`,
        `Verifying took ${seconds(milliseconds.verify)}, restoring ${seconds(milliseconds.restore)}, using the keys ${seconds(milliseconds.prove)}, in all ${seconds(milliseconds.total)}.`,
        `Report: ${answer.reportFile}`,
      ]}
      leftOut={answer.failures.map((failure) => ({
        what: failure.keyVersionId ?? 'A key version',
        why: failure.message,
      }))}
      next={back}
    >
      {answer.warnings.map((warning) => (
        <Notice key={warning} tone="warning">
          {warning}
        </Notice>
      ))}
      <Fingerprint value={answer.reportSha256} what="The report’s SHA-256" />
    </JourneyResult>
  );
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function labelOf(backup: Row<'backup.list'>): string {
  const what = backup.kind === 'VAULT' ? backup.vaultName : `a key of ${backup.vaultName}`;
  return `${what}, ${absoluteTime(backup.timeCreated)}, ${countOf(backup.keyVersionCount, 'key version')}`;
}

function placeOf({ place, region }: BackupCopy): string {
  switch (place.kind) {
    case 'bucket':
      return `bucket ${place.bucketName}${region === undefined ? '' : ` (${region})`}`;
    case 'file':
      return place.path;
    case 'uri':
      return place.host;
  }
}

function locationOf({ place }: BackupCopy): NonNullable<Request<'backup.drill'>['backupLocation']> {
  switch (place.kind) {
    case 'bucket':
      return { destination: 'BUCKET', bucketName: place.bucketName, objectName: place.objectName };
    case 'file':
      return { destination: 'OFFLINE_FILE', file: place.path };
    case 'uri':
      throw new Error('a copy behind a URL has no URL here');
  }
}
