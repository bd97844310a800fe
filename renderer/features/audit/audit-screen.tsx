import { Download, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import type { ErrorDocument } from '../../../shared/domain/errors.ts';
import { call, toErrorDocument } from '../../client.ts';
import type { Answer, Row } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { DataTable } from '../../components/data-table.tsx';
import type { Column, Filter } from '../../components/data-table.tsx';
import { DescriptionList } from '../../components/description-list.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Loading } from '../../components/loading.tsx';
import { ErrorNotice, Notice } from '../../components/notice.tsx';
import { Fingerprint, Ocid } from '../../components/ocid.tsx';
import { Screen } from '../../components/screen.tsx';
import { StateBadge } from '../../components/state-badge.tsx';
import { Time } from '../../components/time.tsx';
import { countOf } from '../../components/words.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { usePages } from '../../hooks/use-pages.ts';
import { showToast } from '../../stores/announcements.ts';

type Entry = Row<'audit.list'>;

const COLUMNS: readonly Column<Entry>[] = [
  {
    id: 'number',
    header: 'No.',
    render: (entry) => entry.sequence,
    sortBy: (entry) => entry.sequence,
    width: '5rem',
    align: 'end',
  },
  {
    id: 'time',
    header: 'Time',
    render: (entry) => <Time value={entry.time} show="absolute" />,
    sortBy: (entry) => entry.time,
    width: 'minmax(12rem, 1fr)',
  },
  {
    id: 'who',
    header: 'Operator',
    render: (entry) => entry.operatorName ?? <span className="quiet">nobody</span>,
    sortBy: (entry) => entry.operatorName ?? '',
    searchBy: (entry) => entry.operatorName ?? '',
  },
  {
    id: 'what',
    header: 'Operation',
    render: (entry) => entry.operationName.replace('.', ' '),
    sortBy: (entry) => entry.operationName,
    searchBy: (entry) => [entry.operationName, ...entry.resources, ...Object.values(entry.detail)].join(' '),
    width: 'minmax(10rem, 1.5fr)',
  },
  {
    id: 'outcome',
    header: 'Outcome',
    render: (entry) => <StateBadge state={entry.outcome} />,
    sortBy: (entry) => entry.outcome,
  },
  { id: 'why', header: 'Why', render: (entry) => entry.errorReason ?? entry.errorCode ?? '' },
];

const FILTERS: readonly Filter<Entry>[] = [
  { id: 'refused', label: 'Refused', group: 'outcome', matches: (entry) => entry.outcome === 'REFUSED' },
  { id: 'failed', label: 'Failed', group: 'outcome', matches: (entry) => entry.outcome === 'FAILED' },
  {
    id: 'interrupted',
    label: 'Interrupted',
    group: 'outcome',
    matches: (entry) => entry.outcome === 'INTERRUPTED',
  },
];

type Verification =
  | { readonly state: 'running' }
  | { readonly state: 'held'; readonly answer: Answer<'audit.verify'> }
  | { readonly state: 'failed'; readonly error: ErrorDocument };

/** What was done and refused, by whom (rule R61), and whether the log is still the one that was written. */
export function AuditScreen() {
  const entries = usePages('audit.list', {});
  const regions = useAnswer('region.list', {});
  const [verification, setVerification] = useState<Verification>();
  const [shown, setShown] = useState<Entry>();

  async function verify(): Promise<void> {
    setVerification({ state: 'running' });
    const region = regions.answer?.data[0]?.regionId;
    try {
      setVerification({
        state: 'held',
        answer: await call('audit.verify', region === undefined ? {} : { region }),
      });
    } catch (thrown) {
      setVerification({ state: 'failed', error: toErrorDocument(thrown) });
    }
  }

  async function exportLog(): Promise<void> {
    const { path } = await call('dialog.choose', {
      purpose: 'save-file',
      title: 'Where to write the audit log',
      defaultName: 'audit-log.jsonl',
    });
    if (path === undefined) return;
    try {
      const written = await call('audit.export', { out: path });
      showToast(`${countOf(written.entryCount, 'entry', 'entries')} written to ${written.path}.`, 'success');
    } catch (thrown) {
      setVerification({ state: 'failed', error: toErrorDocument(thrown) });
    }
  }

  return (
    <Screen
      title="Audit log"
      intro="Every action and every refusal. Entries form a chain, and tokens vouch for it."
      actions={
        <>
          <Button icon={Download} onPress={() => void exportLog()}>
            Export
          </Button>
          <Button
            variant="primary"
            icon={ShieldCheck}
            isPending={verification?.state === 'running'}
            onPress={() => void verify()}
          >
            Verify the log
          </Button>
        </>
      }
    >
      {verification?.state === 'running' && (
        <Loading>Checking every entry, and every checkpoint of the catalog and of the backups</Loading>
      )}
      {verification?.state === 'failed' && (
        <ErrorNotice error={verification.error} onRetry={() => void verify()} />
      )}
      {verification?.state === 'held' && (
        <Notice tone="success" title="The log is as it was written" isLive>
          {[verification.answer.statement, ...verification.answer.notes].join(' ')}
        </Notice>
      )}
      <DataTable
        label="Audit log"
        rowWord="entry"
        rowWords="entries"
        searchLabel="Search the log"
        rows={entries.rows}
        keyOf={(entry) => String(entry.sequence)}
        nameOf={(entry) => `Entry ${entry.sequence}, ${entry.operationName}`}
        columns={COLUMNS}
        filters={FILTERS}
        initialSort={{ columnId: 'number', direction: 'descending' }}
        isLoading={entries.isLoading}
        isCut={entries.isCut}
        error={entries.error}
        onReload={entries.reload}
        onRowAction={setShown}
        empty={<EmptyState title="Nothing was done yet">Actions and refusals show here.</EmptyState>}
      />
      {shown !== undefined && <EntryDialog entry={shown} onClose={() => setShown(undefined)} />}
    </Screen>
  );
}

function EntryDialog({ entry, onClose }: { readonly entry: Entry; readonly onClose: () => void }) {
  return (
    <Dialog title={`Entry ${entry.sequence}`} isOpen onClose={onClose} size="large">
      <DescriptionList
        items={[
          { term: 'Operation', value: entry.operationName.replace('.', ' ') },
          { term: 'Outcome', value: <StateBadge state={entry.outcome} /> },
          { term: 'Operator', value: entry.operatorName ?? 'nobody signed in' },
          { term: 'Time', value: <Time value={entry.time} /> },
          {
            term: 'Why',
            value:
              [entry.errorCode, entry.errorReason].filter((word) => word !== undefined).join(', ') ||
              undefined,
          },
          ...entry.resources.map((id) => ({ term: 'About', value: <Ocid value={id} /> })),
          ...Object.entries(entry.detail).map(([term, value]) => ({ term, value })),
          { term: 'Hash', value: <Fingerprint value={entry.hash} /> },
        ]}
      />
    </Dialog>
  );
}
