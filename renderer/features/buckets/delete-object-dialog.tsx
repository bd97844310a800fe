import { useState } from 'react';
import type { BackupCopy } from '../../../shared/domain/backup.ts';
import type { ErrorDocument } from '../../../shared/domain/errors.ts';
import { call, toErrorDocument } from '../../client.ts';
import type { Row } from '../../client.ts';
import { Checkbox } from '../../components/choice.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { Loading } from '../../components/loading.tsx';
import { Notice } from '../../components/notice.tsx';
import { countOf } from '../../components/words.ts';
import { usePages } from '../../hooks/use-pages.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { showToast } from '../../stores/announcements.ts';
import { navigate } from '../../stores/navigation.ts';
import { Button } from '../../components/button.tsx';
import type { BucketObject } from './object-columns.tsx';

export interface DeleteObjectDialogProps {
  readonly bucket: Row<'bucket.list'>;
  readonly object: BucketObject;
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}

/** Deletes an object; the last verified copy of a backup only if that is said in so many words. */
export function DeleteObjectDialog({ bucket, object, onClose, onDeleted }: DeleteObjectDialogProps) {
  const backups = usePages('backup.list', {});
  const known = backups.rows.find(({ sha256 }) => sha256 === object.etag);
  const backup = useAnswer('backup.get', known === undefined ? undefined : { backupId: known.id });
  /** Main knows better than this list: what it refused as the last copy is one. */
  const [refusal, setRefusal] = useState<ErrorDocument>();
  const [isAgreed, setAgreed] = useState(false);
  const others = (backup.answer?.copies ?? []).filter((copy) => !isAt(copy, bucket, object));
  const isLast =
    refusal !== undefined ||
    (backup.answer !== undefined && !others.some(({ timeVerified }) => timeVerified !== undefined));
  const isLooking = known === undefined ? backups.isLoading : backup.isLoading;

  return (
    <ConfirmDialog
      title="Delete the object"
      isOpen
      isDanger
      onClose={onClose}
      confirmLabel={isLast ? 'Delete the last copy' : 'Delete the object'}
      isConfirmDisabled={isLooking || (isLast && !isAgreed)}
      {...(isLast && known !== undefined ? { nameToType: known.vaultName } : {})}
      onConfirm={async () => {
        try {
          await call('object.delete', {
            bucketName: bucket.name,
            region: bucket.region,
            objectName: object.name,
            ifMatch: object.etag,
            isDeleteLastCopy: isLast && isAgreed,
          });
        } catch (thrown) {
          const error = toErrorDocument(thrown);
          if (error.reason === 'LastVerifiedCopy') setRefusal(error);
          throw thrown;
        }
        showToast(`${object.name} was deleted from ${bucket.name}.`);
        onDeleted();
      }}
    >
      <p>
        <span className="code">{object.name}</span> goes from bucket {bucket.name} ({bucket.region}) for good.
      </p>
      {isLooking ? (
        <Loading>Looking for other copies of it</Loading>
      ) : known === undefined ? (
        <Notice title="The catalog knows no backup with this content">
          If it is a backup all the same, inspect or import it before it is deleted.
        </Notice>
      ) : isLast ? (
        <>
          <Notice
            tone="error"
            title={`This is the last verified copy of a backup of ${known.vaultName}`}
            actions={
              <Button size="small" onPress={() => navigate('copy', { backupId: known.id })}>
                Copy it first
              </Button>
            }
          >
            {others.length === 0
              ? 'No other copy is known. Without it the backup is lost for good, and with it whatever only it holds.'
              : `${countOf(others.length, 'other copy is', 'other copies are')} known, but none of them was verified.`}
          </Notice>
          <Checkbox isSelected={isAgreed} onChange={setAgreed}>
            Lose the backup of {known.vaultName} for good
          </Checkbox>
        </>
      ) : (
        <p>
          It is a copy of a backup of {known.vaultName};{' '}
          {countOf(others.length, 'other copy stays', 'other copies stay')}.
        </p>
      )}
    </ConfirmDialog>
  );
}

function isAt({ place, region }: BackupCopy, bucket: Row<'bucket.list'>, object: BucketObject): boolean {
  return (
    place.kind === 'bucket' &&
    region === bucket.region &&
    place.bucketName === bucket.name &&
    place.objectName === object.name
  );
}
