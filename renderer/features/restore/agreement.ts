import type { RestorePlan } from '../../../shared/domain/restore-plan.ts';
import { bringsBack, existingTarget } from './plan-words.ts';

/** What a person agrees to before anything is written. */
export interface Agreement {
  /** The name as it was typed, where the restore goes onto something. */
  readonly typedName: string;
  readonly isBringBackDestroyed: boolean;
}

export const NOTHING_AGREED: Agreement = { typedName: '', isBringBackDestroyed: false };

/** What is missing of the agreement, in words; undefined: all is agreed. */
export function missingAgreement(plan: RestorePlan, agreement: Agreement): string | undefined {
  if (bringsBack(plan) && !agreement.isBringBackDestroyed)
    return 'Say whether what was destroyed may come back.';
  const target = existingTarget(plan);
  if (target !== undefined && agreement.typedName !== target.displayName) {
    return `Type the ${target.entityType}’s name.`;
  }
  return undefined;
}
