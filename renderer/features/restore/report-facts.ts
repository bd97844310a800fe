import type { WorkRequest } from '../../../shared/domain/work-request.ts';
import type { Answer } from '../../client.ts';
import { countOf } from '../../components/words.ts';
import type { MappedItem } from './id-map-table.tsx';
import { countsOf } from './plan-words.ts';

/** What the report shows, whether it is known from the restore's answer or from its record. */
export interface ReportFacts {
  readonly title: string;
  readonly region: string;
  readonly done: readonly string[];
  readonly items: readonly MappedItem[];
  readonly vaultId: string | undefined;
  readonly keyIds: readonly string[];
  readonly workRequestId: string;
}

export function factsOfAnswer(answer: Answer<'vault.restore'>): ReportFacts {
  const { plan, vault, keyCount, keyVersionCount, region, workRequestId } = answer;
  const counts = countsOf(plan);
  return {
    title:
      plan.backup.kind === 'VAULT'
        ? `The vault ${vault.displayName} was restored into ${region}.`
        : `The key was restored into the vault ${vault.displayName} in ${region}.`,
    region,
    done: [
      'Everything in the backup was verified before the first write.',
      `${countOf(counts.ADD, 'addition')}, ${countOf(counts.UPDATE, 'update')}; ${countOf(counts.KEEP, 'item')} kept as ${counts.KEEP === 1 ? 'it was' : 'they were'}.`,
      `${countOf(plan.keyVersionsToAdd, 'key version')} written to the token and read back; ${countOf(plan.keyVersionsPresent, 'was', 'were')} there already.`,
      `Of the backup, ${countOf(keyCount, 'key')} with ${countOf(keyVersionCount, 'key version')} can be used here now, each in the state that it was backed up in.`,
    ],
    items: plan.items.filter(({ entityType }) => entityType !== 'compartment'),
    vaultId: vault.id,
    keyIds: plan.items.filter(({ entityType }) => entityType === 'key').map(({ id }) => id),
    workRequestId,
  };
}

/** From the record of a restore whose answer went to a window that is gone, and from what is there now. */
export function factsOfRecord(
  record: WorkRequest,
  vault: Answer<'vault.get'>,
  keys: readonly Answer<'key.get'>[],
): ReportFacts {
  const touched = new Set(
    record.resources.filter(({ entityType }) => entityType === 'key').map(({ identifier }) => identifier),
  );
  const restored = keys.filter(({ id }) => touched.has(id));
  const created = record.resources.filter(({ actionType }) => actionType === 'CREATED').length;
  return {
    title:
      record.operationType === 'RESTORE_VAULT'
        ? `The vault ${vault.displayName} was restored into ${vault.region}.`
        : `The key was restored into the vault ${vault.displayName} in ${vault.region}.`,
    region: vault.region,
    done: [
      'Everything in the backup was verified before the first write.',
      `${countOf(created, 'addition')}; ${countOf(record.resources.length - created, 'item was', 'items were')} here already and got what was new.`,
      'The window was loaded again meanwhile: the work request’s log has the details.',
    ],
    items: [
      {
        entityType: 'vault',
        displayName: vault.displayName,
        sourceId: vault.restoredFromVaultId ?? vault.id,
        id: vault.id,
      },
      ...restored.map((key) => ({
        entityType: 'key' as const,
        displayName: key.displayName,
        sourceId: key.restoredFromKeyId ?? key.id,
        id: key.id,
      })),
    ],
    vaultId: vault.id,
    keyIds: restored.map(({ id }) => id),
    workRequestId: record.id,
  };
}

export function vaultIdOf(record: WorkRequest): string | undefined {
  return record.resources.find(({ entityType }) => entityType === 'vault')?.identifier;
}
