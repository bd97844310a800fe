import type { OperationName } from '../../shared/contract/contract.ts';
import type { Operation } from '../../shared/contract/operation.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import type { RestorePlan } from '../../shared/domain/restore-plan.ts';
import { restorePlanSchema } from '../../shared/domain/restore-plan.ts';
import { pathFieldOf } from './flags-from-schema.ts';
import type { Output } from './output.ts';
import { commandOf } from './request-from-flags.ts';
import { UsageError } from './usage-error.ts';

/** A request as it was built from flags. */
export type Request = Readonly<Record<string, unknown>>;

/** Asks a person; undefined where there is no terminal to ask on. */
export type Ask = ((question: string) => Promise<boolean>) | undefined;

export interface Confirmation {
  readonly operation: Operation;
  readonly request: Request;
  /** --yes */
  readonly isYes: boolean;
  /** --dry-run */
  readonly isDryRun: boolean;
  readonly ask: Ask;
}

/** What is known before anything is opened. @throws UsageError, or InvalidParameter `ConfirmationNeeded`. */
export function requireAnswerable({ operation, request, isYes, isDryRun, ask }: Confirmation): void {
  if (operation.confirm === undefined) return;
  const hasPlanHash = request['planHash'] !== undefined;
  if (isDryRun && hasPlanHash) {
    throw new UsageError(
      'InvalidParameter',
      '--dry-run and --plan-hash contradict each other.',
      'Keep one of them.',
      {
        reason: 'ContradictoryFlags',
      },
    );
  }
  if (isYes || isDryRun || hasPlanHash || ask !== undefined) return;
  const byPlan =
    'plan' in operation.confirm ? ', or --plan-hash with the hash of the plan that was shown' : '';
  throw new StrongroomError(
    'InvalidParameter',
    `${commandOf(operation)} asks before it goes ahead, and there is no terminal to ask on.`,
    `Pass --yes${byPlan}.`,
    { reason: 'ConfirmationNeeded' },
  );
}

/**
 * Shows a person what would be done and asks (rule R43).
 * @returns the request to go ahead with, bound to the plan that was shown; undefined after --dry-run.
 * @throws NotAllowed `ConfirmationDeclined`; IncorrectState `PlanRefused`; whatever the plan's operation answers.
 */
export async function confirmed(
  confirmation: Confirmation,
  call: (name: OperationName, request: Request) => Promise<unknown>,
  output: Output,
): Promise<Request | undefined> {
  const { operation, request, isYes, isDryRun, ask } = confirmation;
  const { confirm } = operation;
  if (confirm === undefined) return request;
  if ('question' in confirm) {
    if (!isYes) await requireYes(ask, confirm.question);
    return request;
  }
  if (request['planHash'] !== undefined) return request;

  output.tell(['Verifying the backup in full and planning; nothing is changed yet.']);
  const answer = await call(confirm.plan as OperationName, planRequest(operation, request));
  const plan = restorePlanSchema.parse(answer);
  if (isDryRun) {
    await output.result(confirm.plan, answer);
    if (plan.refused.length > 0) throw planRefused(plan);
    return undefined;
  }
  if (!isYes) {
    const { planLines } = await import('./render-plan.ts');
    output.tell(['', ...planLines(plan, output.tellWidth), '']);
    if (plan.refused.length > 0) throw planRefused(plan);
    await requireYes(ask, 'Restore exactly this?');
    if (bringsBackDestroyed(plan) && request['isBringBackDestroyed'] !== true) {
      await requireYes(ask, 'Bring back what was destroyed here on purpose?');
      return { ...request, isBringBackDestroyed: true, planHash: plan.planHash };
    }
  }
  return { ...request, planHash: plan.planHash };
}

function bringsBackDestroyed({ items, keyVersionsToBringBack }: RestorePlan): boolean {
  return keyVersionsToBringBack > 0 || items.some((item) => item.isBroughtBack === true);
}

/** The plan is asked for the same backup and region that the restore is. */
function planRequest(operation: Operation, request: Request): Request {
  const fileField = pathFieldOf(operation.request);
  const backupLocation =
    fileField === undefined
      ? request['backupLocation']
      : { destination: 'OFFLINE_FILE', file: request[fileField] };
  return { backupLocation, ...(request['region'] === undefined ? {} : { region: request['region'] }) };
}

async function requireYes(ask: Ask, question: string): Promise<void> {
  if ((await ask?.(question)) === true) return;
  throw new StrongroomError(
    'NotAllowed',
    'Nothing was changed: the answer was not yes.',
    'Run it again and answer yes if it is to be done.',
    { reason: 'ConfirmationDeclined' },
  );
}

function planRefused(plan: RestorePlan): StrongroomError {
  return new StrongroomError(
    'IncorrectState',
    `This restore cannot go ahead, and nothing was changed: ${plan.refused.join('; ')}`,
    'Remove what stands in its way, as the plan names it, and plan again.',
    { reason: 'PlanRefused' },
  );
}
