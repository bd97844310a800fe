import { describe, expect, it } from 'vitest';
import {
  uncoveredOfKey,
  uncoveredOfVault,
} from '../../../../../renderer/features/deletion/uncovered-in-words.ts';
import type { CoverageRow, CoverageSummary } from '../../../../../shared/domain/coverage.ts';

const time = '2026-11-24T08:00:00.000Z';
const target = { maximumAgeHours: 168, minimumCopies: 2, minimumRegions: 2, isOfVault: false };
const nothing: CoverageSummary = {
  vaultCount: 1,
  uncoveredVaultCount: 0,
  keyCount: 0,
  keyVersionCount: 0,
  covered: 0,
  tooFewCopies: 0,
  tooOld: 0,
  neverBackedUp: 0,
  cannotBeBackedUp: 0,
  secretCount: 0,
};

function rowOf(
  level: CoverageRow['level'],
  displayName: string,
  change: Partial<CoverageRow> = {},
): CoverageRow {
  return {
    level,
    displayName,
    status: 'COVERED',
    id: displayName,
    vaultId: 'vault',
    region: 'eu-frankfurt-1',
    lifecycleState: 'ACTIVE',
    keyVersionCount: 1,
    coveredKeyVersionCount: 1,
    copiesByPlace: [],
    target,
    restoredInRegions: [],
    newestBackup: { id: 'backup', timeCreated: time, ageHours: 0 },
    ...change,
  };
}

const { newestBackup: _newest, ...vaultWithoutBackup } = rowOf('VAULT', 'Payments Vault');
const never = (name: string): CoverageRow => rowOf('KEY', name, { status: 'NEVER_BACKED_UP' });

describe('rule R13: what would be lost with a vault', () => {
  it('nothing, where verified backups have all of it, however old they are', () => {
    const summary = { ...nothing, keyVersionCount: 2, covered: 1, tooOld: 1 };
    expect(uncoveredOfVault({ data: [rowOf('VAULT', 'Payments Vault')], summary })).toEqual([]);
  });

  it('the vault itself, without which its keys cannot be restored; an empty one has nothing to lose', () => {
    const data = [vaultWithoutBackup];
    expect(uncoveredOfVault({ data, summary: { ...nothing, keyVersionCount: 1, covered: 1 } })).toEqual([
      'No verified backup has the vault itself, and without it its keys cannot be restored.',
    ]);
    expect(uncoveredOfVault({ data, summary: nothing })).toEqual([]);
  });

  it('versions in no backup, those that can be in none, and secrets, with names', () => {
    const names = Array.from({ length: 10 }, (_, index) => never(`Key ${index}`));
    const software = rowOf('KEY', 'Cache', {
      status: 'CANNOT_BE_BACKED_UP',
      reason: 'SOFTWARE keys have no backup.',
    });
    const summary = {
      ...nothing,
      keyVersionCount: 13,
      neverBackedUp: 12,
      cannotBeBackedUp: 1,
      secretCount: 2,
    };
    expect(uncoveredOfVault({ data: [rowOf('VAULT', 'V'), ...names, software], summary })).toEqual([
      '12 key versions in no verified backup: Key 0, Key 1, Key 2, Key 3, Key 4, Key 5, Key 6, Key 7 and 2 more.',
      '1 key version that no backup can have: Cache. Software keys have no backup.',
      '2 secrets of the vault: secrets are never in a backup.',
    ]);
  });

  it('with a key: its versions and the secrets that it encrypts, not the vault’s others', () => {
    const summary = { ...nothing, keyVersionCount: 1, neverBackedUp: 1, secretCount: 5 };
    expect(uncoveredOfKey({ data: [vaultWithoutBackup, never('Cards')], summary }, 1)).toEqual([
      '1 key version in no verified backup: Cards.',
      '1 secret that the key encrypts: secrets are never in a backup.',
    ]);
    expect(uncoveredOfKey({ data: [], summary: nothing }, 0)).toEqual([]);
  });
});
