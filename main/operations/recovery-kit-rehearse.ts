import { StrongroomError, toStrongroomError } from '../../shared/domain/errors.ts';
import type { RequestOf } from '../../shared/contract/contract.ts';
import type { TokenReference } from '../../shared/domain/region.ts';
import { tokenReferenceSchema } from '../../shared/domain/region.ts';
import type { Catalog } from '../catalog/open-catalog.ts';
import type { RealmKeys, TokenSession } from '../hsm/token-session.ts';
import type { WorkRequestRun } from '../work-requests/work-request-run.ts';
import { z } from 'zod';
import { resolveToken } from './bind-region.ts';
import { canonicalJson } from './canonical-json.ts';
import type { OperationContext, OperationHandler } from './operation-context.ts';
import { namePracticeFolder } from './practice-scratch.ts';
import { readKitFile, realmKeysOf, recordKit, requireOwnKit } from './recovery-kit-file.ts';
import type { OpenKit } from './recovery-kit-file.ts';
import { onScratch } from './recovery-kit-scratch.ts';
import type { ScratchPlace } from './recovery-kit-scratch.ts';
import { readShares } from './recovery-kit-shares.ts';
import type { RecoveryShares } from './recovery-kit-shares.ts';

/** What recovery needs of a rehearsal: where its realm keys may still be. */
export const rehearsalIntentSchema = z.object({
  setId: z.string(),
  scratch: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('token'), token: tokenReferenceSchema }),
    z.object({ kind: z.literal('practice'), folder: z.string() }),
  ]),
});

/** What a rehearsal puts on a token: the two realm keys. */
const REALM_KEY_OBJECTS = 2;

/** Journal steps of a rehearsal: between the two, realm keys are on the scratch token. */
const REBUILD = 'rebuild';
const DESTROYED = 'destroyed';

/**
 * Rehearses a recovery (rule R5): rebuilds the realm keys on a scratch token from M shares, as a restore would, compares
 * check values, and destroys them there whatever happened.
 */
export const rehearseRecoveryKit: OperationHandler<'recovery-kit.rehearse'> = async (context, request) => {
  const { catalog } = context;
  catalog.realm.require();
  const opened = await readKitFile(request.kit);
  requireOwnKit(catalog, request.kit, opened);
  using shares = await readShares(request.shareFile, opened.kit, 'threshold', context.typedShare);
  const place = await scratchPlaceOf(context, request);
  const wasCutOff = place.kind === 'token' && mayHoldRehearsal(catalog, place.token);
  const { workRequestId, result } = await context.workRequests.run(
    {
      operationType: 'REHEARSE_RECOVERY_KIT',
      resources: [{ actionType: 'RELATED', entityType: 'recovery-kit', identifier: opened.kit.setId }],
      locks: [],
      intent: rehearsalIntentSchema.parse({ setId: opened.kit.setId, scratch: place }),
    },
    async (run) => {
      run.progress(0, 4, 'Opening the scratch token');
      const scratchToken = await onScratch(context, place, async (session) => {
        await rehearseOn(run, session, opened, shares, wasCutOff);
        return session.token.label;
      });
      const timeRehearsed = context.now().toISOString();
      return { scratchToken, recoveryKit: run.commit(() => recordKit(catalog, opened, { timeRehearsed })) };
    },
    context.onProgress,
  );
  const { rbkCheckValue, rakCheckValue } = realmKeysOf(opened.kit);
  return {
    workRequestId,
    ...result,
    isPracticeToken: place.kind === 'practice',
    rbkCheckValue,
    rakCheckValue,
    statement: `${request.shareFile.length} shares rebuilt the realm keys; their check values are those of the realm, and they were destroyed on the scratch token again.`,
  };
};

async function scratchPlaceOf(
  context: OperationContext,
  request: RequestOf<'recovery-kit.rehearse'>,
): Promise<ScratchPlace> {
  const { module } = request;
  if (module !== undefined)
    return { kind: 'token', token: await resolveToken(context, { ...request, module }) };
  if (request.tokenLabel === undefined && request.slotSerial === undefined) {
    return { kind: 'practice', folder: await namePracticeFolder(REALM_KEY_OBJECTS) };
  }
  throw new StrongroomError(
    'MissingParameter',
    'A token is named, but not its module.',
    'Name the module with --module, or leave the token out: then a practice token is made.',
  );
}

async function rehearseOn(
  run: WorkRequestRun,
  session: TokenSession,
  { kit, wrapped }: OpenKit,
  shares: RecoveryShares,
  wasCutOff: boolean,
): Promise<void> {
  const expected = realmKeysOf(kit);
  if (wasCutOff) {
    run.log('A rehearsal on this token was cut off; what it left there is destroyed first.');
    await session.destroyRealmKeys(expected);
    run.journal(DESTROYED, {});
  }
  await requireEmpty(session);
  run.progress(1, 4, 'Rebuilding the realm keys');
  run.journal(REBUILD, {});
  try {
    await shares.withEscrowKey((escrowKey) =>
      session.unwrapRealmKeysFromEscrow(escrowKey, wrapped, expected),
    );
    run.progress(2, 4, 'Comparing check values');
    await requireSame(session, expected);
  } catch (thrown) {
    // Realm keys that came there meanwhile by another way are not ours to destroy.
    const areOthers = thrown instanceof StrongroomError && thrown.reason === 'RealmKeysExist';
    if (!areOthers) await destroyAfterFailure(run, session, expected);
    throw thrown;
  }
  run.progress(3, 4, 'Destroying the realm keys on the scratch token');
  await session.destroyRealmKeys(expected);
  run.journal(DESTROYED, {});
}

/** The failure before is the one that is told; what remains on the token is destroyed by the next rehearsal there. */
async function destroyAfterFailure(
  run: WorkRequestRun,
  session: TokenSession,
  expected: RealmKeys,
): Promise<void> {
  try {
    await session.destroyRealmKeys(expected);
    run.journal(DESTROYED, {});
  } catch (thrown) {
    run.log(
      `The realm keys may still be on token ${session.token.label}: ${toStrongroomError(thrown).message} Rehearse there again, which destroys them first, or reset the token.`,
    );
  }
}

/** Before anything is written: what is on the token in the end is destroyed, so that it must be a rehearsal's alone. */
async function requireEmpty(session: TokenSession): Promise<void> {
  const found = await session.findRealmKeys();
  if (found !== undefined) {
    throw new StrongroomError(
      'Conflict',
      `The token ${session.token.label} holds the keys of realm "${found.realmName}": it is no scratch token.`,
      'Use an empty token for the rehearsal, or name none: then a practice token is made.',
      { reason: 'RealmKeysExist' },
    );
  }
  for await (const { materialId } of session.inventory()) {
    throw new StrongroomError(
      'Conflict',
      `The token ${session.token.label} holds key versions, ${materialId} among them: it is no scratch token.`,
      'Use an empty token for the rehearsal, or name none: then a practice token is made.',
      { reason: 'TokenInUse' },
    );
  }
}

/** Found anew on the token, as any later login would find them. */
async function requireSame(session: TokenSession, expected: RealmKeys): Promise<void> {
  const found = await session.findRealmKeys();
  const names = ['realmId', 'tenancyId', 'rbkCheckValue', 'rakCheckValue'] as const;
  if (found !== undefined && names.every((name) => found[name] === expected[name])) return;
  throw new StrongroomError(
    'IncorrectState',
    'The realm keys on the scratch token are not the ones of the recovery kit.',
    'Rehearse with another scratch token. If it fails the same way, make a new recovery kit.',
    { reason: 'CheckValueMismatch' },
  );
}

/**
 * Whether the last rehearsal of this home that touched the token was cut off while realm keys were there. Only then are
 * realm keys that are found there taken for a rehearsal's, and never on a token that a region is bound to.
 */
function mayHoldRehearsal(catalog: Catalog, token: TokenReference): boolean {
  const isSame = (other: TokenReference): boolean => canonicalJson(other) === canonicalJson(token);
  if (catalog.regions.list().some((region) => isSame(region.token))) return false;
  for (const { id, intent } of catalog.workRequests.iterate({ operationType: 'REHEARSE_RECOVERY_KIT' })) {
    const scratch = rehearsalIntentSchema.safeParse(intent).data?.scratch;
    if (scratch?.kind !== 'token' || !isSame(scratch.token)) continue;
    const last = catalog.workRequestNotes
      .journalOf(id)
      .findLast(({ step }) => step === REBUILD || step === DESTROYED);
    if (last !== undefined) return last.step === REBUILD;
  }
  return false;
}
