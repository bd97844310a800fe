import { useCallback, useState } from 'react';
import type { RestorePlan } from '../../../shared/domain/restore-plan.ts';
import type { WorkRequest } from '../../../shared/domain/work-request.ts';
import type { Request } from '../../client.ts';
import { useAnswer } from '../../hooks/use-answer.ts';
import { useWork } from '../../hooks/use-work.ts';
import type { Work } from '../../hooks/use-work.ts';

export type AnyRestoreWork = Work<'vault.restore'> | Work<'key.restore'>;

export interface RestoreWork {
  readonly work: AnyRestoreWork;
  /** The record of a restore that ended while the window was being loaded. */
  readonly endedMeanwhile: WorkRequest | undefined;
  readonly start: (plan: RestorePlan, request: Request<'vault.restore'>) => Promise<void>;
  /** Makes room for another restore; one that runs goes on. */
  readonly reset: () => void;
}

/**
 * The restore that runs or has ended: of a vault or of a key, begun here or found again after a reload of the window.
 * @param rememberedId of the location: the work request that this journey had begun.
 */
export function useRestoreWork(rememberedId: string | undefined): RestoreWork {
  const [isFinding, setFinding] = useState(true);
  const ofVault = useWork('vault.restore', { isFindingAgain: isFinding, foundId: rememberedId });
  const ofKey = useWork('key.restore', { isFindingAgain: isFinding, foundId: rememberedId });
  const work: AnyRestoreWork = ofKey.status === 'idle' ? ofVault : ofKey;
  const isAsked = isFinding && rememberedId !== undefined && work.status === 'idle';
  const record = useAnswer('work-request.get', isAsked ? { workRequestId: rememberedId } : undefined);
  const hasEnded = record.answer?.timeFinished !== undefined;

  const start = useCallback(
    (plan: RestorePlan, request: Request<'vault.restore'>): Promise<void> => {
      setFinding(false);
      if (plan.backup.kind === 'VAULT') {
        ofKey.reset();
        return ofVault.start(request);
      }
      ofVault.reset();
      return ofKey.start(request);
    },
    [ofVault, ofKey],
  );
  const reset = useCallback(() => {
    setFinding(false);
    ofVault.reset();
    ofKey.reset();
  }, [ofVault, ofKey]);

  return { work, endedMeanwhile: isAsked && hasEnded ? record.answer : undefined, start, reset };
}
