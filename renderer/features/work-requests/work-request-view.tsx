import { useEffect, useState } from 'react';
import type { ErrorDocument } from '../../../shared/domain/errors.ts';
import { call, toErrorDocument } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { DescriptionList } from '../../components/description-list.tsx';
import { AnswerView } from '../../components/loading.tsx';
import { ErrorNotice, Notice } from '../../components/notice.tsx';
import { Ocid } from '../../components/ocid.tsx';
import { ProgressPanel } from '../../components/progress-panel.tsx';
import { Screen, Section } from '../../components/screen.tsx';
import { StateBadge } from '../../components/state-badge.tsx';
import { Time } from '../../components/time.tsx';
import { constantInWords } from '../../components/words.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { navigate } from '../../stores/navigation.ts';
import { useWorkRequests } from '../../stores/work-requests.ts';

/** One work request: live while it runs, with its log, its errors and what it touched. */
export function WorkRequestView({ workRequestId }: { readonly workRequestId: string }) {
  const request = useAnswer('work-request.get', { workRequestId });
  const logs = useAnswer('work-request.logs', { workRequestId });
  const errors = useAnswer('work-request.errors', { workRequestId });
  const live = useWorkRequests((state) => state.running[workRequestId]);
  const isLive = live !== undefined;
  const [failure, setFailure] = useState<ErrorDocument>();
  const [isResuming, setResuming] = useState(false);
  const reloads = [request.reload, logs.reload, errors.reload];
  // What was loaded while it ran is stale the moment it ends.
  useEffect(() => {
    if (!isLive) for (const reload of reloads) reload();
  }, [isLive]);

  async function resume(): Promise<void> {
    setFailure(undefined);
    setResuming(true);
    try {
      const resumed = await call('work-request.resume', { workRequestId });
      navigate('work-requests', { workRequestId: resumed.id });
    } catch (thrown) {
      setFailure(toErrorDocument(thrown));
    } finally {
      setResuming(false);
    }
  }

  return (
    <Screen
      title={request.answer === undefined ? 'Work request' : constantInWords(request.answer.operationType)}
      back={{ to: 'work-requests', label: 'Work requests' }}
      {...(request.answer === undefined ? {} : { badge: <StateBadge state={request.answer.status} /> })}
    >
      {failure !== undefined && <ErrorNotice error={failure} />}
      {live !== undefined && (
        <ProgressPanel
          title="Running now"
          progress={live}
          onCancel={() => {
            void call('work-request.cancel', { workRequestId }).catch((thrown: unknown) =>
              setFailure(toErrorDocument(thrown)),
            );
          }}
          cancelNote="It stops where that is safe, and what it had begun is undone."
        />
      )}
      <AnswerView of={request} loading="Loading the work request">
        {(answer) => (
          <>
            {(answer.status === 'FAILED' || answer.status === 'CANCELED') && (
              <Notice
                tone={answer.status === 'FAILED' ? 'error' : 'warning'}
                title={answer.status === 'FAILED' ? 'It failed' : 'It was cancelled'}
                actions={
                  <Button size="small" isPending={isResuming} onPress={() => void resume()}>
                    Carry it out again
                  </Button>
                }
              >
                {(errors.answer?.data ?? []).map((error) => error.message).join(' ') ||
                  'What it had begun was undone. It can be carried out again, and goes on from what is there.'}
              </Notice>
            )}
            <Section title="Facts" isCard>
              <DescriptionList
                columns={2}
                items={[
                  { term: 'Begun', value: <Time value={answer.timeAccepted} /> },
                  {
                    term: 'Ended',
                    value:
                      answer.timeFinished === undefined ? undefined : <Time value={answer.timeFinished} />,
                  },
                  { term: 'Complete', value: `${answer.percentComplete} %` },
                  { term: 'OCID', value: <Ocid value={answer.id} /> },
                  {
                    term: 'Goes on with',
                    value: answer.resumedFrom === undefined ? undefined : <Ocid value={answer.resumedFrom} />,
                  },
                ]}
              />
            </Section>
            {answer.resources.length > 0 && (
              <Section title="What it touched" isCard>
                <DescriptionList
                  items={answer.resources.map((resource) => ({
                    term: `${constantInWords(resource.actionType)}: ${resource.entityType}`,
                    value: resource.identifier.startsWith('ocid1.') ? (
                      <Ocid value={resource.identifier} />
                    ) : (
                      resource.identifier
                    ),
                  }))}
                />
              </Section>
            )}
          </>
        )}
      </AnswerView>
      <Section title="Log" isCard>
        <AnswerView of={logs} loading="Loading the log">
          {({ data }) =>
            data.length === 0 ? (
              <p className="quiet">It has written nothing.</p>
            ) : (
              <ol className="plain-list stack">
                {data.map((entry) => (
                  <li key={`${entry.timestamp} ${entry.message}`}>
                    <Time value={entry.timestamp} show="absolute" /> {entry.message}
                  </li>
                ))}
              </ol>
            )
          }
        </AnswerView>
      </Section>
    </Screen>
  );
}
