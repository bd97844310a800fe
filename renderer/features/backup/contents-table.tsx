import { CircleCheck, CircleMinus } from 'lucide-react';
import { DataTable } from '../../components/data-table.tsx';
import type { Column, Filter } from '../../components/data-table.tsx';
import { ErrorNotice, Notice } from '../../components/notice.tsx';
import { Badge } from '../../components/state-badge.tsx';
import { countOf } from '../../components/words.ts';
import type { BackupScope } from './backup-scope.ts';
import type { ContentRow } from './contents.ts';
import type { Contents } from './use-contents.ts';

/** What goes in and what stays out, with the reasons, before anything is made (rules R21, R22). */
export function ContentsTable({
  contents,
  scope,
}: {
  readonly contents: Contents;
  readonly scope: BackupScope;
}) {
  if (contents.error !== undefined) {
    return <ErrorNotice error={contents.error} onRetry={contents.reload} />;
  }
  const noun = scope === 'vault' ? 'key' : 'version';
  return (
    <section className="stack" aria-labelledby="contents-heading">
      <h3 id="contents-heading">What goes in</h3>
      <p role="status">
        {scope === 'vault'
          ? 'The vault’s name, tags and compartment, and '
          : 'The key with its vault’s metadata, and '}
        <strong>{countOf(contents.goingIn, noun)}</strong>
        {scope === 'vault' && contents.goingIn > 0 && ' with all enabled versions'}.{' '}
        {contents.stayingOut === 0 ? (
          'Nothing of it stays out.'
        ) : (
          <strong>{contents.stayingOut} stay out.</strong>
        )}
        {contents.isLoading && ' Still counting.'}
      </p>
      <DataTable
        label="What goes in and what stays out"
        rowWord="row"
        searchLabel="Search what goes in"
        rows={contents.rows}
        keyOf={({ id }) => id}
        nameOf={({ name }) => name}
        columns={COLUMNS}
        filters={FILTERS}
        initialSort={{ columnId: 'in', direction: 'descending' }}
        isLoading={contents.isLoading}
        maxHeight="18rem"
        empty={
          <p className="quiet">{scope === 'vault' ? 'The vault has no keys.' : 'The key has no versions.'}</p>
        }
      />
      {contents.secretCount !== undefined && contents.secretCount > 0 && (
        <Notice
          tone="warning"
          title={`${countOf(contents.secretCount, 'secret')} of the vault will not be in it: secrets never are. Keep what they hold elsewhere too.`}
        />
      )}
    </section>
  );
}

const COLUMNS: readonly Column<ContentRow>[] = [
  {
    id: 'name',
    header: 'Name',
    render: ({ name }) => name,
    sortBy: ({ name }) => name,
    searchBy: ({ name, id }) => `${name} ${id}`,
    width: 'minmax(11rem, 1.5fr)',
  },
  { id: 'what', header: 'What it is', render: ({ what }) => what, sortBy: ({ what }) => what },
  {
    id: 'in',
    header: 'In the backup',
    render: ({ reason }) =>
      reason === undefined ? (
        <Badge tone="good" icon={CircleCheck}>
          Goes in
        </Badge>
      ) : (
        <Badge tone="warning" icon={CircleMinus}>
          Stays out
        </Badge>
      ),
    sortBy: ({ reason }) => (reason === undefined ? 0 : 1),
    width: '9rem',
  },
  {
    id: 'reason',
    header: 'Why',
    render: ({ reason }) => reason,
    sortBy: ({ reason }) => reason,
    searchBy: ({ reason }) => reason ?? '',
    width: 'minmax(12rem, 2fr)',
  },
];

const FILTERS: readonly Filter<ContentRow>[] = [
  { id: 'in', label: 'Goes in', matches: ({ reason }) => reason === undefined },
  { id: 'out', label: 'Stays out', matches: ({ reason }) => reason !== undefined },
];
