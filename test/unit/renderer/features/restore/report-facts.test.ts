import { describe, expect, it } from 'vitest';
import type { PlanItem } from '../../../../../shared/domain/restore-plan.ts';
import type { WorkRequest } from '../../../../../shared/domain/work-request.ts';
import {
  factsOfAnswer,
  factsOfRecord,
  vaultIdOf,
} from '../../../../../renderer/features/restore/report-facts.ts';
import { samplePlan } from '../../../../support/plan-samples.ts';

type VaultAnswer = Parameters<typeof factsOfRecord>[1];
type KeyAnswer = Parameters<typeof factsOfRecord>[2][number];

const ZRH = 'eu-zurich-1';
const vault = { id: 'new-vault', displayName: 'Payments', region: ZRH } as VaultAnswer;
const items: readonly PlanItem[] = [
  { entityType: 'compartment', action: 'KEEP', displayName: 'Cards', sourceId: 'cards', id: 'cards' },
  { entityType: 'vault', action: 'ADD', displayName: 'Payments', sourceId: 'old-vault', id: 'new-vault' },
  { entityType: 'key', action: 'ADD', displayName: 'Card data', sourceId: 'old-key', id: 'new-key' },
];

describe('the report of a restore', () => {
  it('rule R41: from the answer, has every OCID but the compartment’s, and says what was done in figures', () => {
    const plan = samplePlan({ items: [...items], keyVersionsToAdd: 3, keyVersionsPresent: 1 });
    const facts = factsOfAnswer({
      plan,
      vault,
      keyCount: 1,
      keyVersionCount: 4,
      region: ZRH,
      workRequestId: 'work',
    });
    expect(facts.title).toBe(`The vault Payments was restored into ${ZRH}.`);
    expect(facts.items.map(({ sourceId, id }) => [sourceId, id])).toEqual([
      ['old-vault', 'new-vault'],
      ['old-key', 'new-key'],
    ]);
    expect(facts.keyIds).toEqual(['new-key']);
    expect(facts.done).toContain('2 additions, 0 updates; 1 item kept as it was.');
    expect(facts.done).toContain('3 key versions written to the token and read back; 1 was there already.');
  });

  it('rule R60: from the record, has the keys that the restore touched and no others', () => {
    const record = {
      id: 'work',
      operationType: 'RESTORE_KEY',
      resources: [
        { actionType: 'UPDATED', entityType: 'vault', identifier: 'new-vault' },
        { actionType: 'CREATED', entityType: 'key', identifier: 'new-key' },
      ],
    } as WorkRequest;
    const keys = [
      { id: 'new-key', displayName: 'Card data', restoredFromKeyId: 'old-key' },
      { id: 'other', displayName: 'Not of the backup' },
    ] as KeyAnswer[];
    const facts = factsOfRecord(record, vault, keys);
    expect(vaultIdOf(record)).toBe('new-vault');
    expect(facts.title).toBe(`The key was restored into the vault Payments in ${ZRH}.`);
    // The vault was made here, so that its OCID is the old one too.
    expect(facts.items.map(({ sourceId, id }) => [sourceId, id])).toEqual([
      ['new-vault', 'new-vault'],
      ['old-key', 'new-key'],
    ]);
    expect(facts.done[1]).toBe('1 addition; 1 item was here already and got what was new.');
  });

  it('rule R60: a record without a vault leads to none', () => {
    expect(vaultIdOf({ resources: [] } as unknown as WorkRequest)).toBeUndefined();
  });
});
