import { Copy, HardDriveDownload, History } from 'lucide-react';
import type { Answer } from '../../client.ts';
import { Button } from '../../components/button.tsx';
import { DataTable } from '../../components/data-table.tsx';
import type { Column } from '../../components/data-table.tsx';
import { DescriptionList } from '../../components/description-list.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { AnswerView } from '../../components/loading.tsx';
import { Notice } from '../../components/notice.tsx';
import { Bytes, Fingerprint, Ocid } from '../../components/ocid.tsx';
import { Time } from '../../components/time.tsx';
import { countOf, inWindowWords } from '../../components/words.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { navigate } from '../../stores/navigation.ts';
import { depthInWords, placeInWords } from './place-in-words.ts';

type Backup = Answer<'backup.get'>;

/** Everything that the catalog knows of one backup, and what can be done with it. */
export function BackupDialog({
  backupId,
  onClose,
}: {
  readonly backupId: string;
  readonly onClose: () => void;
}) {
  const backup = useAnswer('backup.get', { backupId });
  const hasBucketCopy = backup.answer?.copies.some(({ place }) => place.kind === 'bucket') ?? false;
  return (
    <Dialog
      title="Backup"
      isOpen
      size="large"
      onClose={onClose}
      actions={
        <>
          <Button
            icon={HardDriveDownload}
            isDisabled={!hasBucketCopy}
            onPress={() => navigate('media', { backupId })}
          >
            Export to a medium
          </Button>
          <Button icon={Copy} isDisabled={!hasBucketCopy} onPress={() => navigate('copy', { backupId })}>
            Copy to another region
          </Button>
          <Button icon={History} variant="primary" onPress={() => navigate('restore', { backupId })}>
            Restore it
          </Button>
        </>
      }
    >
      <AnswerView of={backup} loading="Loading the backup">
        {(answer) => <BackupFacts backup={answer} />}
      </AnswerView>
    </Dialog>
  );
}

function BackupFacts({ backup }: { readonly backup: Backup }) {
  return (
    <div className="stack">
      {backup.warnings.map((warning) => (
        <Notice key={warning} tone="warning" title={inWindowWords(warning)} />
      ))}
      <DescriptionList
        columns={2}
        items={[
          {
            term: 'Of',
            value:
              backup.kind === 'VAULT' ? `The vault ${backup.vaultName}` : `One key of ${backup.vaultName}`,
          },
          { term: 'Made', value: <Time value={backup.timeCreated} /> },
          { term: 'Region', value: backup.sourceRegion },
          { term: 'Number in its region', value: backup.sequence },
          {
            term: 'Holds',
            value: backup.isIncludeKeys
              ? `${countOf(backup.keyCount, 'key')}, ${countOf(backup.keyVersionCount, 'key version')}`
              : 'The vault without its keys',
          },
          { term: 'Size', value: <Bytes value={backup.size} /> },
          { term: 'SHA-256', value: <Fingerprint value={backup.sha256} /> },
          { term: 'OCID', value: <Ocid value={backup.id} /> },
          { term: 'Secrets left out', value: backup.secretsLeftOut },
        ]}
      />
      <section className="stack">
        <h3>Copies</h3>
        <DataTable
          label="Copies"
          rowWord="copy"
          rowWords="copies"
          rows={backup.copies}
          keyOf={({ place, region }) => `${region ?? ''} ${placeInWords(place)} ${objectOf(place)}`}
          columns={COPY_COLUMNS}
          maxHeight="14rem"
          empty={
            <EmptyState title="The catalog knows no copy of it">
              Import the medium that has it, or rebuild the catalog.
            </EmptyState>
          }
        />
      </section>
      {backup.leftOut.length > 0 && (
        <section className="stack">
          <h3>Left out</h3>
          <DataTable
            label="Left out"
            rowWord="key"
            rows={backup.leftOut}
            keyOf={({ id }) => id}
            columns={LEFT_OUT_COLUMNS}
            maxHeight="14rem"
            empty={null}
          />
        </section>
      )}
    </div>
  );
}

type CopyRow = Backup['copies'][number];

function objectOf(place: CopyRow['place']): string {
  return place.kind === 'bucket' ? place.objectName : '';
}

const COPY_COLUMNS: readonly Column<CopyRow>[] = [
  {
    id: 'place',
    header: 'Where',
    render: ({ place }) => (
      <>
        {placeInWords(place)} <span className="quiet code">{objectOf(place)}</span>
      </>
    ),
    sortBy: ({ place }) => placeInWords(place),
    width: 'minmax(14rem, 2fr)',
  },
  { id: 'region', header: 'Region', render: ({ region }) => region ?? '', sortBy: ({ region }) => region },
  {
    id: 'verified',
    header: 'Verified',
    render: ({ timeVerified, verifiedDepth }) =>
      timeVerified === undefined ? (
        <span className="mark-warning">{depthInWords(undefined)}</span>
      ) : (
        <>
          {depthInWords(verifiedDepth)}, <Time value={timeVerified} show="relative" />
        </>
      ),
    sortBy: ({ timeVerified }) => timeVerified,
    width: 'minmax(12rem, 1.5fr)',
  },
];

const LEFT_OUT_COLUMNS: readonly Column<Backup['leftOut'][number]>[] = [
  {
    id: 'name',
    header: 'Key',
    render: ({ displayName }) => displayName,
    sortBy: ({ displayName }) => displayName,
  },
  {
    id: 'reason',
    header: 'Why',
    render: ({ reason }) => inWindowWords(reason),
    sortBy: ({ reason }) => reason,
    width: 'minmax(14rem, 2fr)',
  },
];
