import { describe, expect, it, onTestFinished } from 'vitest';
import { StrongroomError } from '../../../shared/domain/errors.ts';
import type { Progress } from '../../../shared/domain/work-request.ts';
import type { Catalog } from '../../../main/catalog/catalog.ts';
import { openCatalog } from '../../../main/catalog/open-catalog.ts';
import { WorkRequests } from '../../../main/work-requests/work-requests.ts';
import type { WorkRequestDetails } from '../../../main/work-requests/work-requests.ts';
import type { WorkRequestRun } from '../../../main/work-requests/work-request-run.ts';
import {
  insertVault,
  keyRecord,
  ocidOf,
  temporaryCatalog,
  tenancyRecord,
  timeOf,
  vaultRecord,
} from '../../support/catalog-fixture.ts';

interface Setting {
  readonly catalog: Catalog;
  readonly path: string;
  readonly workRequests: WorkRequests;
  /** Sets both clocks ahead. */
  readonly wait: (milliseconds: number) => void;
}

function setting(): Setting {
  const { catalog, path } = temporaryCatalog();
  insertVault(catalog);
  let elapsed = 0;
  const workRequests = new WorkRequests(catalog, {
    now: () => new Date(Date.parse(timeOf(1000)) + elapsed),
    clock: () => elapsed,
  });
  return { catalog, path, workRequests, wait: (milliseconds) => (elapsed += milliseconds) };
}

function backupDetails({ catalog }: Setting, change: Partial<WorkRequestDetails> = {}): WorkRequestDetails {
  const { id } = vaultRecord();
  return {
    operationType: 'BACKUP_VAULT',
    compartmentId: tenancyRecord().id,
    resources: [{ actionType: 'IN_PROGRESS', entityType: 'vault', identifier: id }],
    locks: [id, keyRecord().id],
    intent: { vaultId: id },
    begin: (workRequestId) => {
      catalog.pendingChanges.hold(workRequestId, 'vault', id, 'BACKUP_IN_PROGRESS');
    },
    undo: (workRequestId) => {
      catalog.pendingChanges.undo(workRequestId);
    },
    ...change,
  };
}

function vaultState({ catalog }: Setting): string {
  return catalog.vaults.require(vaultRecord().id).lifecycleState;
}

/** The only work request there is. */
function theOne({ workRequests }: Setting) {
  const { data } = workRequests.list();
  expect(data).toHaveLength(1);
  const [request] = data;
  if (request === undefined) throw new Error('there is none');
  return request;
}

const neverEnds = () => new Promise<never>(() => undefined);

describe('a work request', () => {
  it('rule R47: begins with its locks, intent and states in one transaction, and ends with its result in another', async () => {
    const here = setting();
    const { workRequestId, result } = await here.workRequests.run(backupDetails(here), async (run) => {
      expect(vaultState(here)).toBe('BACKUP_IN_PROGRESS');
      expect(here.workRequests.get(run.id)).toMatchObject({
        operationType: 'BACKUP_VAULT',
        status: 'IN_PROGRESS',
        percentComplete: 0,
        compartmentId: tenancyRecord().id,
        timeAccepted: timeOf(1000),
      });
      expect(here.catalog.workRequests.require(run.id).intent).toEqual({ vaultId: vaultRecord().id });
      expect(here.catalog.resourceLocks.holderOf(keyRecord().id)).toBe(run.id);
      await Promise.resolve();
      run.log('Sealed.');
      run.addResource({ actionType: 'CREATED', entityType: 'backup', identifier: ocidOf('backup', 'b') });
      return run.commit(() => {
        here.catalog.pendingChanges.apply(run.id);
        return 42;
      });
    });
    expect(result).toBe(42);
    expect(vaultState(here)).toBe('ACTIVE');
    expect(here.workRequests.get(workRequestId)).toEqual({
      id: workRequestId,
      operationType: 'BACKUP_VAULT',
      status: 'SUCCEEDED',
      compartmentId: tenancyRecord().id,
      percentComplete: 100,
      timeAccepted: timeOf(1000),
      timeStarted: timeOf(1000),
      timeFinished: timeOf(1000),
      resources: [
        { actionType: 'CREATED', entityType: 'backup', identifier: ocidOf('backup', 'b') },
        { actionType: 'RELATED', entityType: 'vault', identifier: vaultRecord().id },
      ],
    });
    expect(here.catalog.resourceLocks.holderOf(keyRecord().id)).toBeUndefined();
    expect(here.workRequests.logs(workRequestId).map((entry) => entry.message)).toEqual(['Sealed.']);
    expect(here.workRequests.errors(workRequestId)).toEqual([]);
  });

  it('rule R47: keeps others from what it holds, by name, and leaves no trace of what it refused', async () => {
    const here = setting();
    await here.workRequests.run(backupDetails(here), async (run) => {
      await expect(
        here.workRequests.run(
          backupDetails(here, { operationType: 'RESTORE_KEY', locks: [keyRecord().id] }),
          neverEnds,
        ),
      ).rejects.toMatchObject({
        code: 'Conflict',
        status: 409,
        reason: 'ResourceBusy',
        message: expect.stringContaining(`${run.id} (BACKUP_VAULT)`) as string,
      });
      expect(theOne(here).id).toBe(run.id);
      // What it does not hold is free meanwhile.
      await here.workRequests.run(
        { operationType: 'VERIFY_BACKUP', resources: [], locks: ['something else'], intent: null },
        (other) => {
          other.commit(() => undefined);
          return Promise.resolve();
        },
      );
      run.commit(() => undefined);
    });
    await here.workRequests.run(
      { operationType: 'BACKUP_KEY', resources: [], locks: [keyRecord().id], intent: null },
      (run) => {
        run.commit(() => undefined);
        return Promise.resolve();
      },
    );
  });

  it('can take further locks while it runs, with what begins under them', async () => {
    const here = setting();
    const other = ocidOf('key', 'other');
    await here.workRequests.run(backupDetails(here), async (run) => {
      await here.workRequests.run(
        { operationType: 'RESTORE_VAULT', resources: [], locks: [], intent: null },
        (second) => {
          expect(() => {
            second.lock([other, keyRecord().id], () => {
              throw new Error('must not begin');
            });
          }).toThrow(/BACKUP_VAULT/);
          // All or none.
          expect(here.catalog.resourceLocks.holderOf(other)).toBeUndefined();
          second.lock([other, other], () => {
            here.catalog.keys.update(keyRecord().id, { displayName: 'begun' });
          });
          second.lock([other]);
          second.commit(() => undefined);
          return Promise.resolve();
        },
      );
      run.commit(() => undefined);
    });
    expect(here.catalog.keys.require(keyRecord().id).displayName).toBe('begun');
    expect(here.catalog.resourceLocks.holderOf(other)).toBeUndefined();
  });

  it('does not begin when its beginning fails', async () => {
    const here = setting();
    const details = backupDetails(here, {
      begin: () => {
        throw new Error('not now');
      },
    });
    await expect(here.workRequests.run(details, neverEnds)).rejects.toThrow('not now');
    expect(here.workRequests.list().data).toEqual([]);
    expect(here.catalog.resourceLocks.holderOf(vaultRecord().id)).toBeUndefined();
  });

  it('rule R60: that fails says why, and undoes what it had begun', async () => {
    const here = setting();
    const failure = new StrongroomError('ServiceUnavailable', 'The token is gone.', 'Plug it in.', {
      reason: 'Gone',
    });
    const work = async (run: WorkRequestRun): Promise<never> => {
      here.wait(1000);
      run.progress(1, 2, 'Halfway');
      await Promise.resolve();
      throw failure;
    };
    await expect(here.workRequests.run(backupDetails(here), work)).rejects.toBe(failure);
    const request = theOne(here);
    expect(request).toMatchObject({ status: 'FAILED', percentComplete: 50, timeFinished: timeOf(1001) });
    expect(request.activity).toBeUndefined();
    expect(here.workRequests.errors(request.id)).toEqual([
      { timestamp: timeOf(1001), code: 'ServiceUnavailable', message: 'The token is gone. Plug it in.' },
    ]);
    expect(vaultState(here)).toBe('ACTIVE');
    expect(here.catalog.resourceLocks.holderOf(vaultRecord().id)).toBeUndefined();
  });

  it('rule R24: that ends without a commit has failed', async () => {
    const here = setting();
    await expect(here.workRequests.run(backupDetails(here), () => Promise.resolve('done'))).rejects.toThrow(
      /without a commit/,
    );
    expect(theOne(here).status).toBe('FAILED');
    expect(vaultState(here)).toBe('ACTIVE');
  });

  it('rule R46: whose commit throws leaves nothing of it', async () => {
    const here = setting();
    const work = (run: WorkRequestRun): Promise<void> => {
      run.commit(() => {
        here.catalog.keys.update(keyRecord().id, { displayName: 'half done' });
        throw new Error('in the middle');
      });
      return Promise.resolve();
    };
    await expect(here.workRequests.run(backupDetails(here), work)).rejects.toThrow('in the middle');
    expect(here.catalog.keys.require(keyRecord().id).displayName).toBe('cards');
    expect(theOne(here).status).toBe('FAILED');
  });

  it('rule R24: stays true when the tidying up after its commit fails', async () => {
    const here = setting();
    const work = (run: WorkRequestRun): Promise<never> => {
      run.commit(() => {
        here.catalog.pendingChanges.apply(run.id);
      });
      expect(() => {
        run.journal('too late', null);
      }).toThrow(/after the end/);
      expect(() => run.commit(() => undefined)).toThrow(/after the end/);
      run.progress(1, 100, 'going on');
      return Promise.reject(new Error('the temporary file would not go'));
    };
    await expect(here.workRequests.run(backupDetails(here), work)).rejects.toThrow('temporary file');
    const request = theOne(here);
    expect(request).toMatchObject({ status: 'SUCCEEDED', percentComplete: 100 });
    expect(here.workRequests.errors(request.id)).toEqual([]);
    expect(here.workRequests.logs(request.id).at(-1)?.message).toContain('temporary file');
  });

  it('whose undoing fails stays locked for recovery, and says so', async () => {
    const here = setting();
    const details = backupDetails(here, {
      undo: () => {
        throw new Error('cannot undo');
      },
    });
    await expect(
      here.workRequests.run(details, () => Promise.reject(new Error('first failure'))),
    ).rejects.toMatchObject({
      reason: 'UndoFailed',
      message: expect.stringMatching(/first failure.*cannot undo/s) as string,
    });
    expect(theOne(here).status).toBe('IN_PROGRESS');
    expect(here.catalog.resourceLocks.holderOf(vaultRecord().id)).toBe(theOne(here).id);
    const reports = await here.workRequests.recover({});
    expect(reports).toMatchObject([{ outcome: 'FAILED' }]);
    expect(here.catalog.resourceLocks.holderOf(vaultRecord().id)).toBeUndefined();
  });

  it('rule R60: tells every progress, writes it four times a second, and shows 100 only when it succeeded', async () => {
    const here = setting();
    const told: Progress[] = [];
    let writes = 0;
    let written = -1;
    await here.workRequests.run(
      backupDetails(here),
      (run) => {
        const seal = run.phase('Sealing', 0, 60);
        for (let done = 1; done <= 100; done += 1) {
          here.wait(10);
          seal(done, 100);
          const { percentComplete, activity } = here.workRequests.get(run.id);
          if (percentComplete === written) continue;
          writes += 1;
          written = percentComplete;
          if (done > 30) expect(activity).toBe('Sealing');
        }
        run.phase('Verifying', 60, 100)(1, 1, 'Verifying entry 1');
        run.progress(1, 10, 'Back to the start');
        run.commit(() => undefined);
        return Promise.resolve();
      },
      (progress) => told.push(progress),
    );
    expect(told).toHaveLength(1 + 100 + 2 + 1 + 1);
    expect(writes).toBeLessThanOrEqual(5);
    const percents = told.map((progress) => progress.percentComplete);
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
    expect(percents.filter((percent) => percent === 100)).toHaveLength(1);
    expect(told[80]).toMatchObject({ activity: 'Sealing', percentComplete: 48, millisecondsLeft: 867 });
    expect(told[102]).toMatchObject({ activity: 'Verifying entry 1', percentComplete: 99 });
    expect(told[10]?.millisecondsLeft).toBeUndefined();
  });

  it('rule R60: that was canceled stops where it is safe', async () => {
    const here = setting();
    const work = async (run: WorkRequestRun): Promise<never> => {
      here.workRequests.cancel(run.id);
      here.workRequests.cancel(run.id);
      expect(here.workRequests.get(run.id).status).toBe('CANCELING');
      await Promise.resolve();
      run.signal.throwIfAborted();
      throw new Error('it went on');
    };
    await expect(here.workRequests.run(backupDetails(here), work)).rejects.toMatchObject({
      reason: 'WorkRequestCanceled',
    });
    const { id, status } = theOne(here);
    expect(status).toBe('CANCELED');
    expect(vaultState(here)).toBe('ACTIVE');
    expect(here.workRequests.logs(id).map((entry) => entry.message)).toEqual(['Asked to cancel.']);
    expect(() => {
      here.workRequests.cancel(id);
    }).toThrow(/CANCELED and does not run here/);
  });

  it('that was canceled too late succeeds', async () => {
    const here = setting();
    await here.workRequests.run(backupDetails(here), (run) => {
      here.workRequests.cancel(run.id);
      run.commit(() => undefined);
      return Promise.resolve();
    });
    expect(theOne(here).status).toBe('SUCCEEDED');
  });

  it('rule R60: is kept for good, listed newest first, and found by what it did', async () => {
    const here = setting();
    for (const operationType of ['BACKUP_VAULT', 'VERIFY_BACKUP', 'VERIFY_BACKUP'] as const) {
      here.wait(1000);
      await here.workRequests.run({ operationType, resources: [], locks: [], intent: null }, (run) => {
        run.commit(() => undefined);
        return Promise.resolve();
      });
    }
    const operations = here.workRequests.list({ limit: 2 });
    expect(operations.data.map((request) => request.timeAccepted)).toEqual([timeOf(1003), timeOf(1002)]);
    expect(here.workRequests.list({ limit: 2, page: operations.nextPage }).data).toHaveLength(1);
    expect(here.workRequests.list({ operationType: 'BACKUP_VAULT' }).data).toHaveLength(1);
    expect(here.workRequests.list({ status: 'FAILED' }).data).toEqual([]);
    for (const call of ['get', 'logs', 'errors', 'cancel'] as const) {
      expect(() => here.workRequests[call](ocidOf('workrequest', 'none'))).toThrow(StrongroomError);
    }
  });
});

describe('recovery at start', () => {
  /** A work request whose process is gone: it runs on in a catalog that nobody looks at any more. */
  function interrupt(
    here: Setting,
    change: Partial<WorkRequestDetails> = {},
    cancel = false,
  ): { next: WorkRequests; catalog: Catalog } {
    void here.workRequests.run(backupDetails(here, change), (run) => {
      run.journal('publish', { objectName: 'vault.sealed', sizes: [1, 2], nothing: undefined });
      run.journal('second', null);
      if (cancel) here.workRequests.cancel(run.id);
      return neverEnds();
    });
    const catalog = openCatalog(here.path);
    onTestFinished(() => {
      catalog.close();
    });
    return { next: new WorkRequests(catalog, { now: () => new Date(timeOf(2000)) }), catalog };
  }

  it('rule R73: finishes what had come far enough, by its intent and journal, in one transaction', async () => {
    const here = setting();
    const { next, catalog } = interrupt(here);
    const { id } = theOne(here);
    const reports = await next.recover({
      BACKUP_VAULT: (interrupted) => {
        expect(interrupted.request).toMatchObject({
          id,
          status: 'IN_PROGRESS',
          operationType: 'BACKUP_VAULT',
        });
        expect(interrupted.request.resources).toHaveLength(1);
        expect(interrupted.intent).toEqual({ vaultId: vaultRecord().id });
        expect(interrupted.journal).toEqual([
          {
            sequence: 1,
            step: 'publish',
            detail: { objectName: 'vault.sealed', sizes: [1, 2] },
            time: timeOf(1000),
          },
          { sequence: 2, step: 'second', detail: null, time: timeOf(1000) },
        ]);
        return Promise.resolve({
          outcome: 'SUCCEEDED',
          message: 'It had been published.',
          apply: () => {
            catalog.pendingChanges.apply(id);
          },
        });
      },
    });
    expect(reports).toEqual([
      {
        workRequestId: id,
        operationType: 'BACKUP_VAULT',
        outcome: 'SUCCEEDED',
        message: 'It had been published.',
      },
    ]);
    expect(next.get(id)).toMatchObject({
      status: 'SUCCEEDED',
      percentComplete: 100,
      timeFinished: timeOf(2000),
    });
    expect(next.errors(id)).toEqual([]);
    expect(vaultState(here)).toBe('ACTIVE');
    expect(catalog.resourceLocks.holderOf(vaultRecord().id)).toBeUndefined();
  });

  it('rule R73: undoes what has no recoverer, and releases its locks', async () => {
    const here = setting();
    const { next } = interrupt(here, { begin: () => undefined });
    const { id } = theOne(here);
    const reports = await next.recover({});
    expect(reports).toEqual([
      {
        workRequestId: id,
        operationType: 'BACKUP_VAULT',
        outcome: 'FAILED',
        message: 'It had changed nothing that had to be undone.',
      },
    ]);
    expect(next.get(id)).toMatchObject({ status: 'FAILED', timeFinished: timeOf(2000) });
    expect(next.errors(id)).toMatchObject([{ code: 'ServiceUnavailable' }]);
    expect(next.logs(id).at(-1)?.message).toContain('Recovered after an interruption');
    expect(here.catalog.resourceLocks.holderOf(vaultRecord().id)).toBeUndefined();
    expect(await next.recover({})).toEqual([]);
  });

  it('ends as canceled what was being canceled and is undone', async () => {
    const here = setting();
    const { next } = interrupt(here, {}, true);
    await next.recover({});
    expect(theOne(here).status).toBe('CANCELED');
  });

  it('rule R73: that fails keeps everything as it is for the next start, and does not keep the program from it', async () => {
    const here = setting();
    const { next } = interrupt(here);
    const { id } = theOne(here);
    const failing = {
      BACKUP_VAULT: () =>
        Promise.reject(new StrongroomError('ServiceUnavailable', 'No bucket.', 'Mount it.')),
    };
    expect(await next.recover(failing)).toEqual([
      {
        workRequestId: id,
        operationType: 'BACKUP_VAULT',
        outcome: 'UNFINISHED',
        message: 'No bucket. Mount it.',
      },
    ]);
    expect(next.get(id).status).toBe('IN_PROGRESS');
    expect(here.catalog.resourceLocks.holderOf(vaultRecord().id)).toBe(id);
    const halfApplied = {
      BACKUP_VAULT: () =>
        Promise.resolve({
          outcome: 'SUCCEEDED' as const,
          message: 'x',
          apply: () => {
            throw new Error('in the middle');
          },
        }),
    };
    expect(await next.recover(halfApplied)).toMatchObject([{ outcome: 'UNFINISHED' }]);
    expect(next.get(id).status).toBe('IN_PROGRESS');
  });

  it('leaves what runs in this process alone', async () => {
    const here = setting();
    await here.workRequests.run(backupDetails(here), async (run) => {
      expect(await here.workRequests.recover({})).toEqual([]);
      run.commit(() => undefined);
    });
    expect(theOne(here).status).toBe('SUCCEEDED');
  });
});
