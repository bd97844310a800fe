import { randomBytes } from 'node:crypto';
import type { DrillStatement } from '../../shared/domain/drill-report.ts';
import { StrongroomError, toStrongroomError } from '../../shared/domain/errors.ts';
import type { TokenReference } from '../../shared/domain/region.ts';
import type { ScratchToken } from '../catalog/scratch-token-store.ts';
import type { RealmKeys, TokenSession } from '../hsm/token-session.ts';
import type { WorkRequestRun } from '../work-requests/work-request-run.ts';
import { resolveToken } from './bind-region.ts';
import type { TokenFields } from './bind-region.ts';
import type { OperationContext } from './operation-context.ts';
import { deletePracticeFolder, makePracticeScratch, namePracticeFolder } from './practice-scratch.ts';
import { requireCapable } from './realm-keys-of-token.ts';

/** An officer's own scratch token: logged in to, and found fit and empty, before anything is done. */
export interface OpenScratchToken extends AsyncDisposable {
  readonly reference: TokenReference;
  readonly session: TokenSession;
  /** What a drill that broke off may have left on it: to be destroyed before anything else. */
  readonly leftovers: readonly ScratchToken[];
}

/** A scratch token in use by one drill. */
export interface Scratch {
  readonly session: TokenSession;
  readonly isPractice: boolean;
  /** Of the enrolment that brings it the realm keys. */
  readonly requestId: string;
  /** Writes down what is about to be put on it ([Note: scratch tokens] in scratch-token-store.ts). */
  announce(materialIds: readonly string[]): void;
  /** Destroys all that the drill put on it, and proves that nothing is left. */
  empty(expected: RealmKeys): Promise<void>;
}

/**
 * Opens the scratch token that a request names.
 * @throws StrongroomError Conflict, reason `ScratchInUse`, for a token that holds realm keys or Strongroom's keys.
 */
export async function openScratchToken(
  context: OperationContext,
  fields: TokenFields,
): Promise<OpenScratchToken> {
  const reference = await resolveToken(context, fields);
  const leftovers = context.catalog.scratchTokens
    .list()
    .filter(
      ({ token, workRequestId }) =>
        token?.tokenLabel === reference.tokenLabel &&
        token.tokenSerial === reference.tokenSerial &&
        !isRunning(context, workRequestId),
    );
  const session = await context.openToken(reference, { tokenLabel: reference.tokenLabel });
  try {
    if (leftovers.length === 0) await requireEmpty(session, inUse);
    requireCapable(await session.probe());
    return { reference, session, leftovers, [Symbol.asyncDispose]: () => session.close() };
  } catch (failure) {
    await session.close();
    throw failure;
  }
}

/** Readies the token that was opened; its session stays the caller's. */
export async function beginScratchToken(
  context: OperationContext,
  run: WorkRequestRun,
  open: OpenScratchToken,
  expected: RealmKeys,
): Promise<Scratch> {
  const { catalog } = context;
  const { session, reference } = open;
  for (const leftover of open.leftovers) {
    run.log(
      `Destroying on token ${reference.tokenLabel} what the interrupted drill ${leftover.workRequestId} left.`,
    );
    await destroyAnnounced(context, session, leftover, expected);
    catalog.transaction(() => {
      catalog.scratchTokens.remove(leftover.workRequestId);
    });
  }
  await requireEmpty(session, inUse);
  const scratch: ScratchToken = {
    workRequestId: run.id,
    token: reference,
    requestId: newRequestId(),
    timeCreated: context.now().toISOString(),
  };
  catalog.scratchTokens.insert(scratch);
  return {
    session,
    isPractice: false,
    requestId: scratch.requestId,
    announce: (materialIds) => {
      catalog.transaction(() => {
        catalog.scratchTokens.addObjects(run.id, materialIds);
      });
    },
    empty: async (keys) => {
      await destroyAnnounced(context, session, scratch, keys);
      await requireEmpty(session, notEmptied);
      catalog.transaction(() => {
        catalog.scratchTokens.remove(run.id);
      });
    },
  };
}

/** Makes a practice token for this drill alone. @param objects how many key versions it must hold. */
export async function beginPracticeScratch(
  context: OperationContext,
  run: WorkRequestRun,
  objects: number,
): Promise<Scratch> {
  const { catalog } = context;
  const practiceFolder = await namePracticeFolder(objects);
  const requestId = newRequestId();
  const timeCreated = context.now().toISOString();
  catalog.scratchTokens.insert({ workRequestId: run.id, practiceFolder, requestId, timeCreated });
  const remove = async (): Promise<void> => {
    await deletePracticeFolder(practiceFolder);
    catalog.scratchTokens.remove(run.id);
  };
  try {
    const practice = await makePracticeScratch(practiceFolder);
    return {
      session: practice.session,
      isPractice: true,
      requestId,
      announce: () => undefined,
      empty: async () => {
        await practice.close();
        await remove();
      },
    };
  } catch (failure) {
    await remove();
    throw failure;
  }
}

/** What a report says of the scratch token. */
export function describeScratch({ session, isPractice }: Scratch): DrillStatement['scratchToken'] {
  const { label, serial, manufacturer, model, firmwareVersion } = session.token;
  return { label, serial, manufacturer, model, firmwareVersion, isPractice };
}

/** Deletes practice tokens of drills that broke off, and tells which other tokens may still hold something. */
export async function tidyScratchTokens(context: OperationContext): Promise<string[]> {
  const warnings: string[] = [];
  for (const scratch of context.catalog.scratchTokens.list()) {
    if (isRunning(context, scratch.workRequestId)) continue;
    if (scratch.practiceFolder === undefined) {
      warnings.push(leftoverWarning(scratch));
      continue;
    }
    try {
      await deletePracticeFolder(scratch.practiceFolder);
      context.catalog.scratchTokens.remove(scratch.workRequestId);
    } catch (thrown) {
      const { message, next } = toStrongroomError(thrown);
      warnings.push(`${message} ${next}`);
    }
  }
  return warnings;
}

/** For people, about a token that a broken-off drill could not empty. */
export function leftoverWarning({ token, workRequestId }: ScratchToken): string {
  const name =
    token === undefined ? 'of a drill' : `${token.tokenLabel} (${token.tokenSerial ?? 'no serial number'})`;
  return `The scratch token ${name} may still hold the realm keys and keys of a backup, left by the drill ${workRequestId}. Drill with it again, which destroys them first, or initialise it anew with its vendor's tool; until then guard it like the region's own.`;
}

function isRunning(context: OperationContext, workRequestId: string): boolean {
  return context.catalog.workRequests.get(workRequestId)?.timeFinished === undefined;
}

async function destroyAnnounced(
  context: OperationContext,
  session: TokenSession,
  { workRequestId, requestId }: ScratchToken,
  expected: RealmKeys,
): Promise<void> {
  let batch: string[] = [];
  for (const materialId of context.catalog.scratchTokens.objectsOf(workRequestId)) {
    batch.push(materialId);
    if (batch.length < DESTROYED_AT_ONCE) continue;
    await session.destroyKeyVersions(batch);
    batch = [];
  }
  await session.destroyKeyVersions(batch);
  await session.destroyTransportKey(requestId);
  // Refuses a token that has other realm keys or further key versions: it got another use since.
  await session.destroyRealmKeys(expected);
}

const DESTROYED_AT_ONCE = 1024;

/** By an inventory read anew, and a search for realm keys. */
async function requireEmpty(session: TokenSession, error: (label: string) => StrongroomError): Promise<void> {
  const { done: hasNoKeys } = await session.inventory()[Symbol.asyncIterator]().next();
  if (hasNoKeys === true && !(await holdsRealmKeys(session))) return;
  throw error(session.token.label);
}

async function holdsRealmKeys(session: TokenSession): Promise<boolean> {
  try {
    return (await session.findRealmKeys()) !== undefined;
  } catch (thrown) {
    const { reason } = toStrongroomError(thrown);
    // Half a pair, two pairs, a pair that is not protected: realm keys all the same.
    if (['RealmKeysIncomplete', 'SeveralRealms', 'RealmKeyNotProtected'].includes(reason ?? '')) return true;
    throw thrown;
  }
}

function inUse(label: string): StrongroomError {
  return new StrongroomError(
    'Conflict',
    `The token ${label} holds realm keys or keys of Strongroom: it is no scratch token. Nothing was done to it.`,
    'Use an empty token, or leave --module out: a practice token is made then.',
    { reason: 'ScratchInUse' },
  );
}

function notEmptied(label: string): StrongroomError {
  return new StrongroomError(
    'ServiceUnavailable',
    `The scratch token ${label} still holds keys after the drill has destroyed them.`,
    "Initialise it anew with its vendor's tool, and use another one for drills.",
    { reason: 'ScratchNotEmptied' },
  );
}

function newRequestId(): string {
  return randomBytes(16).toString('hex');
}
