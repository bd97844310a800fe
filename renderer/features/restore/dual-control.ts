import type { Compartment } from '../../../shared/domain/vault.ts';
import type { RestorePlan } from '../../../shared/domain/restore-plan.ts';

/**
 * Whether a compartment that the plan names, or one above it, is under dual control (rule R63). Main decides; this lets
 * the window say so beforehand, as far as the operator may see compartments.
 */
export function isUnderDualControl(
  plan: Pick<RestorePlan, 'items'>,
  compartments: readonly Compartment[],
): boolean {
  const byId = new Map(compartments.map((compartment) => [compartment.id, compartment]));
  const root = compartments.find(({ compartmentId }) => compartmentId === undefined);
  if (root?.isApprovalRequired === true) return true;
  return plan.items
    .filter(({ entityType }) => entityType === 'compartment')
    .some(({ id }) => {
      for (let each = byId.get(id); each !== undefined; each = byId.get(each.compartmentId ?? '')) {
        if (each.isApprovalRequired === true) return true;
      }
      return false;
    });
}
