import { describe, expect, it } from 'vitest';
import { accessRules } from '../../../main/operations/access-rules.ts';
import {
  insertVault,
  keyRecord,
  ocidOf,
  temporaryCatalog,
  timeOf,
  vaultRecord,
} from '../../support/catalog-fixture.ts';

describe('who may use secrets', () => {
  it('rules R15, R62: creating one needs the vault and the key; its content needs the key as well', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog);
    const { id: vaultId, compartmentId, region } = vaultRecord();
    const { id: keyId } = keyRecord();
    const onVault = { compartmentId, vaultId, region };
    const onKey = { ...onVault, keyId };
    expect(
      accessRules['secret.create'](catalog, { vaultId, keyId, name: 'password', contentFile: '/password' }),
    ).toEqual([
      { permission: 'SECRET_CREATE', target: onVault },
      { permission: 'VAULT_CREATE_SECRET', target: onVault },
      { permission: 'KEY_ENCRYPT', target: onKey },
    ]);
    const secretId = ocidOf('vaultsecret', 'password');
    catalog.secrets.insert({
      id: secretId,
      vaultId,
      keyId,
      compartmentId,
      name: 'password',
      lifecycleState: 'ACTIVE',
      timeCreated: timeOf(10),
      materialId: 'a'.repeat(32),
    });
    expect(accessRules['secret.get'](catalog, { secretId })).toEqual([
      { permission: 'SECRET_READ', target: onVault },
    ]);
    expect(accessRules['secret.get'](catalog, { secretId, out: '/password' })).toEqual([
      { permission: 'SECRET_READ', target: onVault },
      { permission: 'KEY_DECRYPT', target: onKey },
    ]);
    expect(accessRules['secret.list'](catalog, { vaultId, limit: 100 })).toEqual([
      { permission: 'SECRET_INSPECT', target: onVault },
    ]);
  });
});
