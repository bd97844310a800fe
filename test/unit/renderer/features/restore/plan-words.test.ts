import { describe, expect, it } from 'vitest';
import type { PlanItem, RestorePlan } from '../../../../../shared/domain/restore-plan.ts';
import {
  bringsBack,
  changedIds,
  changesNothing,
  countsOf,
  durationInWords,
  existingTarget,
  idMapText,
  mayGoAhead,
  whatComesBack,
  whatToDoAbout,
} from '../../../../../renderer/features/restore/plan-words.ts';
import { samplePlan } from '../../../../support/plan-samples.ts';
import { missingAgreement } from '../../../../../renderer/features/restore/agreement.ts';

const vault: PlanItem = {
  entityType: 'vault',
  action: 'KEEP',
  displayName: 'Payments',
  sourceId: 'old-vault',
  id: 'new-vault',
};
const key: PlanItem = {
  entityType: 'key',
  action: 'ADD',
  displayName: 'Card\tdata',
  sourceId: 'old-key',
  id: 'new-key',
};
const planOf = (changes: Partial<RestorePlan>): RestorePlan =>
  samplePlan({ items: [vault, key], ...changes });

describe('a restore plan in words', () => {
  it('rule R43: counts what is added, updated and kept', () => {
    expect(countsOf(planOf({}))).toEqual({ ADD: 1, UPDATE: 0, KEEP: 1 });
  });

  it('rule R42: tells when everything is here already', () => {
    const here = [vault, { ...key, action: 'KEEP' as const }];
    expect(changesNothing(planOf({ items: here, keyVersionsToAdd: 0 }))).toBe(true);
    expect(changesNothing(planOf({ items: here, keyVersionsToAdd: 1 }))).toBe(false);
    expect(changesNothing(planOf({ keyVersionsToAdd: 0 }))).toBe(false);
  });

  it('rule R41: the map has only OCIDs that change, one row each, whatever a name holds', () => {
    const kept = { ...key, sourceId: 'same', id: 'same' };
    expect(changedIds([vault, kept])).toEqual([vault]);
    expect(idMapText([vault, key, kept]).split('\n')).toEqual([
      'what\tname\told OCID\tnew OCID',
      'vault\tPayments\told-vault\tnew-vault',
      'key\tCard data\told-key\tnew-key',
    ]);
  });

  it('rules R43, R45: goes ahead only without a refusal and within every limit', () => {
    const limit = { name: 'bucket-count', value: 1, used: 1, after: 2 } as const;
    expect(mayGoAhead(planOf({}))).toBe(true);
    expect(mayGoAhead(planOf({ refused: ['no'] }))).toBe(false);
    expect(mayGoAhead(planOf({ limits: [{ ...limit, isExceeded: true }] }))).toBe(false);
    expect(mayGoAhead(planOf({ limits: [{ ...limit, isExceeded: false }] }))).toBe(true);
  });

  it('rule R48: names what would come back, whole or by its versions', () => {
    expect(bringsBack(planOf({}))).toBe(false);
    const plan = planOf({ items: [vault, { ...key, isBroughtBack: true }], keyVersionsToBringBack: 2 });
    expect(bringsBack(plan)).toBe(true);
    expect(whatComesBack(plan)).toEqual(['The key Card\tdata', '2 destroyed key versions']);
  });

  it('rule R42: wants the name typed of what it goes onto: the vault, or the key of a key’s backup', () => {
    expect(existingTarget(planOf({}))).toBe(vault);
    expect(existingTarget(planOf({ items: [{ ...vault, action: 'ADD' }, key] }))).toBeUndefined();
    const ofKey = planOf({ backup: { ...planOf({}).backup, kind: 'KEY' } });
    expect(existingTarget(ofKey)).toBeUndefined();
    const updated = { ...key, action: 'UPDATE' } as const;
    expect(existingTarget({ ...ofKey, items: [vault, updated] })).toBe(updated);
  });

  it('rules R42, R48: an agreement is whole only with the exact name and its own yes for what comes back', () => {
    const nothing = { typedName: '', isBringBackDestroyed: false };
    expect(missingAgreement(planOf({ items: [{ ...vault, action: 'ADD' }, key] }), nothing)).toBeUndefined();
    expect(missingAgreement(planOf({}), nothing)).toContain('name');
    expect(missingAgreement(planOf({}), { ...nothing, typedName: 'payments' })).toContain('name');
    expect(missingAgreement(planOf({}), { ...nothing, typedName: 'Payments' })).toBeUndefined();
    const plan = planOf({ keyVersionsToBringBack: 1 });
    expect(missingAgreement(plan, { ...nothing, typedName: 'Payments' })).toContain('destroyed');
    expect(missingAgreement(plan, { typedName: 'Payments', isBringBackDestroyed: true })).toBeUndefined();
  });

  it.each([
    ['The vault V is PENDING_DELETION; restoring onto it needs it ACTIVE.', 'Cancel its deletion'],
    ['The key K is BACKUP_IN_PROGRESS; restoring onto it needs it ENABLED or DISABLED.', 'Wait until'],
    [
      "The key K is in another compartment here; a restore goes to the original's compartment.",
      'moves nothing',
    ],
    ['Key version x exists here with another value; nothing is ever overwritten.', 'audit log'],
    ['Something new.', 'Resolve what is named'],
  ])('rule R43: says what to do about: %s', (refusal, words) => {
    expect(whatToDoAbout(refusal)).toContain(words);
  });

  it.each([
    [0, 'about a second'],
    [20_000, 'about 20 seconds'],
    [600_000, 'about 10 minutes'],
    [36_000_000, 'about 10 hours'],
  ])('rule R43: %d ms are %s', (milliseconds, words) => {
    expect(durationInWords(milliseconds)).toBe(words);
  });
});
