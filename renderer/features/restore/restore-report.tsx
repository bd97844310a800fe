import { FolderKey, KeyRound, ListChecks, Target } from 'lucide-react';
import type { WorkRequest } from '../../../shared/domain/work-request.ts';
import type { Answer } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { JourneyResult } from '../../components/journey-result.tsx';
import { Loading } from '../../components/loading.tsx';
import { ErrorNotice } from '../../components/notice.tsx';
import { inWindowWords } from '../../components/words.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { usePages } from '../../hooks/use-pages.ts';
import { navigate } from '../../stores/navigation.ts';
import { IdMapTable } from './id-map-table.tsx';
import { changedIds } from './plan-words.ts';
import { PolicyProposals } from './policy-proposals.tsx';
import { factsOfAnswer, factsOfRecord, vaultIdOf } from './report-facts.ts';
import type { ReportFacts } from './report-facts.ts';
import './restore.css';

/** What a restore has done, from its answer. */
export function ReportOfAnswer({ answer }: { readonly answer: Answer<'vault.restore'> }) {
  return <Report facts={factsOfAnswer(answer)} warnings={answer.plan.warnings} />;
}

/** What a restore has done whose answer went to a window that is gone. */
export function ReportOfRecord({ record }: { readonly record: WorkRequest }) {
  const vaultId = vaultIdOf(record);
  const vault = useAnswer('vault.get', vaultId === undefined ? undefined : { vaultId });
  const keys = usePages('key.list', vaultId === undefined ? undefined : { vaultId });
  const error = vault.error ?? keys.error;
  if (error !== undefined || vaultId === undefined) {
    return (
      <JourneyResult
        outcome="done"
        title="The restore was carried out."
        next={<SeeWorkRequest workRequestId={record.id} />}
      >
        {error !== undefined && (
          <ErrorNotice error={error} title="What it restored cannot be shown" onRetry={vault.reload} />
        )}
      </JourneyResult>
    );
  }
  if (vault.answer === undefined || keys.isLoading) return <Loading>Loading what was restored</Loading>;
  return <Report facts={factsOfRecord(record, vault.answer, keys.rows)} warnings={[]} />;
}

function Report({ facts, warnings }: { readonly facts: ReportFacts; readonly warnings: readonly string[] }) {
  const { vaultId, keyIds } = facts;
  const [firstKey] = keyIds;
  const hasNewIds = changedIds(facts.items).length > 0;
  return (
    <>
      <JourneyResult
        outcome="done"
        title={facts.title}
        done={facts.done}
        next={
          <>
            {vaultId !== undefined && firstKey !== undefined && (
              <Button
                variant="primary"
                icon={KeyRound}
                onPress={() => navigate('key', { vaultId, keyId: firstKey })}
              >
                Verify by use: open a key
              </Button>
            )}
            {vaultId !== undefined && (
              <Button icon={FolderKey} onPress={() => navigate('vault', { vaultId })}>
                Open the vault
              </Button>
            )}
            <Button icon={Target} onPress={() => navigate('drills')}>
              Drill a restore
            </Button>
            <SeeWorkRequest workRequestId={facts.workRequestId} />
            <p className="quiet">
              Decrypting something from before is the last proof: a key that decrypts it is the key that
              encrypted it.
              {hasNewIds && ' Then change what names the old OCIDs, below.'}
            </p>
          </>
        }
      />
      {hasNewIds && (
        <>
          <section className="stack" aria-label="Policies to change">
            <h4>Policies</h4>
            <PolicyProposals />
          </section>
          <section className="stack" aria-label="Map of OCIDs">
            <h4>Old and new OCIDs</h4>
            <IdMapTable items={facts.items} />
          </section>
        </>
      )}
      {warnings.length > 0 && (
        <section className="stack" aria-label="What the plan warned of">
          <h4>What the plan warned of</h4>
          <ul className="plan-reasons">
            {warnings.map((warning) => (
              <li key={warning}>{inWindowWords(warning)}</li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function SeeWorkRequest({ workRequestId }: { readonly workRequestId: string }) {
  return (
    <Button icon={ListChecks} onPress={() => navigate('work-requests', { workRequestId })}>
      See the work request
    </Button>
  );
}
