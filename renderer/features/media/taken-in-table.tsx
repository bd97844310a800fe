import { Badge } from '../../components/state-badge.tsx';
import { DataTable } from '../../components/data-table.tsx';
import type { Column, Filter } from '../../components/data-table.tsx';
import { Time } from '../../components/time.tsx';
import { countOf } from '../../components/words.ts';
import type { Answer } from '../../client.ts';
import { fileResults } from './file-results.ts';
import type { FileResult } from './file-results.ts';

/** What became of each file that was looked at. */
export function TakenInTable({
  answer,
}: {
  readonly answer: Pick<
    Answer<'backup.import'>,
    'imported' | 'alreadyKnown' | 'refused' | 'ignoredFileCount'
  >;
}) {
  const rows = fileResults(answer);
  return (
    <>
      <DataTable
        label="What became of each file"
        rowWord="file"
        rows={rows}
        keyOf={({ path }) => path}
        nameOf={({ name }) => name}
        columns={COLUMNS}
        filters={FILTERS}
        {...(rows.length > 8 ? { searchLabel: 'Search files' } : {})}
        maxHeight="22rem"
        empty={<p>No sealed backup was found there.</p>}
      />
      {answer.ignoredFileCount > 0 && (
        <p className="quiet">
          {countOf(answer.ignoredFileCount, 'other file was', 'other files were')} no sealed backup and left
          alone.
        </p>
      )}
    </>
  );
}

const LOOKS = {
  imported: ['good', 'Imported'],
  known: ['quiet', 'Known already'],
  refused: ['bad', 'Refused'],
} as const;

const COLUMNS: readonly Column<FileResult>[] = [
  {
    id: 'outcome',
    header: 'Result',
    render: ({ outcome }) => <Badge tone={LOOKS[outcome][0]}>{LOOKS[outcome][1]}</Badge>,
    sortBy: ({ outcome }) => LOOKS[outcome][1],
    width: '9rem',
  },
  {
    id: 'name',
    header: 'File',
    render: ({ name, path }) => (
      <span className="code object-name" title={path}>
        {name}
      </span>
    ),
    sortBy: ({ name }) => name,
    searchBy: ({ path }) => path,
    width: 'minmax(12rem, 1fr)',
  },
  {
    id: 'about',
    header: 'What it is, or why it was refused',
    render: (result) =>
      result.outcome === 'refused' ? (
        result.why
      ) : (
        <>
          {result.what}, <Time value={result.timeCreated} />
        </>
      ),
    width: 'minmax(16rem, 2fr)',
  },
];

const FILTERS: readonly Filter<FileResult>[] = [
  { id: 'imported', label: 'Imported', group: 'outcome', matches: ({ outcome }) => outcome === 'imported' },
  { id: 'known', label: 'Known already', group: 'outcome', matches: ({ outcome }) => outcome === 'known' },
  { id: 'refused', label: 'Refused', group: 'outcome', matches: ({ outcome }) => outcome === 'refused' },
];
