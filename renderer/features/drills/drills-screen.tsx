import { FileCheck, Target } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Screen, Section } from '../../components/screen.tsx';
import { usePages } from '../../hooks/use-pages.ts';
import type { ScreenProps } from '../../screens.tsx';
import { navigate } from '../../stores/navigation.ts';
import { DrilledTable } from './drilled-table.tsx';
import { DrillJourney } from './drill-journey.tsx';
import { ReportCheck } from './report-check.tsx';

/** Backups that were restored in earnest, on a scratch token, and the reports of it (rule R51). */
export function DrillsScreen({ params }: ScreenProps) {
  const coverage = usePages('backup.coverage', {});
  const [isChecking, setChecking] = useState(false);
  if (params['step'] === 'run') return <DrillJourney backupId={params['backupId']} />;
  const run = (backupId?: string): void =>
    navigate('drills', { step: 'run', ...(backupId === undefined ? {} : { backupId }) });
  return (
    <Screen
      title="Drills"
      intro="A drill restores a backup into a scratch token, proves every key by using it, measures the time, and destroys the scratch."
      actions={
        <>
          <Button icon={FileCheck} onPress={() => setChecking(true)}>
            Check a report
          </Button>
          <Button variant="primary" icon={Target} onPress={() => run()}>
            Run a drill
          </Button>
        </>
      }
    >
      {isChecking && <ReportCheck onClose={() => setChecking(false)} />}
      <Section title="When each vault’s newest backup was last proven">
        <DrilledTable
          rows={coverage.rows.filter((row) => row.level === 'VAULT' && row.newestBackup !== undefined)}
          isLoading={coverage.isLoading}
          error={coverage.error}
          onReload={coverage.reload}
          onRun={run}
          empty={
            <EmptyState
              title="No verified backups yet"
              action={<Button onPress={() => navigate('backup')}>Back up a vault</Button>}
            >
              A drill needs a backup.
            </EmptyState>
          }
        />
      </Section>
    </Screen>
  );
}
