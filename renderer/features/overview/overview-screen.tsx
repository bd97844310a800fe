import { FileStack, RotateCcw, Stethoscope } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { CoverageSummary } from '../../../shared/domain/coverage.ts';
import { Button } from '../../components/button.tsx';
import { CoverageBar } from '../../components/coverage-bar.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Loading } from '../../components/loading.tsx';
import { ErrorNotice, Notice } from '../../components/notice.tsx';
import { ProgressBar } from '../../components/progress-panel.tsx';
import { RegionMap } from '../../components/region-map.tsx';
import { Screen, Section } from '../../components/screen.tsx';
import { Time } from '../../components/time.tsx';
import { constantInWords, countOf, figure } from '../../components/words.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { usePages } from '../../hooks/use-pages.ts';
import { navigate } from '../../stores/navigation.ts';
import { useWorkRequests } from '../../stores/work-requests.ts';
import { CoverageTable } from './coverage-table.tsx';
import { Examination } from './examination.tsx';
import { pictureOf } from './region-picture.ts';
import { risksOf } from './risks.ts';
import './overview.css';

/** Is everything restorable, right now? (rule R52) */
export function OverviewScreen() {
  const coverage = usePages('backup.coverage', {});
  const regions = useAnswer('region.list', {});
  const realm = useAnswer('realm.get', {});
  const kits = useAnswer('recovery-kit.list', {});
  const deletions = useAnswer('deletion.list', { limit: 1000 });
  const approvals = useAnswer('approval.list', { state: 'REQUESTED', limit: 100 });
  const [isExamining, setExamining] = useState(false);
  const endCount = useWorkRequests((state) => state.endCount);
  const { reload } = coverage;
  useEffect(() => {
    if (endCount > 0) reload();
  }, [endCount, reload]);

  const risks = useMemo(
    () =>
      risksOf({
        provenTokenCount: realm.answer?.provenTokens.length,
        rows: coverage.rows,
        kits: kits.answer?.data,
        deletions: deletions.answer?.data,
        waitingApprovalCount: approvals.answer?.data.length,
      }),
    [realm.answer, coverage.rows, kits.answer, deletions.answer, approvals.answer],
  );
  const picture = useMemo(
    () => pictureOf(regions.answer?.data ?? [], coverage.rows),
    [regions.answer, coverage.rows],
  );

  return (
    <Screen
      title="Overview"
      intro="Is everything restorable, right now?"
      actions={
        <>
          <Button icon={RotateCcw} onPress={() => navigate('restore')}>
            Restore
          </Button>
          <Button variant="primary" icon={FileStack} onPress={() => navigate('backup')}>
            Back up
          </Button>
        </>
      }
    >
      {coverage.error !== undefined && <ErrorNotice error={coverage.error} onRetry={coverage.reload} />}
      {coverage.first === undefined ? (
        coverage.isLoading && <Loading>Looking at every vault, key and copy</Loading>
      ) : (
        <Verdict isCovered={coverage.first.isCovered} summary={coverage.first.summary} />
      )}
      <Running />
      {risks.length > 0 && (
        <Section title="What needs doing, most urgent first">
          <ul className="risk-list">
            {risks.map((risk) => (
              <li key={risk.id}>
                <Notice
                  tone={risk.tone}
                  title={risk.title}
                  actions={
                    <Button size="small" onPress={() => navigate(risk.button.to, risk.button.params)}>
                      {risk.button.label}
                    </Button>
                  }
                >
                  {risk.text}
                </Notice>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {picture.regions.length > 0 && (
        <Section
          title="Regions, tokens and copies"
          intro="Copies of each vault’s newest verified backup, and where they lie."
          isCard
        >
          <RegionMap {...picture} onRegion={() => navigate('regions')} />
        </Section>
      )}
      <Proven rows={coverage.rows} />
      <Section
        title="Coverage"
        actions={
          <Button size="small" icon={Stethoscope} onPress={() => setExamining(true)}>
            Check home, tokens and buckets
          </Button>
        }
      >
        {isExamining && <Examination onClose={() => setExamining(false)} />}
        <CoverageTable
          rows={coverage.rows}
          isLoading={coverage.isLoading}
          isCut={coverage.isCut}
          onReload={coverage.reload}
          empty={
            <EmptyState
              title="No vaults yet"
              action={<Button onPress={() => navigate('vaults')}>Create a vault</Button>}
            >
              A vault holds keys; a backup of it can be restored in any region of the realm.
            </EmptyState>
          }
        />
      </Section>
    </Screen>
  );
}

function Verdict({ isCovered, summary }: { readonly isCovered: boolean; readonly summary: CoverageSummary }) {
  if (summary.vaultCount === 0) return null;
  const missed = summary.tooFewCopies + summary.tooOld + summary.neverBackedUp;
  return (
    <Section
      title={
        isCovered ? 'Everything that can be backed up meets its target' : 'Not everything meets its target'
      }
      intro={
        isCovered
          ? `${countOf(summary.keyVersionCount, 'key version')} of ${countOf(summary.keyCount, 'key')} in ${countOf(summary.vaultCount, 'vault')}.`
          : `${figure(missed)} of ${countOf(summary.keyVersionCount, 'key version')} miss the target${summary.uncoveredVaultCount === 0 ? '' : `; so do the names and tags of ${countOf(summary.uncoveredVaultCount, 'vault')}`}.`
      }
      isCard
    >
      <CoverageBar
        label="Key versions by coverage"
        parts={[
          { label: 'Covered', count: summary.covered, tone: 'good' },
          { label: 'Too few copies', count: summary.tooFewCopies, tone: 'warning' },
          { label: 'Backup too old', count: summary.tooOld, tone: 'warning' },
          { label: 'Never backed up', count: summary.neverBackedUp, tone: 'bad' },
          { label: 'Cannot be backed up', count: summary.cannotBeBackedUp, tone: 'quiet' },
        ]}
      />
      {summary.secretCount > 0 && (
        <p className="quiet">{`${countOf(summary.secretCount, 'secret')} besides: secrets are never in a backup.`}</p>
      )}
    </Section>
  );
}

/** What runs now, each with its way to the work request. */
function Running() {
  const running = Object.values(useWorkRequests((state) => state.running));
  if (running.length === 0) return null;
  return (
    <Section title="Running now" isCard>
      <ul className="plain-list stack">
        {running.map((work) => (
          <li key={work.workRequestId} className="running-work">
            <ProgressBar
              label={`${constantInWords(work.operationType)}: ${work.activity}`}
              percent={work.percentComplete}
            />
            <Button
              size="small"
              variant="quiet"
              onPress={() => navigate('work-requests', { workRequestId: work.workRequestId })}
            >
              Show
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** When something was last proven, and by what. */
function Proven({ rows }: { readonly rows: Parameters<typeof pictureOf>[1] }) {
  const times = (pick: (row: (typeof rows)[number]) => readonly (string | undefined)[]) =>
    rows
      .flatMap(pick)
      .filter((time) => time !== undefined)
      .sort()
      .at(-1);
  const verified = times((row) => row.copiesByPlace.map((place) => place.timeVerified));
  const drilled = times((row) => [row.newestBackup?.timeDrilled]);
  if (rows.length === 0) return null;
  return (
    <Section
      title="Last proven"
      actions={
        <Button size="small" onPress={() => navigate('drills')}>
          Run a drill
        </Button>
      }
      isCard
    >
      <dl className="proven">
        <dt>A copy was last verified</dt>
        <dd>{verified === undefined ? 'never' : <Time value={verified} />}</dd>
        <dt>A backup was last restored in a drill</dt>
        <dd>{drilled === undefined ? 'never' : <Time value={drilled} />}</dd>
      </dl>
    </Section>
  );
}
