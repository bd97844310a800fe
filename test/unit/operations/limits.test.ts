import { beforeEach, describe, expect, it } from 'vitest';
import type { Catalog } from '../../../main/catalog/catalog.ts';
import { limitsAfter, requireWithinLimits } from '../../../main/operations/limits.ts';
import {
  FRANKFURT,
  insertVault,
  keyRecord,
  keyVersionRecord,
  LONDON,
  temporaryCatalog,
  vaultRecord,
} from '../../support/catalog-fixture.ts';
import { errorOf } from '../../support/error-of.ts';

const vaultId = vaultRecord().id;

describe('what a region has room for', () => {
  let catalog: Catalog;

  beforeEach(() => {
    ({ catalog } = temporaryCatalog());
    insertVault(catalog, []);
  });

  function insertKey(name: string, change: Parameters<typeof keyRecord>[1] = {}): void {
    catalog.transaction(() => {
      catalog.keys.insert(keyRecord(name, change));
      catalog.keyVersions.insert(keyVersionRecord(name));
    });
  }

  function weightOfOneMore(): unknown {
    return limitsAfter({ catalog }, FRANKFURT, vaultId, { keyVersionWeight: 1 });
  }

  it('rule R45: counts RSA and ECDSA twice, disabled keys too, and none of SOFTWARE or of what is scheduled', () => {
    insertKey('aes');
    insertKey('rsa', { keyShape: { algorithm: 'RSA', length: 256 }, lifecycleState: 'DISABLED' });
    insertKey('ecdsa', {
      keyShape: { algorithm: 'ECDSA', length: 32 },
      lifecycleState: 'BACKUP_IN_PROGRESS',
    });
    insertKey('soft', { protectionMode: 'SOFTWARE' });
    insertKey('leaving', { lifecycleState: 'PENDING_DELETION' });
    insertKey('gone', { lifecycleState: 'DELETED' });
    catalog.keyVersions.insert(keyVersionRecord('aes', 2, { lifecycleState: 'PENDING_DELETION' }));
    // Being made: its place is taken already.
    catalog.keyVersions.insert(keyVersionRecord('aes', 3, { lifecycleState: 'CREATING' }));
    expect(weightOfOneMore()).toEqual([
      {
        name: 'key-version-count-per-virtual-private-vault',
        value: 3000,
        used: 1 + 2 + 2 + 1,
        after: 7,
        isExceeded: false,
      },
    ]);
  });

  it('rule R45: tells each limit that the additions touch, a vault that is still to be made included', () => {
    catalog.vaults.insert(vaultRecord('default', { vaultType: 'DEFAULT' }));
    catalog.vaults.insert(vaultRecord('gone', { lifecycleState: 'DELETED' }));
    catalog.vaults.insert(vaultRecord('leaving', { lifecycleState: 'PENDING_DELETION' }));
    catalog.limits.set(FRANKFURT, 'virtual-private-vault-count', 3);
    const after = limitsAfter({ catalog }, FRANKFURT, undefined, {
      vaults: { VIRTUAL_PRIVATE: 2, DEFAULT: 1 },
      keyVersionWeight: 3001,
      buckets: 0,
    });
    expect(after).toEqual([
      { name: 'virtual-vault-count', value: 10, used: 1, after: 2, isExceeded: false },
      { name: 'virtual-private-vault-count', value: 3, used: 2, after: 4, isExceeded: true },
      {
        name: 'key-version-count-per-virtual-private-vault',
        value: 3000,
        used: 0,
        after: 3001,
        isExceeded: true,
      },
      { name: 'bucket-count', value: 10_000, used: 0, after: 0, isExceeded: false },
    ]);
    expect(limitsAfter({ catalog }, LONDON, undefined, { vaults: { VIRTUAL_PRIVATE: 2 } })).toMatchObject([
      { value: 10, used: 0, isExceeded: false },
    ]);
  });

  it('rule R45: DEFAULT vaults have no limit of key versions of their own', () => {
    const inDefault = vaultRecord('default', { vaultType: 'DEFAULT' });
    catalog.vaults.insert(inDefault);
    expect(limitsAfter({ catalog }, FRANKFURT, inDefault.id, { keyVersionWeight: 9999 })).toEqual([]);
  });

  it('rule R45: 400 LimitExceeded with the numbers', () => {
    insertKey('aes');
    catalog.limits.set(FRANKFURT, 'key-version-count-per-virtual-private-vault', 2);
    requireWithinLimits({ catalog }, { region: FRANKFURT, vaultId, additions: { keyVersionWeight: 1 } });
    const error = errorOf(() => {
      requireWithinLimits({ catalog }, { region: FRANKFURT, vaultId, additions: { keyVersionWeight: 2 } });
    });
    expect(error).toMatchObject({ code: 'LimitExceeded', status: 400 });
    expect(error.message).toContain(
      'key-version-count-per-virtual-private-vault is 2, 1 are used, and it would be 3',
    );
  });
});
