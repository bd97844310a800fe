import { describe, expect, it } from 'vitest';
import {
  keyStatesBefore,
  keyStateSchema,
  keyVersionStatesBefore,
  keyVersionStateSchema,
  NEEDED_STATES,
  requireStates,
  vaultStatesBefore,
  vaultStateSchema,
} from '../../../shared/domain/lifecycle.ts';

/** A walk along the table from a state; what cannot be reached from CREATING or by a restore is of no use. */
function reachable<State extends string>(
  options: readonly State[],
  statesBefore: (state: State) => readonly State[],
  from: State,
): Set<State> {
  const found = new Set([from]);
  for (let grown = true; grown;) {
    grown = false;
    for (const state of options) {
      if (found.has(state) || !statesBefore(state).some((before) => found.has(before))) continue;
      found.add(state);
      grown = true;
    }
  }
  return found;
}

describe('the lifecycle table', () => {
  it('rule R11: says what the reference says of each operation', () => {
    expect(NEEDED_STATES['vault.update'].vault).toEqual(['CREATING', 'ACTIVE']);
    expect(NEEDED_STATES['key.update'].key).toEqual(['CREATING', 'ENABLED']);
    expect(NEEDED_STATES['key-version.create'].key).toEqual(['ENABLED']);
    expect(NEEDED_STATES['vault.backup'].vault).toEqual(['ACTIVE']);
    expect(NEEDED_STATES['key.backup'].key).toEqual(['ENABLED', 'DISABLED']);
    expect(NEEDED_STATES['key.enable'].key).toEqual(['DISABLED']);
    expect(NEEDED_STATES['key.disable'].key).toEqual(['ENABLED']);
    expect(NEEDED_STATES['vault.schedule-deletion'].vault).toEqual(['ACTIVE']);
    expect(NEEDED_STATES['key.schedule-deletion'].key).toEqual(['ENABLED', 'DISABLED']);
    for (const name of ['vault', 'key', 'key-version'] as const) {
      const needed = NEEDED_STATES[`${name}.cancel-deletion`];
      const own = 'keyVersion' in needed ? needed.keyVersion : 'key' in needed ? needed.key : needed.vault;
      expect(own, name).toEqual(['PENDING_DELETION']);
    }
    expect(vaultStatesBefore('RESTORING')).toEqual(['ACTIVE', 'DELETED']);
    expect(keyStatesBefore('RESTORING')).toEqual(['ENABLED', 'DISABLED', 'DELETED']);
  });

  it('rules R11, R13: lets nothing be destroyed but what is PENDING_DELETION, and versions with their key', () => {
    expect(vaultStatesBefore('DELETING')).toEqual(['PENDING_DELETION']);
    expect(keyStatesBefore('DELETING')).toEqual(['PENDING_DELETION']);
    expect(keyVersionStatesBefore('DELETING')).toEqual(['ENABLED', 'DISABLED', 'PENDING_DELETION']);
  });

  it('rule R11: has a way into every state, and one out of every state but none back from DELETING', () => {
    expect([...reachable(vaultStateSchema.options, vaultStatesBefore, 'CREATING')].sort()).toEqual(
      [...vaultStateSchema.options].sort(),
    );
    expect([...reachable(keyStateSchema.options, keyStatesBefore, 'CREATING')].sort()).toEqual(
      [...keyStateSchema.options].sort(),
    );
    expect([...reachable(keyVersionStateSchema.options, keyVersionStatesBefore, 'CREATING')].sort()).toEqual(
      [...keyVersionStateSchema.options].sort(),
    );
    for (const state of keyStateSchema.options) {
      const isOnlyEnd = keyStatesBefore(state).includes('DELETING');
      expect(isOnlyEnd, state).toBe(state === 'DELETED');
    }
  });

  it('rule R11: a refusal names the state found and those allowed, the vault first', () => {
    const vault = { displayName: 'Payments', lifecycleState: 'PENDING_DELETION' } as const;
    const key = { displayName: 'cards', lifecycleState: 'PENDING_DELETION' } as const;
    expect(() => {
      requireStates('key.cancel-deletion', { vault, key });
    }).toThrow(/vault Payments is PENDING_DELETION; .* needs it ACTIVE\./);
    expect(() => {
      requireStates('key.backup', { key });
    }).toThrow(/key cards is PENDING_DELETION; backing it up needs it ENABLED or DISABLED\./);
  });
});
