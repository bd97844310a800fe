import { Button } from '../../components/button.tsx';
import { ChangeError, isStale } from '../../components/change-error.tsx';
import { JourneyResult } from '../../components/journey-result.tsx';
import { AnswerView, Loading } from '../../components/loading.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { ProgressPanel } from '../../components/progress-panel.tsx';
import { useAnswer } from '../../hooks/use-answer.ts';
import { navigate } from '../../stores/navigation.ts';
import { BackupResult } from './backup-result.tsx';
import type { BackupWork } from './use-backup-work.ts';

export interface BackupRunProps {
  readonly backup: BackupWork;
  /** Said until there is progress. */
  readonly starting: string;
  /** Of the vault or key. */
  readonly name: string;
  /** Loads again what is backed up, and goes back to it. */
  readonly onReload: () => void;
  readonly onMove: (step: 'destination' | 'review') => void;
  readonly onAgain: () => void;
}

/** The backup while it runs, and how it ended. */
export function BackupRun({ backup, starting, name, onReload, onMove, onAgain }: BackupRunProps) {
  const { work, status, backupId } = backup;
  const made = useAnswer(
    'backup.get',
    status === 'succeeded' && backupId !== undefined ? { backupId } : undefined,
  );
  switch (status) {
    case 'idle':
      return <Loading>Looking for the backup that was begun</Loading>;
    case 'running':
      return (
        <ProgressPanel
          title={`Backing up ${name}`}
          progress={work.progress}
          starting={starting}
          onCancel={() => void work.cancel()}
          cancelNote="Cancelled, it leaves nothing at the destination."
        />
      );
    case 'succeeded':
      return (
        <AnswerView of={made} loading="Loading what was made">
          {(answer) => <BackupResult backup={answer} onAgain={onAgain} />}
        </AnswerView>
      );
    case 'cancelled':
      return (
        <JourneyResult
          outcome="cancelled"
          title="The backup was cancelled. Nothing was published."
          next={
            <>
              <Button variant="primary" onPress={() => onMove('review')}>
                Back to the review
              </Button>
              <Button onPress={() => navigate('vaults')}>Vaults</Button>
            </>
          }
        />
      );
    case 'failed':
      return <BackupFailure backup={backup} onReload={onReload} onMove={onMove} />;
  }
}

function BackupFailure({
  backup: { work },
  onReload,
  onMove,
}: Pick<BackupRunProps, 'backup' | 'onReload' | 'onMove'>) {
  const { error } = work;
  if (error !== undefined && isStale(error)) {
    return <ChangeError error={error} onReload={onReload} reloadLabel="Load it again and look" />;
  }
  const actions = (
    <>
      <Button size="small" onPress={() => onMove('review')}>
        Back to the review
      </Button>
      <Button size="small" onPress={() => onMove('destination')}>
        Choose another destination
      </Button>
    </>
  );
  if (error !== undefined) return <ErrorNotice error={error} actions={actions} />;
  return (
    <JourneyResult
      outcome="failed"
      title="The backup did not succeed. What it had begun is undone."
      next={
        <>
          {actions}
          <Button size="small" onPress={() => navigate('work-requests')}>
            Look at the work requests
          </Button>
        </>
      }
    />
  );
}
