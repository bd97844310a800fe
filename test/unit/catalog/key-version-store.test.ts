import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openCatalog } from '../../../main/catalog/open-catalog.ts';
import {
  FRANKFURT,
  insertVault,
  keyRecord,
  keyVersionRecord,
  LONDON,
  materialIdOf,
  ocidOf,
  temporaryCatalog,
  timeOf,
  vaultRecord,
} from '../../support/catalog-fixture.ts';

const HUNDRED_THOUSAND = 100_000;

describe('key versions', () => {
  it('are walked key by key, oldest first, narrowed by key and version', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog, ['b', 'a']);
    catalog.keys.update(keyRecord('a').id, { timeCreated: timeOf(0) });
    catalog.keys.insert(keyRecord('soft', { protectionMode: 'SOFTWARE' }));
    catalog.keyVersions.insert(keyVersionRecord('soft'));
    catalog.keyVersions.insert(keyVersionRecord('b', 3));
    catalog.keyVersions.insert(keyVersionRecord('b', 2, { lifecycleState: 'PENDING_DELETION' }));
    const ids = (selection: Parameters<typeof catalog.keyVersions.iterateOfVault>[1]): string[] =>
      [...catalog.keyVersions.iterateOfVault(vaultRecord().id, selection)].map((version) => version.id);
    const of = (name: string): string => ocidOf('keyversion', name);
    expect(ids({ protectionMode: 'HSM' })).toEqual([of('a/1'), of('b/1'), of('b/2'), of('b/3')]);
    expect(ids({ protectionMode: 'HSM', versionStates: ['ENABLED'] })).toEqual([
      of('a/1'),
      of('b/1'),
      of('b/3'),
    ]);
    catalog.keys.update(keyRecord('b').id, { lifecycleState: 'DISABLED' });
    expect(ids({ keyStates: ['DISABLED'], versionStates: ['PENDING_DELETION'] })).toEqual([of('b/2')]);
    expect(ids({})).toHaveLength(5);
  });

  it('are counted by what is asked', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog, ['a', 'b']);
    catalog.keys.insert(keyRecord('rsa', { keyShape: { algorithm: 'RSA', length: 512 } }));
    catalog.keyVersions.insert(keyVersionRecord('rsa'));
    catalog.keyVersions.insert(keyVersionRecord('a', 2, { lifecycleState: 'DELETED' }));
    const { keyVersions } = catalog;
    expect(keyVersions.count({})).toBe(4);
    expect(keyVersions.count({ keyId: keyRecord('a').id })).toBe(2);
    expect(keyVersions.count({ vaultId: vaultRecord().id, versionStates: ['ENABLED', 'DISABLED'] })).toBe(3);
    expect(keyVersions.count({ region: LONDON })).toBe(0);
    expect(keyVersions.count({ algorithms: ['RSA', 'ECDSA'] })).toBe(1);
    expect(keyVersions.count({ protectionMode: 'SOFTWARE' })).toBe(0);
    expect(keyVersions.count({ materialId: materialIdOf('b/1'), region: FRANKFURT })).toBe(1);
    expect(keyVersions.count({ versionStates: [] })).toBe(0);
  });

  it('rule R12: are found by the id that survives a restore, those that live before deleted ones', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog, ['a', 'copy']);
    const materialId = materialIdOf('a/1');
    catalog.keyVersions.insert(keyVersionRecord('copy', 5, { materialId }));
    expect(catalog.keyVersions.listByMaterialId(materialId).map((version) => version.keyId)).toEqual([
      keyRecord('a').id,
      keyRecord('copy').id,
    ]);
    catalog.keyVersions.update(keyVersionRecord('a').id, { lifecycleState: 'DELETED' });
    expect(catalog.keyVersions.listByMaterialId(materialId).map((version) => version.keyId)).toEqual([
      keyRecord('copy').id,
      keyRecord('a').id,
    ]);
    expect(catalog.keyVersions.listByMaterialId('0'.repeat(32))).toEqual([]);
  });

  it('that are being made are found after a crash', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog);
    const making = keyVersionRecord('cards', 2, { lifecycleState: 'CREATING' });
    catalog.keyVersions.insert(making);
    expect(catalog.keyVersions.listCreating()).toEqual([making]);
    expect(catalog.keyVersions.delete(making.id)).toBe(true);
    expect(catalog.keyVersions.listCreating()).toEqual([]);
  });

  it(
    'come in hundreds of thousands: insert, walk, look up and open again in bounded time',
    { timeout: 120_000 },
    () => {
      const { catalog, path } = temporaryCatalog();
      insertVault(catalog);
      const took: Record<string, number> = {};
      const measure = <Result>(what: string, work: () => Result): Result => {
        const begun = performance.now();
        const result = work();
        took[what] = Math.round(performance.now() - begun);
        return result;
      };
      const versions = Array.from({ length: HUNDRED_THOUSAND - 1 }, (_, index) =>
        // All of one instant: the order must not hang on times.
        keyVersionRecord('cards', index + 2, { timeCreated: timeOf(3) }),
      );
      measure('insert', () => {
        catalog.transaction(() => {
          for (const version of versions) catalog.keyVersions.insert(version);
        });
      });
      const seen = measure('walk', () => {
        let count = 0;
        let before = '';
        for (const { id } of catalog.keyVersions.iterateOfVault(vaultRecord().id, {
          versionStates: ['ENABLED'],
        })) {
          // Their times are equal, so that ids ascend: none comes twice.
          if (id > before) count += 1;
          before = id;
        }
        return count;
      });
      expect(seen).toBe(HUNDRED_THOUSAND);
      expect(measure('count', () => catalog.keyVersions.count({ vaultId: vaultRecord().id }))).toBe(
        HUNDRED_THOUSAND,
      );
      const found = measure('10,000 look-ups', () =>
        versions
          .slice(0, 10_000)
          .filter(({ id, materialId }) => catalog.keyVersions.listByMaterialId(materialId)[0]?.id === id),
      );
      expect(found).toHaveLength(10_000);
      catalog.close();
      const reopened = measure('open', () => openCatalog(path));
      reopened.close();
      const megabytes = Math.round(statSync(path).size / 1e6);
      process.stdout.write(`100,000 key versions, ${megabytes} MB; milliseconds: ${JSON.stringify(took)}\n`);
      expect(took['insert']).toBeLessThan(60_000);
      expect(took['walk']).toBeLessThan(30_000);
      expect(took['open']).toBeLessThan(15_000);
    },
  );
});
