import { reasonLeftOut } from '../../shared/domain/backup-eligibility.ts';
import type { LeftOut } from '../../shared/domain/backup.ts';
import { StrongroomError } from '../../shared/domain/errors.ts';
import { requireStates } from '../../shared/domain/lifecycle.ts';
import type { KeyRecord } from '../catalog/key-store.ts';
import type { VaultRecord } from '../catalog/vault-store.ts';

/** @throws StrongroomError with the reason, unless the vault can be backed up (rule R21). */
export function requireVaultEligible(vault: VaultRecord): void {
  if (vault.vaultType === 'DEFAULT') {
    throw new StrongroomError(
      'InvalidParameter',
      `The vault ${vault.displayName} is a DEFAULT vault; only virtual private vaults can be backed up.`,
      'Create a VIRTUAL_PRIVATE vault for keys that must survive.',
      { reason: 'VaultTypeNotBackedUp' },
    );
  }
  requireStates('vault.backup', { vault });
}

/** @throws StrongroomError with the reason, unless the key can be backed up by itself (rule R21). */
export function requireKeyEligible(key: KeyRecord): void {
  if (key.protectionMode === 'SOFTWARE') {
    throw new StrongroomError(
      'InvalidParameter',
      `The key ${key.displayName} is SOFTWARE-protected; only HSM keys have a backup.`,
      'Create an HSM key, and move what it encrypts.',
      { reason: 'SoftwareKeyNotBackedUp' },
    );
  }
  requireStates('key.backup', { key });
}

/** Parts a vault's keys into those that go in and those left out, with reasons (rule R22). */
export function partKeys(keys: readonly KeyRecord[]): {
  readonly included: KeyRecord[];
  readonly leftOut: LeftOut[];
} {
  const included: KeyRecord[] = [];
  const leftOut: LeftOut[] = [];
  for (const key of keys) {
    const reason = reasonLeftOut(key);
    if (reason === undefined) included.push(key);
    else leftOut.push({ id: key.id, displayName: key.displayName, reason });
  }
  return { included, leftOut };
}
