import { createHash } from 'node:crypto';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { AccessDemand } from '../access/access-demand.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import type { DueDeletion } from '../catalog/scheduled-deletion-store.ts';
import type { TokenSession } from '../hsm/token-session.ts';
import type { Recoverer } from '../work-requests/recover-work-requests.ts';
import type { WorkRequestRun } from '../work-requests/work-request-run.ts';
import { canonicalJson } from './canonical-json.ts';
import { requireClockNotSetBack } from './clock-check.ts';
import type { OperationContext, OperationHandler } from './operation-context.ts';

/** Token objects that are destroyed before progress is told. */
const BATCH = 64;
/** Where destroying ends and looking whether it worked begins, in percent. */
const DESTROYED_AT = 95;

export const listDeletions: OperationHandler<'deletion.list'> = (context, request) =>
  Promise.resolve(context.catalog.scheduledDeletions.list({ ...request, now: context.now().toISOString() }));

/**
 * Destroys what is due (rule R13): DELETING and the list of token objects are committed first, then the objects are
 * destroyed, then the token is read anew to see that they are gone, and only then anything is DELETED. There is no way
 * back from the first commit: whatever interrupts the rest, the next login or execution does it ([Note: token orphans]).
 */
export const executeDeletions: OperationHandler<'deletion.execute'> = async (context, request) => {
  const { catalog } = context;
  requireClockNotSetBack(context);
  const asked = selectDue(context, request);
  context.requireAccess(demandsOf(asked));
  context.requireApproval({
    planHash: planHashOf(asked),
    summary: `Destroy ${asked.length} due vaults, keys and key versions: ${asked.map((one) => one.displayName).join(', ')}`,
    compartmentIds: [...new Set(asked.map((one) => one.compartmentId))],
  });
  const regions = regionsOf(asked);
  const before = catalog.scheduledDeletions.countLeft(asked);
  // Whatever a login can refuse, it refuses before anything is touched.
  const sessions = new Map<string, TokenSession>();
  for (const region of tokenRegionsOf(asked)) sessions.set(region, await context.openRegion(region));
  const { workRequestId, result } = await context.workRequests.run(
    {
      operationType: 'EXECUTE_DELETIONS',
      resources: [],
      // No restore into these regions meanwhile: its plan counts on what it found on the token.
      locks: regions,
      intent: { regions, ids: asked.map((one) => one.id) },
      begin: (id) => {
        const due = stillDue(context, asked);
        catalog.scheduledDeletions.beginDestroying(
          id,
          due,
          [...sessions.keys()],
          context.now().toISOString(),
        );
        for (const one of due) {
          catalog.workRequestNotes.putResource(id, {
            actionType: 'DELETED',
            entityType: one.entityType,
            identifier: one.id,
          });
        }
      },
    },
    async (run) => {
      let tokenObjectCount = 0;
      for (const [region, session] of sessions) {
        tokenObjectCount += await destroyOnToken(catalog, run, region, session);
      }
      return run.commit(() => {
        catalog.tokenOrphans.removeOf(run.id);
        catalog.scheduledDeletions.finishDestroying();
        const left = catalog.scheduledDeletions.countLeft(asked);
        return {
          vaultCount: before.vaultCount - left.vaultCount,
          keyCount: before.keyCount - left.keyCount,
          keyVersionCount: before.keyVersionCount - left.keyVersionCount,
          tokenObjectCount,
        };
      });
    },
    context.onProgress,
  );
  return { workRequestId, ...result };
};

/** Destroys the objects that this work request wrote down, and looks whether they are gone. @returns how many went. */
async function destroyOnToken(
  catalog: Catalog,
  run: WorkRequestRun,
  region: string,
  session: TokenSession,
): Promise<number> {
  const materialIds = catalog.tokenOrphans
    .listOf(region)
    .filter((orphan) => orphan.workRequestId === run.id)
    .map((orphan) => orphan.materialId);
  let destroyed = 0;
  for (let from = 0; from < materialIds.length; from += BATCH) {
    destroyed += await session.destroyKeyVersions(materialIds.slice(from, from + BATCH));
    run.progress(
      (Math.min(from + BATCH, materialIds.length) / materialIds.length) * DESTROYED_AT,
      100,
      `Destroying keys on the token of ${region}`,
    );
  }
  const wanted = new Set(materialIds);
  for await (const { materialId } of session.inventory()) {
    if (!wanted.has(materialId)) continue;
    throw new StrongroomError(
      'ServiceUnavailable',
      `The token of region ${region} still shows the key ${materialId} after it was told to destroy it.`,
      'Nothing counts as deleted. Look at the token (doctor run), then run deletion execute again.',
      { reason: 'NotDestroyed' },
    );
  }
  run.log(`Destroyed ${destroyed} objects on the token of ${region}; none of them is there any more.`);
  return destroyed;
}

/** @throws StrongroomError IncorrectState, reason `NotDue`, for an id that is not due, or if nothing is. */
function selectDue(
  { catalog, now }: OperationContext,
  query: { readonly region?: string | undefined; readonly ids?: readonly string[] | undefined },
): DueDeletion[] {
  if (query.region !== undefined) catalog.regions.require(query.region);
  const time = now().toISOString();
  const due = catalog.scheduledDeletions.listDue(query, time);
  const found = new Set(due.map((one) => one.id));
  const early = query.ids?.find((id) => !found.has(id));
  if (early === undefined && due.length > 0) return due;
  const [next] = catalog.scheduledDeletions.list({ region: query.region, now: time, limit: 1 }).data;
  throw new StrongroomError(
    'IncorrectState',
    early !== undefined
      ? `${early} is not due: its deletion is not scheduled, not yet, or not in that region.`
      : next === undefined
        ? 'Nothing is scheduled for deletion.'
        : `Nothing is due yet; the next is ${next.displayName}, on ${next.timeOfDeletion}.`,
    'See deletion list for what is scheduled and when.',
    { reason: 'NotDue' },
  );
}

function demandsOf(due: readonly DueDeletion[]): AccessDemand[] {
  return due.map(({ entityType, id, compartmentId, vaultId, keyId, region }) =>
    entityType === 'vault'
      ? { permission: 'VAULT_DELETE', target: { compartmentId, vaultId: id, region } }
      : { permission: 'KEY_DELETE', target: { compartmentId, vaultId, keyId, region } },
  );
}

function regionsOf(due: readonly DueDeletion[]): string[] {
  return [...new Set(due.map((one) => one.region))];
}

/** Regions whose tokens have something to lose; a vault has nothing there itself. */
function tokenRegionsOf(due: readonly DueDeletion[]): string[] {
  return regionsOf(due.filter((one) => one.protectionMode === 'HSM'));
}

/** What a second operator approves (rule R63): exactly these things at exactly these times. */
function planHashOf(due: readonly DueDeletion[]): string {
  const plan = due.map(({ entityType, id, timeOfDeletion }) => ({ entityType, id, timeOfDeletion }));
  return createHash('sha256')
    .update(`strongroom/v1/deletion-plan\n${canonicalJson(plan)}`)
    .digest('hex');
}

/**
 * Of what was asked for, approved and allowed, what is still to be destroyed after the logins: one of them may have ended
 * what an interrupted execution had begun, and somebody may have cancelled a deletion meanwhile.
 */
function stillDue({ catalog, now }: OperationContext, asked: readonly DueDeletion[]): DueDeletion[] {
  const ids = asked.map((one) => one.id);
  const known = new Set(ids);
  return catalog.scheduledDeletions.listDue({ ids }, now().toISOString()).filter((one) => known.has(one.id));
}

/** At start: what needs no token is finished; the rest stays DELETING until a token is there (rule R73). */
export function recoverDeletions(catalog: Catalog): Recoverer {
  return () =>
    Promise.resolve({
      outcome: 'FAILED',
      message:
        'The deletion was interrupted. What was begun cannot be taken back: the next login to its region, or deletion execute, destroys the rest. Nothing DELETING is usable.',
      apply: () => {
        catalog.scheduledDeletions.finishDestroying();
      },
    });
}
