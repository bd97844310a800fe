import { History, ListChecks } from 'lucide-react';
import { Button } from '../../components/button.tsx';
import { JourneyResult } from '../../components/journey-result.tsx';
import { Loading } from '../../components/loading.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { ProgressPanel } from '../../components/progress-panel.tsx';
import { navigate } from '../../stores/navigation.ts';
import { nameOfRestored } from './plan-words.ts';
import { ReportOfAnswer, ReportOfRecord } from './restore-report.tsx';
import type { Restore } from './use-restore.ts';

/** The restore while it runs, and how it ended. */
export function RunStep({ restore }: { readonly restore: Restore }) {
  const { plan, tokenLabel, startOver, setStep } = restore;
  const { work, endedMeanwhile } = restore.restore;
  const again = (
    <div className="row">
      <Button icon={History} onPress={startOver}>
        Restore something else
      </Button>
    </div>
  );
  if (endedMeanwhile !== undefined) {
    return endedMeanwhile.status === 'SUCCEEDED' ? (
      <>
        <ReportOfRecord record={endedMeanwhile} />
        {again}
      </>
    ) : (
      <JourneyResult
        outcome={endedMeanwhile.status === 'CANCELED' ? 'cancelled' : 'failed'}
        title={
          endedMeanwhile.status === 'CANCELED'
            ? 'The restore was cancelled; what it had begun is undone.'
            : 'The restore did not succeed; what it had begun is undone.'
        }
        next={
          <>
            <Button
              icon={ListChecks}
              onPress={() => navigate('work-requests', { workRequestId: endedMeanwhile.id })}
            >
              See why
            </Button>
            <Button icon={History} onPress={startOver}>
              Restore again
            </Button>
          </>
        }
      />
    );
  }
  switch (work.status) {
    case 'idle':
      return <Loading>Looking for the restore</Loading>;
    case 'running':
      return (
        <ProgressPanel
          title={plan.answer === undefined ? 'Restoring' : `Restoring ${nameOfRestored(plan.answer)}`}
          progress={work.progress}
          starting={`Starting. A window may ask for the PIN of ${tokenLabel ?? 'the token'}.`}
          onCancel={() => void work.cancel()}
          cancelNote="Cancelling undoes what was begun; nothing of it is usable before all of it is."
        />
      );
    case 'succeeded':
      return (
        <>
          {work.answer === undefined ? (
            work.record !== undefined && <ReportOfRecord record={work.record} />
          ) : (
            <ReportOfAnswer answer={work.answer} />
          )}
          {again}
        </>
      );
    case 'failed':
    case 'cancelled':
      return <Ended restore={restore} onPlan={() => setStep('plan')} />;
  }
}

function Ended({ restore, onPlan }: { readonly restore: Restore; readonly onPlan: () => void }) {
  const { plan, startOver, begin } = restore;
  const { work } = restore.restore;
  const isCancelled = work.status === 'cancelled';
  const isPlanStale = work.error?.reason === 'PlanChanged';
  return (
    <JourneyResult
      outcome={isCancelled ? 'cancelled' : 'failed'}
      title={
        isCancelled
          ? 'The restore was cancelled; what it had begun is undone.'
          : 'The restore did not succeed. Nothing of it is usable, and what was here is as it was.'
      }
      next={
        <>
          {plan.answer !== undefined && !isPlanStale && (
            <Button variant="primary" onPress={begin}>
              Try again
            </Button>
          )}
          {plan.answer !== undefined && (
            <Button
              variant={isPlanStale ? 'primary' : 'secondary'}
              onPress={() => {
                plan.reload();
                onPlan();
              }}
            >
              Make the plan again
            </Button>
          )}
          {work.workRequestId !== undefined && (
            <Button
              icon={ListChecks}
              onPress={() => navigate('work-requests', { workRequestId: work.workRequestId ?? '' })}
            >
              See the work request
            </Button>
          )}
          <Button icon={History} onPress={startOver}>
            Restore something else
          </Button>
        </>
      }
    >
      {!isCancelled && work.error !== undefined && <ErrorNotice error={work.error} />}
    </JourneyResult>
  );
}
