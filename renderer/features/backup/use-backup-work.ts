import { useCallback } from 'react';
import type { BackupDestination } from '../../../shared/contract/fields.ts';
import type { Answer } from '../../client.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { useWork } from '../../hooks/use-work.ts';
import type { Work } from '../../hooks/use-work.ts';

/** What is backed up, as it was when it was shown. */
export type BackupOrder =
  | { readonly vault: Answer<'vault.get'>; readonly isIncludeKeys: boolean; readonly key?: undefined }
  | { readonly vault: Answer<'vault.get'>; readonly key: Answer<'key.get'> };

export interface BackupWork {
  readonly work: Work<'vault.backup'> | Work<'key.backup'>;
  readonly status: Work<'vault.backup'>['status'];
  /** The backup that was made; undefined until it is. */
  readonly backupId: string | undefined;
  readonly start: (order: BackupOrder, backupLocation: BackupDestination) => Promise<void>;
}

/**
 * The backup that runs or has ended, of a vault or a key: begun here, or found again after a reload of the window.
 * @param rememberedId of the location: the work request that this journey had begun. Another's is none of its business.
 */
export function useBackupWork(rememberedId: string | undefined): BackupWork {
  const options = { isFindingAgain: rememberedId !== undefined, foundId: rememberedId };
  const ofVault = useWork('vault.backup', options);
  const ofKey = useWork('key.backup', options);
  const work = ofKey.status === 'idle' ? ofVault : ofKey;
  // It may have ended while the window was being loaded.
  const isAsked = rememberedId !== undefined && work.status === 'idle';
  const remembered = useAnswer('work-request.get', isAsked ? { workRequestId: rememberedId } : undefined);
  const record = work.record ?? remembered.answer;
  const status = work.status === 'idle' ? statusOf(remembered.answer) : work.status;
  const created = record?.resources.find(
    ({ actionType, entityType }) => actionType === 'CREATED' && entityType === 'backup',
  );

  const start = useCallback(
    (order: BackupOrder, backupLocation: BackupDestination): Promise<void> => {
      if (order.key === undefined) {
        ofKey.reset();
        const { vault, isIncludeKeys } = order;
        return ofVault.start({ vaultId: vault.id, isIncludeKeys, backupLocation, ifMatch: vault.etag });
      }
      ofVault.reset();
      return ofKey.start({ keyId: order.key.id, backupLocation, ifMatch: order.key.etag });
    },
    [ofVault, ofKey],
  );
  return { work, status, backupId: work.answer?.backup.id ?? created?.identifier, start };
}

function statusOf(record: Answer<'work-request.get'> | undefined): BackupWork['status'] {
  switch (record?.status) {
    case 'SUCCEEDED':
      return 'succeeded';
    case 'FAILED':
      return 'failed';
    case 'CANCELED':
      return 'cancelled';
    case 'ACCEPTED':
    case 'IN_PROGRESS':
    case 'CANCELING':
      return 'running';
    case undefined:
      return 'idle';
  }
}
