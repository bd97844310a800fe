import { useCallback, useEffect, useRef, useState } from 'react';
import { operationNamed } from '../../shared/contract/contract.ts';
import type { ErrorDocument } from '../../shared/domain/errors.ts';
import type { WorkRequest } from '../../shared/domain/work-request.ts';
import { call, toErrorDocument } from '../client.ts';
import type { Answer, CallName, Request } from '../client.ts';
import { useWorkRequests } from '../stores/work-requests.ts';
import type { RunningWork } from '../stores/work-requests.ts';
import { RunClaims, runToFindAgain } from './run-claims.ts';
import type { RunClaim } from './run-claims.ts';

/** Of the whole page: a journey that was left goes on in main, and its work is not that of the next one. */
const claims = new RunClaims();

export interface Work<Name extends CallName> {
  readonly status: 'idle' | 'running' | 'succeeded' | 'failed' | 'cancelled';
  /** What runs; undefined until the work request's first word. */
  readonly progress: RunningWork | undefined;
  /** The operation's answer; undefined where the window was loaded again meanwhile. Then `record` tells how it ended. */
  readonly answer: Answer<Name> | undefined;
  /** Why it failed or was cancelled. */
  readonly error: ErrorDocument | undefined;
  /** The ended work request of a run that was found again after a reload. */
  readonly record: WorkRequest | undefined;
  /** It was found running: this component did not start it. */
  readonly isFoundAgain: boolean;
  readonly workRequestId: string | undefined;
  /** Never rejects: look at `status`. */
  readonly start: (request: Request<Name>) => Promise<void>;
  /** Asks it to stop where that is safe. */
  readonly cancel: () => Promise<void>;
  /** Forgets the run that ended. */
  readonly reset: () => void;
}

interface Run<Name extends CallName> {
  readonly status: Work<Name>['status'];
  readonly workRequestId?: string | undefined;
  readonly isFoundAgain: boolean;
  readonly answer?: Answer<Name>;
  readonly error?: ErrorDocument;
  readonly record?: WorkRequest;
}

/**
 * One operation that runs as a work request. After a reload of the window it finds a run of its kind again: the work goes
 * on in main whether the window is there or not.
 * @param options.isFindingAgain false: runs that this component did not start are none of its business.
 * @param options.foundId the only run to find again; without it any of the kind is.
 */
export function useWork<Name extends CallName>(
  name: Name,
  options: { readonly isFindingAgain?: boolean; readonly foundId?: string | undefined } = {},
): Work<Name> {
  const { isFindingAgain = true, foundId: idToFind } = options;
  const operationType = operationNamed(name)?.workRequest;
  const [run, setRun] = useState<Run<Name>>({ status: 'idle', isFoundAgain: false });
  const running = useWorkRequests((state) => state.running);
  const ended = useWorkRequests((state) => state.ended);
  /** What this component started last. */
  const claim = useRef<RunClaim>(undefined);

  // A call does not know its work request before it is over; its first progress tells.
  useEffect(() => {
    if (run.workRequestId !== undefined) return;
    if (run.status === 'running') {
      const own = claim.current === undefined ? undefined : claims.idOf(claim.current, running);
      if (own !== undefined) setRun((before) => ({ ...before, workRequestId: own }));
    } else if (run.status === 'idle' && isFindingAgain && operationType !== undefined) {
      const found = runToFindAgain(running, operationType, idToFind);
      if (found !== undefined) setRun({ status: 'running', isFoundAgain: true, workRequestId: found });
    }
  }, [running, run, isFindingAgain, idToFind, operationType]);

  // The answer of a run that was found again went to a window that is gone: the record says how it ended.
  const foundId = run.isFoundAgain && run.status === 'running' ? run.workRequestId : undefined;
  useEffect(() => {
    if (foundId === undefined || !ended.includes(foundId)) return;
    let isCurrent = true;
    void endOf(foundId).then((end) => {
      if (isCurrent) setRun({ isFoundAgain: true, workRequestId: foundId, ...end });
    });
    return () => {
      isCurrent = false;
    };
  }, [foundId, ended]);

  const start = useCallback(
    async (request: Request<Name>): Promise<void> => {
      const started = claims.begin(operationType, useWorkRequests.getState().running);
      claim.current = started;
      // Of a run that was forgotten meanwhile, or followed by another, the end is nobody's here.
      const setOwnRun = (change: (before: Run<Name>) => Run<Name>): void => {
        if (claim.current === started) setRun(change);
      };
      setRun({ status: 'running', isFoundAgain: false });
      try {
        const answer = await call(name, request);
        const workRequestId = workRequestIdIn(answer);
        claims.end(started, workRequestId);
        setOwnRun((before) => ({
          ...before,
          status: 'succeeded',
          answer,
          workRequestId: workRequestId ?? before.workRequestId,
        }));
      } catch (thrown) {
        claims.end(started);
        const error = toErrorDocument(thrown);
        const status = error.reason === 'WorkRequestCanceled' ? 'cancelled' : 'failed';
        setOwnRun((before) => ({ ...before, status, error }));
      }
    },
    [name, operationType],
  );

  const { workRequestId } = run;
  const cancel = useCallback(async (): Promise<void> => {
    if (workRequestId === undefined) return;
    try {
      await call('work-request.cancel', { workRequestId });
    } catch {
      // It ended in the meantime: its end is shown anyway.
    }
  }, [workRequestId]);

  const reset = useCallback(() => {
    claim.current = undefined;
    setRun({ status: 'idle', isFoundAgain: false });
  }, []);

  return {
    status: run.status,
    progress: workRequestId === undefined ? undefined : running[workRequestId],
    answer: run.answer,
    error: run.error,
    record: run.record,
    isFoundAgain: run.isFoundAgain,
    workRequestId,
    start,
    cancel,
    reset,
  };
}

function workRequestIdIn(answer: object): string | undefined {
  const { workRequestId } = answer as { readonly workRequestId?: unknown };
  return typeof workRequestId === 'string' ? workRequestId : undefined;
}

async function endOf(
  workRequestId: string,
): Promise<Pick<Run<never>, 'error' | 'record'> & { readonly status: 'succeeded' | 'failed' | 'cancelled' }> {
  try {
    const record = await call('work-request.get', { workRequestId });
    if (record.status === 'SUCCEEDED') return { status: 'succeeded', record };
    const { data } = await call('work-request.errors', { workRequestId });
    const error: ErrorDocument = {
      code: 'IncorrectState',
      status: 409,
      message: data.at(-1)?.message ?? 'The work request did not succeed; what it had begun is undone.',
      next: 'Look at its log under Work requests; it can be carried out again from there.',
    };
    return { status: record.status === 'CANCELED' ? 'cancelled' : 'failed', record, error };
  } catch (thrown) {
    return { status: 'failed', error: toErrorDocument(thrown) };
  }
}
