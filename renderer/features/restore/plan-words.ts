import type { PlanItem, RestorePlan } from '../../../shared/domain/restore-plan.ts';
import { LIMITS } from '../../../shared/domain/limit.ts';
import { countOf } from '../../components/words.ts';

/** What a restore plan says, in the words of the window. */

export interface PlanCounts {
  readonly ADD: number;
  readonly UPDATE: number;
  readonly KEEP: number;
}

export function countsOf(plan: Pick<RestorePlan, 'items'>): PlanCounts {
  const counts = { ADD: 0, UPDATE: 0, KEEP: 0 };
  for (const { action } of plan.items) counts[action] += 1;
  return counts;
}

/** Whether anything that was destroyed here would come back (rule R48). */
export function bringsBack(plan: Pick<RestorePlan, 'items' | 'keyVersionsToBringBack'>): boolean {
  return plan.keyVersionsToBringBack > 0 || plan.items.some(({ isBroughtBack }) => isBroughtBack === true);
}

/** What would come back, in sentences that end in no stop. */
export function whatComesBack(plan: Pick<RestorePlan, 'items' | 'keyVersionsToBringBack'>): string[] {
  const whole = plan.items
    .filter(({ isBroughtBack }) => isBroughtBack === true)
    .map(({ entityType, displayName }) => `The ${entityType} ${displayName}`);
  const { keyVersionsToBringBack: versions } = plan;
  return versions === 0 ? whole : [...whole, countOf(versions, 'destroyed key version')];
}

/** What the restore goes onto, whose name is to be typed; undefined where everything of it is new. */
export function existingTarget(plan: Pick<RestorePlan, 'items' | 'backup'>): PlanItem | undefined {
  const entityType = plan.backup.kind === 'VAULT' ? 'vault' : 'key';
  const target = plan.items.find((item) => item.entityType === entityType);
  return target === undefined || target.action === 'ADD' ? undefined : target;
}

export function nameOfRestored(plan: Pick<RestorePlan, 'items' | 'backup'>): string {
  const entityType = plan.backup.kind === 'VAULT' ? 'vault' : 'key';
  const item = plan.items.find((each) => each.entityType === entityType);
  return `the ${entityType} ${item?.displayName ?? 'of the backup'}`;
}

/** Whether the restore may go ahead as far as the plan tells; what is brought back is asked for elsewhere. */
export function mayGoAhead(plan: Pick<RestorePlan, 'refused' | 'limits'>): boolean {
  return plan.refused.length === 0 && !plan.limits.some(({ isExceeded }) => isExceeded);
}

/** Everything of the backup is here already, as it is there. */
export function changesNothing(plan: Pick<RestorePlan, 'items' | 'keyVersionsToAdd'>): boolean {
  return plan.keyVersionsToAdd === 0 && plan.items.every(({ action }) => action === 'KEEP');
}

/** The OCIDs that change, for those who must change what names them. */
export function changedIds<Item extends Pick<PlanItem, 'id' | 'sourceId'>>(items: readonly Item[]): Item[] {
  return items.filter(({ id, sourceId }) => id !== sourceId);
}

/** A table for other programs: what, name, old and new OCID, parted by tabs. */
export function idMapText(
  items: readonly Pick<PlanItem, 'entityType' | 'displayName' | 'sourceId' | 'id'>[],
): string {
  const rows = changedIds(items).map(({ entityType, displayName, sourceId, id }) =>
    [entityType, displayName.replaceAll(/\s/g, ' '), sourceId, id].join('\t'),
  );
  return [['what', 'name', 'old OCID', 'new OCID'].join('\t'), ...rows].join('\n');
}

/** What to do about a reason that forbids the restore. */
export function whatToDoAbout(refusal: string): string {
  if (/is PENDING_DELETION|is SCHEDULING_DELETION/.test(refusal)) {
    return 'Cancel its deletion on its page, then plan again.';
  }
  if (
    /is (?:DELETING|CREATING|UPDATING|ENABLING|DISABLING|BACKUP_IN_PROGRESS|RESTORING|CANCELLING_DELETION)/.test(
      refusal,
    )
  ) {
    return 'Wait until the work on it has ended (Work requests), then plan again.';
  }
  if (refusal.includes('in another compartment here')) {
    return 'Restore into a home or region where it is in the compartment of the backup: a restore moves nothing.';
  }
  if (refusal.includes('another value') || refusal.includes('another key under the material id')) {
    return 'Nobody should be able to make this happen. Verify the backup and the audit log, and find out where the other value came from before anything else is restored.';
  }
  return 'Resolve what is named, then plan again.';
}

/** `Key versions of the vault` */
export function limitInWords(name: RestorePlan['limits'][number]['name']): string {
  switch (name) {
    case 'key-version-count-per-virtual-private-vault':
      return 'Key versions of the vault';
    case 'virtual-private-vault-count':
      return 'Virtual private vaults of the region';
    case 'virtual-vault-count':
      return 'Default vaults of the region';
    case 'bucket-count':
      return 'Buckets of the region';
  }
}

export function limitDescription(name: RestorePlan['limits'][number]['name']): string {
  return LIMITS[name].description;
}

/** `about 2 minutes` */
export function durationInWords(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds <= 1) return 'about a second';
  if (seconds < 90) return `about ${countOf(seconds, 'second')}`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90
    ? `about ${countOf(minutes, 'minute')}`
    : `about ${countOf(Math.round(minutes / 60), 'hour')}`;
}
