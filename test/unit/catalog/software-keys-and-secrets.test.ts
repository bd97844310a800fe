import { describe, expect, it } from 'vitest';
import type { Secret } from '../../../shared/domain/secret.ts';
import {
  FRANKFURT,
  insertVault,
  keyRecord,
  LONDON,
  materialIdOf,
  ocidOf,
  temporaryCatalog,
  tenancyRecord,
  timeOf,
  vaultRecord,
} from '../../support/catalog-fixture.ts';
import { errorOf } from '../../support/error-of.ts';

function secretRecord(name: string, change: Partial<Secret> = {}): Secret {
  return {
    id: ocidOf('vaultsecret', name),
    vaultId: vaultRecord().id,
    keyId: keyRecord().id,
    compartmentId: tenancyRecord().id,
    name,
    lifecycleState: 'ACTIVE',
    timeCreated: timeOf(10),
    materialId: materialIdOf('cards/1'),
    ...change,
  };
}

describe('protectors of SOFTWARE keys', () => {
  const protector = (name: string, second: number, region = FRANKFURT) => ({
    materialId: materialIdOf(name),
    region,
    lifecycleState: 'ENABLED' as const,
    timeCreated: timeOf(second),
  });

  it('rule R10: are found by region, the newest first, without those whose making has not ended', () => {
    const { catalog } = temporaryCatalog();
    const store = catalog.softwareKeyProtectors;
    store.insert(protector('old', 1));
    store.insert(protector('new', 2));
    store.insert(protector('there', 3, LONDON));
    store.insert({ ...protector('begun', 4), lifecycleState: 'CREATING' });
    expect(store.listEnabled(FRANKFURT)).toEqual([protector('new', 2), protector('old', 1)]);
    expect(store.listCreating().map(({ materialId }) => materialId)).toEqual([materialIdOf('begun')]);
  });

  it('rule R26: are listed page by page although their ids are bytes', () => {
    const { catalog } = temporaryCatalog();
    const store = catalog.softwareKeyProtectors;
    for (let number = 0; number < 5; number += 1) store.insert(protector(`at once ${number}`, 1));
    const ids: string[] = [];
    let page: string | undefined;
    do {
      const answer = store.list({ limit: 2, page });
      ids.push(...answer.data.map(({ materialId }) => materialId));
      page = answer.nextPage;
    } while (page !== undefined);
    expect(ids).toEqual([...ids].sort().reverse());
    expect(new Set(ids).size).toBe(5);
  });
});

describe('values of SOFTWARE key versions', () => {
  it('rule R10: belong to a version and a protector that are there, and come back as they were', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog);
    const record = {
      keyVersionId: ocidOf('keyversion', 'cards/1'),
      protectorMaterialId: materialIdOf('protector'),
      encryptedDataKey: Buffer.alloc(60, 1),
      sealedMaterial: Buffer.alloc(48, 2),
    };
    const insert = (change: Partial<typeof record> = {}) =>
      catalog.softwareKeyMaterials.insert({ ...record, ...change });
    expect(() => insert()).toThrow(/FOREIGN KEY/);
    catalog.softwareKeyProtectors.insert({
      materialId: record.protectorMaterialId,
      region: FRANKFURT,
      lifecycleState: 'ENABLED',
      timeCreated: timeOf(1),
    });
    expect(() => insert({ keyVersionId: ocidOf('keyversion', 'another') })).toThrow(/FOREIGN KEY/);
    expect(() => insert({ encryptedDataKey: Buffer.alloc(59) })).toThrow(/CHECK/);
    insert();
    expect(catalog.softwareKeyMaterials.require(record.keyVersionId)).toEqual(record);
    expect(() => catalog.softwareKeyProtectors.delete(record.protectorMaterialId)).toThrow(/FOREIGN KEY/);
  });
});

describe('secrets', () => {
  it('rule R15: have a name that is unique in their vault, and contents apart from lists', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog);
    const secret = secretRecord('password');
    const insert = (of: Secret): void => {
      catalog.transaction(() => catalog.secrets.insertWithContent(of, Buffer.from('sealed')));
    };
    insert(secret);
    expect(
      errorOf(() => {
        insert({ ...secret, id: ocidOf('vaultsecret', 'another') });
      }).reason,
    ).toBe('AlreadyInCatalog');
    expect(catalog.secrets.getByName(secret.vaultId, 'password')).toEqual(secret);
    expect(catalog.secrets.getByName(secret.vaultId, 'Password')).toBeUndefined();
    expect(catalog.secrets.list({ vaultId: secret.vaultId }).data).toEqual([secret]);
    expect(catalog.secrets.contentOf(secret.id)).toEqual(Buffer.from('sealed'));
    expect(catalog.secrets.contentOf(ocidOf('vaultsecret', 'another'))).toBeUndefined();
  });

  it('rule R15: are counted for backups while they are ACTIVE', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog);
    expect(catalog.secrets.countOfVault(vaultRecord().id)).toBe(0);
    catalog.secrets.insert(secretRecord('first'));
    catalog.secrets.insert(secretRecord('second'));
    catalog.secrets.insert(secretRecord('gone', { lifecycleState: 'DELETED' }));
    expect(catalog.secrets.countOfVault(vaultRecord().id)).toBe(2);
  });
});
