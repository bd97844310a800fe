import { describe, expect, it } from 'vitest';
import type { KeyRecord } from '../../../main/catalog/key-store.ts';
import type { VaultRecord } from '../../../main/catalog/vault-store.ts';
import {
  partKeys,
  requireKeyEligible,
  requireVaultEligible,
} from '../../../main/operations/backup-eligibility.ts';
import { keyStateSchema, vaultStateSchema } from '../../../shared/domain/lifecycle.ts';
import { errorOf } from '../../support/error-of.ts';

const time = '2026-11-24T08:00:00.000Z';
const id = (type: string, of: string): string =>
  `ocid1.${type}.strongroom1.eu-frankfurt-1.${'a'.repeat(13)}.${of.padEnd(60, 'a')}`;

const vault: VaultRecord = {
  id: id('vault', 'v'),
  compartmentId: 'ocid1.tenancy.strongroom1..'.concat('t'.repeat(60)),
  displayName: 'Payments Vault',
  vaultType: 'VIRTUAL_PRIVATE',
  lifecycleState: 'ACTIVE',
  freeformTags: {},
  definedTags: {},
  timeCreated: time,
  region: 'eu-frankfurt-1',
  metadataTime: time,
};

const key: KeyRecord = {
  id: id('key', 'k'),
  vaultId: vault.id,
  compartmentId: vault.compartmentId,
  displayName: 'Card data',
  keyShape: { algorithm: 'AES', length: 32 },
  protectionMode: 'HSM',
  lifecycleState: 'ENABLED',
  currentKeyVersion: id('keyversion', 'w'),
  freeformTags: {},
  definedTags: {},
  timeCreated: time,
  metadataTime: time,
};

describe('what can be backed up', () => {
  it('rule R21: only a virtual private vault, and only when ACTIVE', () => {
    expect(errorOf(() => requireVaultEligible({ ...vault, vaultType: 'DEFAULT' }))).toMatchObject({
      code: 'InvalidParameter',
      reason: 'VaultTypeNotBackedUp',
    });
    requireVaultEligible(vault);
    for (const lifecycleState of vaultStateSchema.exclude(['ACTIVE']).options) {
      const error = errorOf(() => requireVaultEligible({ ...vault, lifecycleState }));
      expect(error.code).toBe('IncorrectState');
      expect(error.message).toContain(lifecycleState);
    }
  });

  it('rule R21: by itself only an HSM key that is ENABLED or DISABLED', () => {
    expect(errorOf(() => requireKeyEligible({ ...key, protectionMode: 'SOFTWARE' })).reason).toBe(
      'SoftwareKeyNotBackedUp',
    );
    requireKeyEligible(key);
    requireKeyEligible({ ...key, lifecycleState: 'DISABLED' });
    for (const lifecycleState of keyStateSchema.exclude(['ENABLED', 'DISABLED']).options) {
      expect(errorOf(() => requireKeyEligible({ ...key, lifecycleState })).code).toBe('IncorrectState');
    }
  });

  it("rules R20, R22: a vault's backup leaves out keys of a wrong state or protection, each with its reason", () => {
    const states = keyStateSchema.options.map((lifecycleState) => ({
      ...key,
      displayName: lifecycleState,
      lifecycleState,
    }));
    const software = { ...key, displayName: 'software', protectionMode: 'SOFTWARE' as const };
    const { included, leftOut } = partKeys([...states, software]);
    expect(included.map((each) => each.lifecycleState).sort()).toEqual(['DISABLED', 'ENABLED']);
    expect(leftOut).toHaveLength(states.length - 2 + 1);
    for (const { displayName, reason } of leftOut) {
      expect(reason).toContain(displayName === 'software' ? 'SOFTWARE' : displayName);
    }
  });
});
