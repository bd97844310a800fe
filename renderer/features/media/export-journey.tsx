import { HardDriveDownload, ListChecks } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { DescriptionList } from '../../components/description-list.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { FilePicker } from '../../components/file-picker.tsx';
import { Journey } from '../../components/journey.tsx';
import type { JourneyStep } from '../../components/journey.tsx';
import { JourneyResult } from '../../components/journey-result.tsx';
import { ErrorNotice, Notice } from '../../components/notice.tsx';
import { ProgressPanel } from '../../components/progress-panel.tsx';
import { bytesInWords, countOf } from '../../components/words.ts';
import { usePages } from '../../hooks/use-pages.ts';
import { useWork } from '../../hooks/use-work.ts';
import type { Work } from '../../hooks/use-work.ts';
import { navigate } from '../../stores/navigation.ts';
import { BACKUP_COLUMNS, backupInWords } from '../backups/backup-choice.tsx';

type StepId = 'which' | 'where' | 'review' | 'run';

/** Backups into a folder on a removable medium, with a manifest (rule R31). */
export function ExportJourney({ backupId }: { readonly backupId: string | undefined }) {
  const backups = usePages('backup.list', {});
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    new Set(backupId === undefined ? [] : [backupId]),
  );
  const [out, setOut] = useState('');
  const [step, setStep] = useState<StepId>('which');
  const work = useWork('backup.export');
  const { isFoundAgain } = work;
  useEffect(() => {
    if (isFoundAgain) setStep('run');
  }, [isFoundAgain]);
  const rows = backups.rows.filter(({ id }) => chosen.has(id));
  const size = rows.reduce((total, row) => total + row.size, 0);

  const steps: readonly JourneyStep<StepId>[] = [
    {
      id: 'which',
      label: 'Backups',
      content: (
        <DataTable
          label="Backups to export"
          rowWord="backup"
          searchLabel="Search backups"
          rows={backups.rows}
          keyOf={({ id }) => id}
          nameOf={(row) => `${backupInWords(row)}, ${row.timeCreated}`}
          columns={BACKUP_COLUMNS}
          initialSort={{ columnId: 'created', direction: 'descending' }}
          selection={{ keys: chosen, onChange: setChosen }}
          isLoading={backups.isLoading}
          error={backups.error}
          onReload={backups.reload}
          isCut={backups.isCut}
          maxHeight="24rem"
          empty={
            <EmptyState
              title="There is no backup to export yet"
              action={<Button onPress={() => navigate('backup')}>Back up a vault</Button>}
            >
              Backups that the catalog knows are listed here.
            </EmptyState>
          }
        />
      ),
      canContinue: rows.length > 0,
      missing: 'Choose one backup at least.',
    },
    {
      id: 'where',
      label: 'Medium',
      content: (
        <FilePicker
          label="Folder on the medium"
          value={out}
          onChange={setOut}
          purpose="folder"
          title="Folder on the medium"
          isRequired
          description="It is made if its parent is there. What lies in it already stays."
        />
      ),
      canContinue: out.trim() !== '',
      missing: 'Choose a folder.',
    },
    {
      id: 'review',
      label: 'Review',
      intro: 'Nothing has been written yet.',
      content: (
        <>
          <DescriptionList
            items={[
              { term: 'Export', value: `${countOf(rows.length, 'backup')}, ${bytesInWords(size)}` },
              { term: 'Into', value: <span className="code">{out}</span> },
              { term: 'Beside them', value: 'A manifest, by which an import notices what is missing' },
            ]}
          />
          <Notice title="The medium may be seen by anybody">
            File names and manifest tell no names of vaults or keys, and without the realm keys nobody can
            read the backups.
          </Notice>
        </>
      ),
      continueLabel: 'Export now',
      onContinue: () => {
        void work.start({ backupIds: [...chosen], out: out.trim() });
      },
    },
    {
      id: 'run',
      label: 'Export',
      isFinal: true,
      hasNoButtons: true,
      content: (
        <ExportRun
          work={work}
          onRetry={() => setStep(rows.length === 0 ? 'which' : 'review')}
          onAnother={() => {
            work.reset();
            setChosen(new Set());
            setStep('which');
          }}
        />
      ),
    },
  ];
  return <Journey label="Export" steps={steps} current={step} onMove={setStep} />;
}

interface RunProps {
  readonly work: Work<'backup.export'>;
  readonly onRetry: () => void;
  readonly onAnother: () => void;
}

function ExportRun({ work, onRetry, onAnother }: RunProps) {
  const { status, answer, workRequestId } = work;
  if (status === 'running') {
    return (
      <ProgressPanel
        title="Exporting the backups"
        progress={work.progress}
        starting="Starting."
        onCancel={() => void work.cancel()}
        cancelNote="Do not take the medium out before it has ended."
      />
    );
  }
  if (status !== 'succeeded') {
    return (
      <JourneyResult
        outcome={status === 'cancelled' ? 'cancelled' : 'failed'}
        title={status === 'cancelled' ? 'The export was cancelled.' : 'The backups were not exported.'}
        next={<Button onPress={onRetry}>Try again</Button>}
      >
        {status === 'failed' && work.error !== undefined && <ErrorNotice error={work.error} />}
      </JourneyResult>
    );
  }
  return (
    <JourneyResult
      outcome={answer?.isComplete === false ? 'partly' : 'done'}
      title={
        answer === undefined
          ? 'The export has ended.'
          : answer.isComplete
            ? `${countOf(answer.exported.length + answer.kept.length, 'backup is', 'backups are')} on the medium.`
            : `${countOf(answer.failed.length, 'backup', 'backups')} could not be exported.`
      }
      done={
        answer === undefined
          ? ['The window was loaded again meanwhile: the work request has the details.']
          : [
              `${countOf(answer.exported.length, 'backup was', 'backups were')} written and compared by SHA-256.`,
              ...(answer.kept.length === 0
                ? []
                : [
                    `${countOf(answer.kept.length, 'backup was', 'backups were')} there already, with the same content.`,
                  ]),
              `The manifest lists ${countOf(answer.manifest.backupCount, 'backup')}: ${answer.manifest.path}`,
            ]
      }
      leftOut={answer?.failed.map(({ backupId, message }) => ({ what: backupId, why: message })) ?? []}
      next={
        <>
          {answer?.isComplete === false && (
            <Button variant="primary" onPress={onRetry}>
              Try again
            </Button>
          )}
          <Button icon={HardDriveDownload} onPress={onAnother}>
            Export other backups
          </Button>
          {workRequestId !== undefined && (
            <Button icon={ListChecks} onPress={() => navigate('work-requests', { workRequestId })}>
              See the work request
            </Button>
          )}
        </>
      }
    >
      {answer !== undefined && <p className="quiet">{answer.statement}</p>}
    </JourneyResult>
  );
}
