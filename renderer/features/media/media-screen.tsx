import { Copy } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Screen } from '../../components/screen.tsx';
import { Tabs } from '../../components/tabs.tsx';
import type { ScreenProps } from '../../screens.tsx';
import { navigate, replaceParams } from '../../stores/navigation.ts';
import { Buckets } from '../buckets/buckets.tsx';
import { BackupList } from './backup-list.tsx';
import { ExportJourney } from './export-journey.tsx';
import { ImportJourney } from './import-journey.tsx';
import { RebuildJourney } from './rebuild-journey.tsx';

type TabId = 'backups' | 'buckets' | 'export' | 'import' | 'rebuild';

const TAB_IDS: readonly TabId[] = ['backups', 'buckets', 'export', 'import', 'rebuild'];

/** Where backups lie, and how they get to other places: buckets, media, and the catalog made anew from both. */
export function MediaScreen({ params }: ScreenProps) {
  const backupId = params['backupId'];
  const [tab, setTab] = useState<TabId>(
    TAB_IDS.find((id) => id === params['tab']) ?? (backupId === undefined ? 'backups' : 'export'),
  );
  return (
    <Screen
      title="Copies and media"
      actions={
        <Button variant="primary" icon={Copy} onPress={() => navigate('copy')}>
          Copy to another region
        </Button>
      }
    >
      <Tabs<TabId>
        label="Copies and media"
        value={tab}
        onChange={(id) => {
          setTab(id);
          replaceParams({ tab: id });
        }}
        tabs={[
          { id: 'backups', label: 'Backups', content: <BackupList /> },
          { id: 'buckets', label: 'Buckets', content: <Buckets initialBucketId={params['bucketId']} /> },
          { id: 'export', label: 'Export to a medium', content: <ExportJourney backupId={backupId} /> },
          { id: 'import', label: 'Import', content: <ImportJourney /> },
          { id: 'rebuild', label: 'Rebuild the catalog', content: <RebuildJourney /> },
        ]}
      />
    </Screen>
  );
}
