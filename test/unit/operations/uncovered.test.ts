import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Catalog } from '../../../main/catalog/catalog.ts';
import type { KeyRecord } from '../../../main/catalog/key-store.ts';
import { requireCovered, uncoveredOf } from '../../../main/operations/uncovered.ts';
import { LIMITS } from '../../../shared/domain/limit.ts';
import {
  backupRecord,
  FRANKFURT,
  insertVault,
  keyRecord,
  keyVersionRecord,
  ocidOf,
  temporaryCatalog,
  timeOf,
  vaultRecord,
} from '../../support/catalog-fixture.ts';
import { errorOf } from '../../support/error-of.ts';

const vaultId = vaultRecord().id;

describe('what no verified backup covers', () => {
  let catalog: Catalog;
  let path: string;

  beforeEach(() => {
    ({ catalog, path } = temporaryCatalog());
    insertVault(catalog, ['cards', 'loans']);
  });

  /** A backup that covers the versions of some keys, with one copy. */
  function backUp(
    name: string,
    keyNames: readonly string[],
    depth: 'structure' | 'seal' | 'keys' | undefined,
    change: Parameters<typeof backupRecord>[1] = {},
  ): void {
    const backup = backupRecord(name, change);
    catalog.backups.insert(backup);
    catalog.backupCopies.insert({
      backupId: backup.id,
      region: FRANKFURT,
      place: { kind: 'bucket', bucketName: 'b', objectName: name },
      etag: backup.sha256,
      size: backup.size,
      timeCreated: timeOf(100),
      ...(depth === undefined ? {} : { timeVerified: timeOf(101), verifiedDepth: depth }),
    });
    for (const keyName of keyNames) catalog.backups.coverKey(backup.id, ocidOf('key', keyName));
  }

  function insertKey(name: string, change: Partial<KeyRecord>): void {
    catalog.transaction(() => {
      catalog.keys.insert(keyRecord(name, change));
      catalog.keyVersions.insert(keyVersionRecord(name));
    });
  }

  it('rule R13: without a backup it is everything, and the refusal says how much and its names', () => {
    insertKey('soft', { protectionMode: 'SOFTWARE' });
    catalog.keyVersions.insert(keyVersionRecord('cards', 2));
    const uncovered = uncoveredOf({ catalog }, { vaultId });
    expect(uncovered).toMatchObject({
      isCovered: false,
      isVaultUncovered: true,
      keyCount: 2,
      keyVersionCount: 3,
      softwareKeyCount: 1,
      secretCount: 0,
    });
    expect(uncovered.items.map((item) => [item.entityType, item.displayName, item.keyVersionCount])).toEqual([
      ['vault', 'payments', undefined],
      ['key', 'cards', 2],
      ['key', 'loans', 1],
      ['softwareKey', 'soft', 1],
    ]);
    const error = errorOf(() => requireCovered({ catalog }, { vaultId }, false));
    expect(error).toMatchObject({ code: 'Conflict', status: 409, reason: 'NotCovered' });
    expect(error.message).toContain('3 versions of 2 HSM keys, 1 SOFTWARE key: payments, cards, loans, soft');
    expect(requireCovered({ catalog }, { vaultId }, true)).toEqual(uncovered);
  });

  it.each(['seal', 'keys'] as const)(
    'rule R13: a backup with a copy verified at depth %s covers',
    (depth) => {
      backUp('good', ['cards', 'loans'], depth);
      expect(uncoveredOf({ catalog }, { vaultId })).toMatchObject({ isCovered: true, items: [] });
      expect(uncoveredOf({ catalog }, { keyId: keyRecord('cards').id }).isCovered).toBe(true);
    },
  );

  it.each([undefined, 'structure'] as const)(
    'rule R13: a copy verified at depth %s proves nothing',
    (depth) => {
      backUp('doubtful', ['cards', 'loans'], depth);
      expect(uncoveredOf({ catalog }, { vaultId })).toMatchObject({ keyCount: 2, isVaultUncovered: true });
    },
  );

  it('rule R13: a version that was made after the backup is not covered', () => {
    backUp('early', ['cards', 'loans'], 'keys');
    catalog.keyVersions.insert(keyVersionRecord('cards', 2));
    expect(uncoveredOf({ catalog }, { vaultId })).toMatchObject({ keyCount: 1, keyVersionCount: 1 });
    expect(uncoveredOf({ catalog }, { keyVersionId: keyVersionRecord('cards', 2).id }).isCovered).toBe(false);
    expect(uncoveredOf({ catalog }, { keyVersionId: keyVersionRecord('cards', 1).id }).isCovered).toBe(true);
  });

  it('rules R13, R40: backups of its keys do not cover a vault, as they can only be restored into it', () => {
    for (const name of ['cards', 'loans']) {
      backUp(name, [name], 'keys', { kind: 'KEY', keyId: ocidOf('key', name) });
    }
    expect(uncoveredOf({ catalog }, { vaultId })).toMatchObject({
      keyCount: 0,
      isVaultUncovered: true,
      isCovered: false,
    });
    expect(uncoveredOf({ catalog }, { keyId: keyRecord('cards').id }).isCovered).toBe(true);
    backUp('vault', [], 'keys');
    expect(uncoveredOf({ catalog }, { vaultId }).isCovered).toBe(true);
  });

  it('rules R13, R51: a backup whose drill failed does not cover', () => {
    backUp('good', ['cards', 'loans'], 'keys');
    const database = new Database(path);
    database
      .prepare(`INSERT INTO drills VALUES (?, 'report', ?, 'FAILED', ?, 1)`)
      .run(backupRecord('good').id, timeOf(102), 'a'.repeat(64));
    database.close();
    expect(uncoveredOf({ catalog }, { vaultId }).isCovered).toBe(false);
  });

  it('rule R13: an empty vault loses nothing, and what was scheduled before is not asked again', () => {
    const empty = vaultRecord('empty');
    catalog.vaults.insert(empty);
    expect(uncoveredOf({ catalog }, { vaultId: empty.id }).isCovered).toBe(true);
    backUp('cards', ['cards'], 'keys');
    catalog.keys.update(keyRecord('loans').id, { lifecycleState: 'PENDING_DELETION' });
    expect(uncoveredOf({ catalog }, { vaultId })).toMatchObject({ isCovered: true });
  });

  it('rules R13, R26: however many versions there are, they are answered in one go', () => {
    backUp('vault', ['cards'], 'keys');
    const database = new Database(path);
    database
      .prepare(
        `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
         INSERT INTO key_versions (id, key_id, vault_id, compartment_id, region, lifecycle_state, origin, time_created,
           material_id)
         SELECT 'version' || i, k.id, k.vault_id, k.compartment_id, ?, 'ENABLED', 'INTERNAL', k.time_created,
           unhex(printf('%032x', i)) FROM n, keys k WHERE k.display_name = 'cards'`,
      )
      .run(FRANKFURT);
    database
      .prepare(
        `INSERT INTO backup_key_versions SELECT material_id, 1 FROM key_versions
         WHERE id LIKE 'version%' AND id <> 'version77'`,
      )
      .run();
    database.close();
    const begun = performance.now();
    expect(uncoveredOf({ catalog }, { vaultId })).toMatchObject({ keyCount: 2, keyVersionCount: 2 });
    expect(performance.now() - begun).toBeLessThan(2000);
    expect(catalog.limits.keyVersionWeightIn(vaultId)).toBeGreaterThan(
      LIMITS['key-version-count-per-virtual-private-vault'].defaultValue,
    );
  }, 30_000);
});
