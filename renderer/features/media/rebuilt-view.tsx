import { FolderKey, History, RotateCw } from 'lucide-react';
import { Button } from '../../components/button.tsx';
import { DataTable } from '../../components/data-table.tsx';
import type { Column } from '../../components/data-table.tsx';
import { JourneyResult } from '../../components/journey-result.tsx';
import { Notice } from '../../components/notice.tsx';
import { countOf } from '../../components/words.ts';
import type { Answer } from '../../client.ts';
import { navigate } from '../../stores/navigation.ts';
import { TakenInTable } from './taken-in-table.tsx';

type Rebuilt = Answer<'backup.rebuild-catalog'>;

/** What came back with a rebuilt catalog, what can be restored now, and what is in no backup. */
export function RebuiltView({ answer, onAgain }: { readonly answer: Rebuilt; readonly onAgain: () => void }) {
  const newBuckets = answer.buckets.filter(({ isNew }) => isNew).length;
  return (
    <JourneyResult
      outcome={answer.isComplete ? 'done' : 'partly'}
      title={
        answer.isComplete
          ? 'The catalog has everything that these places hold.'
          : `The catalog has what holds; ${countOf(answer.refused.length, 'file was', 'files were')} refused.`
      }
      done={[
        `${countOf(answer.buckets.length, 'bucket')}, ${newBuckets} of them new to this home.`,
        `${countOf(answer.imported.length, 'backup')} imported, ${answer.alreadyKnown.length} known already.`,
        ...answer.regions.map(
          ({ region, vaultCount, keyCount, keyVersionCount, unknownKeyVersionCount }) =>
            `${region}: ${countOf(vaultCount, 'vault')}, ${countOf(keyCount, 'key')}, ${countOf(keyVersionCount, 'key version')} came back${
              unknownKeyVersionCount === 0
                ? '.'
                : `; ${countOf(unknownKeyVersionCount, 'key version')} on the token ${unknownKeyVersionCount === 1 ? 'is' : 'are'} in none of these backups.`
            }`,
        ),
      ]}
      leftOut={answer.notInBackups.map((what) => ({ what, why: '' }))}
      next={
        <>
          <Button variant="primary" icon={FolderKey} onPress={() => navigate('vaults')}>
            Look at the vaults
          </Button>
          <Button icon={RotateCw} onPress={onAgain}>
            Rebuild again
          </Button>
        </>
      }
    >
      {answer.warnings.map((warning) => (
        <Notice key={warning} tone="warning" title={warning} />
      ))}
      {answer.restorable.length > 0 && (
        <section className="stack" aria-label="Keys that can be restored">
          <h4>Keys that backups have and the token has not</h4>
          <DataTable
            label="Keys that can be restored"
            rowWord="key"
            rows={answer.restorable}
            keyOf={({ region, keyId }) => `${region} ${keyId}`}
            nameOf={({ keyName, vaultName }) => `${keyName} of ${vaultName}`}
            columns={COLUMNS}
            maxHeight="16rem"
            rowActionsWidth="8rem"
            rowActions={({ backupIds }) => (
              <Button
                size="small"
                icon={History}
                isDisabled={backupIds[0] === undefined}
                onPress={() => navigate('restore', { backupId: backupIds[0] ?? '' })}
              >
                Restore
              </Button>
            )}
            empty={null}
          />
        </section>
      )}
      <section className="stack" aria-label="Files">
        <h4>Files</h4>
        <TakenInTable answer={answer} />
      </section>
    </JourneyResult>
  );
}

const COLUMNS: readonly Column<Rebuilt['restorable'][number]>[] = [
  {
    id: 'key',
    header: 'Key',
    render: ({ keyName }) => keyName,
    sortBy: ({ keyName }) => keyName,
    width: 'minmax(10rem, 1fr)',
  },
  {
    id: 'vault',
    header: 'Vault',
    render: ({ vaultName }) => vaultName,
    sortBy: ({ vaultName }) => vaultName,
    width: 'minmax(10rem, 1fr)',
  },
  {
    id: 'region',
    header: 'Region',
    render: ({ region }) => region,
    sortBy: ({ region }) => region,
    width: '9rem',
  },
  {
    id: 'versions',
    header: 'Missing',
    render: ({ keyVersionCount }) => countOf(keyVersionCount, 'key version'),
    sortBy: ({ keyVersionCount }) => keyVersionCount,
    width: '9rem',
  },
];
