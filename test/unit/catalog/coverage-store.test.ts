import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Catalog } from '../../../main/catalog/catalog.ts';
import { CoverageStore } from '../../../main/catalog/coverage-store.ts';
import type { CoverageQuery } from '../../../main/catalog/coverage-store.ts';
import { openCatalog, openDatabase } from '../../../main/catalog/open-catalog.ts';
import type { BackupRecord } from '../../../main/catalog/backup-store.ts';
import type { BackupCopy, VerificationDepth } from '../../../shared/domain/backup.ts';
import {
  backupRecord,
  FRANKFURT,
  insertVault,
  keyRecord,
  keyVersionRecord,
  LONDON,
  materialIdOf,
  ocidOf,
  temporaryCatalog,
  tenancyRecord,
  timeOf,
  vaultRecord,
} from '../../support/catalog-fixture.ts';
import { errorOf } from '../../support/error-of.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const HOUR = 3600;
const NOW = new Date(timeOf(1000 * HOUR));

/** A backup so many hours old that covers these key versions, with verified copies in these regions. */
function addBackup(
  catalog: Catalog,
  name: string,
  options: {
    readonly ageHours: number;
    readonly regions: readonly string[];
    readonly covers?: readonly string[];
    readonly depth?: VerificationDepth;
    readonly change?: Partial<BackupRecord>;
  },
): BackupRecord {
  const backup = backupRecord(name, {
    timeCreated: timeOf((1000 - options.ageHours) * HOUR),
    ...options.change,
  });
  catalog.backups.insert(backup);
  options.regions.forEach((region, number) => {
    catalog.backupCopies.insert(copyOf(backup, { region, objectName: `${name}-${number}` }, options.depth));
  });
  catalog.backups.addCoverage(backup.id, (options.covers ?? ['cards/1']).map(materialIdOf));
  return backup;
}

function copyOf(
  backup: BackupRecord,
  place: { readonly region: string; readonly objectName: string },
  verifiedDepth: VerificationDepth | undefined = 'keys',
): BackupCopy {
  return {
    backupId: backup.id,
    region: place.region,
    place: { kind: 'bucket', bucketName: 'b', objectName: place.objectName },
    etag: backup.sha256,
    size: backup.size,
    timeCreated: backup.timeCreated,
    timeVerified: backup.timeCreated,
    verifiedDepth,
  };
}

function survey(catalog: Catalog, query: CoverageQuery = {}) {
  return catalog.coverage.survey(query, NOW);
}

/** Status of each row by its name, the vault's first. */
function statuses(catalog: Catalog, query: CoverageQuery = {}): Record<string, string> {
  return Object.fromEntries(survey(catalog, query).data.map((row) => [row.displayName, row.status]));
}

describe('rule R52: a vault with one key', () => {
  it('never backed up: names the version', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog);
    const { data, summary } = survey(catalog);
    expect(data.map(({ level, status }) => [level, status])).toEqual([
      ['VAULT', 'NEVER_BACKED_UP'],
      ['KEY', 'NEVER_BACKED_UP'],
    ]);
    expect(data[1]).toMatchObject({
      uncoveredKeyVersionIds: [keyVersionRecord().id],
      keyVersionCount: 1,
      coveredKeyVersionCount: 0,
      copiesByPlace: [],
      shape: 'AES-256',
    });
    expect(data[1]).not.toHaveProperty('newestBackup');
    expect(summary).toMatchObject({ vaultCount: 1, uncoveredVaultCount: 1, keyCount: 1, neverBackedUp: 1 });
  });

  it('covered: tells backup, age, copies per region and medium, drill', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog);
    addBackup(catalog, 'old', { ageHours: 100, regions: [FRANKFURT, LONDON] });
    const newest = addBackup(catalog, 'new', { ageHours: 5.5, regions: [FRANKFURT, FRANKFURT, LONDON] });
    const { region: _region, ...copy } = copyOf(newest, { region: FRANKFURT, objectName: 'x' });
    catalog.backupCopies.insert({ ...copy, place: { kind: 'file', path: '/media/stick/x' } });
    catalog.drills.put({
      backupId: newest.id,
      reportId: 'a'.repeat(32),
      time: timeOf(999 * HOUR),
      outcome: 'PROVEN',
      reportSha256: 'b'.repeat(64),
      milliseconds: 5,
    });
    const { data, summary } = survey(catalog);
    for (const row of data) {
      expect(row).toMatchObject({
        status: 'COVERED',
        newestBackup: {
          id: newest.id,
          timeCreated: newest.timeCreated,
          ageHours: 5,
          timeDrilled: timeOf(999 * HOUR),
        },
        target: { maximumAgeHours: 168, minimumCopies: 2, minimumRegions: 2, isOfVault: false },
      });
      expect(row.copiesByPlace).toEqual([
        { medium: 'bucket', region: FRANKFURT, count: 2, timeVerified: newest.timeCreated },
        { medium: 'bucket', region: LONDON, count: 1, timeVerified: newest.timeCreated },
        { medium: 'file', count: 1, timeVerified: newest.timeCreated },
      ]);
    }
    expect(summary).toMatchObject({ uncoveredVaultCount: 0, covered: 1 });
  });

  it.each([
    ['older than the target', { ageHours: 168.1, regions: [FRANKFURT, LONDON] }, 'TOO_OLD'],
    ['just young enough', { ageHours: 168, regions: [FRANKFURT, LONDON] }, 'COVERED'],
    ['one copy only', { ageHours: 1, regions: [FRANKFURT] }, 'TOO_FEW_COPIES'],
    ['two copies in one region', { ageHours: 1, regions: [FRANKFURT, FRANKFURT] }, 'TOO_FEW_COPIES'],
    ['of the future, as the clock was set back', { ageHours: -5, regions: [FRANKFURT, LONDON] }, 'COVERED'],
    [
      'verified without a token',
      { ageHours: 1, regions: [FRANKFURT, LONDON], depth: 'structure' },
      'NEVER_BACKED_UP',
    ],
  ] as const)('a backup %s', (_, backup, status) => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog);
    addBackup(catalog, 'one', backup);
    expect(statuses(catalog)).toEqual({ payments: status, cards: status });
  });

  it('is covered while an earlier backup meets the target and a newer one has one copy so far', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog);
    addBackup(catalog, 'copied', { ageHours: 24, regions: [FRANKFURT, LONDON] });
    const newest = addBackup(catalog, 'fresh', { ageHours: 0, regions: [FRANKFURT] });
    expect(statuses(catalog)).toEqual({ payments: 'COVERED', cards: 'COVERED' });
    expect(survey(catalog).data[1]?.newestBackup?.id).toBe(newest.id);
  });

  it('copies of different backups are not added up', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog);
    addBackup(catalog, 'here', { ageHours: 2, regions: [FRANKFURT] });
    addBackup(catalog, 'there', { ageHours: 1, regions: [LONDON] });
    expect(statuses(catalog)).toEqual({ payments: 'TOO_FEW_COPIES', cards: 'TOO_FEW_COPIES' });
  });

  it('rule R51: a backup that failed its drill covers nothing', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog);
    const backup = addBackup(catalog, 'one', { ageHours: 1, regions: [FRANKFURT, LONDON] });
    const drill = {
      backupId: backup.id,
      reportId: 'a'.repeat(32),
      time: timeOf(999 * HOUR),
      outcome: 'FAILED',
      reportSha256: 'b'.repeat(64),
      milliseconds: 5,
    } as const;
    catalog.drills.put(drill);
    expect(statuses(catalog)).toEqual({ payments: 'NEVER_BACKED_UP', cards: 'NEVER_BACKED_UP' });
    catalog.drills.put({ ...drill, outcome: 'PROVEN' });
    expect(statuses(catalog)).toEqual({ payments: 'COVERED', cards: 'COVERED' });
  });

  it('a key backup does not cover its vault, without which it could not be restored', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog);
    addBackup(catalog, 'key', {
      ageHours: 1,
      regions: [FRANKFURT, LONDON],
      change: { kind: 'KEY', keyId: keyRecord().id },
    });
    expect(statuses(catalog)).toEqual({ payments: 'NEVER_BACKED_UP', cards: 'COVERED' });
    expect(survey(catalog).summary).toMatchObject({ covered: 1, uncoveredVaultCount: 1 });
  });

  it('a version made after the backup is named, and makes key and vault uncovered', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog);
    addBackup(catalog, 'one', { ageHours: 1, regions: [FRANKFURT, LONDON] });
    catalog.keyVersions.insert(keyVersionRecord('cards', 2));
    const { data, summary } = survey(catalog);
    expect(data.map((row) => row.status)).toEqual(['NEVER_BACKED_UP', 'NEVER_BACKED_UP']);
    expect(data[1]).toMatchObject({
      keyVersionCount: 2,
      coveredKeyVersionCount: 1,
      uncoveredKeyVersionIds: [keyVersionRecord('cards', 2).id],
    });
    expect(summary).toMatchObject({ covered: 1, neverBackedUp: 1 });
  });

  it('rule R21: SOFTWARE keys, DEFAULT vaults and secrets have a status of their own', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog);
    catalog.transaction(() => {
      catalog.keys.insert(keyRecord('soft', { protectionMode: 'SOFTWARE' }));
      catalog.keyVersions.insert(keyVersionRecord('soft'));
      catalog.vaults.insert(vaultRecord('default', { vaultType: 'DEFAULT', timeCreated: timeOf(5) }));
      catalog.secrets.insert({
        id: ocidOf('vaultsecret', 'password'),
        vaultId: vaultRecord().id,
        keyId: keyRecord().id,
        compartmentId: tenancyRecord().id,
        name: 'password',
        lifecycleState: 'ACTIVE',
        timeCreated: timeOf(9),
        materialId: materialIdOf('cards/1'),
      });
    });
    addBackup(catalog, 'one', { ageHours: 1, regions: [FRANKFURT, LONDON] });
    expect(statuses(catalog)).toEqual({
      payments: 'COVERED',
      cards: 'COVERED',
      soft: 'CANNOT_BE_BACKED_UP',
      default: 'CANNOT_BE_BACKED_UP',
    });
    const { data, summary } = survey(catalog);
    expect(data.find((row) => row.displayName === 'soft')?.reason).toContain('SOFTWARE');
    expect(data.find((row) => row.displayName === 'default')?.reason).toContain('DEFAULT');
    expect(data[0]?.secretCount).toBe(1);
    expect(summary).toMatchObject({
      uncoveredVaultCount: 0,
      cannotBeBackedUp: 1,
      neverBackedUp: 0,
      secretCount: 1,
    });
  });

  it('what is deleted or being made does not count; what is pending deletion needs no newer backup', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog, ['cards', 'gone', 'leaving']);
    catalog.keys.update(keyRecord('gone').id, { lifecycleState: 'DELETED' });
    catalog.keyVersions.insert(keyVersionRecord('cards', 2, { lifecycleState: 'DELETED' }));
    catalog.keyVersions.insert(keyVersionRecord('cards', 3, { lifecycleState: 'CREATING' }));
    catalog.keys.update(keyRecord('leaving').id, { lifecycleState: 'PENDING_DELETION' });
    addBackup(catalog, 'old', { ageHours: 500, regions: [FRANKFURT, LONDON], covers: ['leaving/1'] });
    addBackup(catalog, 'new', { ageHours: 1, regions: [FRANKFURT, LONDON], covers: ['cards/1'] });
    expect(statuses(catalog)).toEqual({ payments: 'COVERED', cards: 'COVERED', leaving: 'COVERED' });
    expect(survey(catalog).summary.keyVersionCount).toBe(2);
  });

  it('a restored copy is covered by the backups of what it came from, and is shown there', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog);
    const restored = vaultRecord('restored', {
      region: LONDON,
      restoredFromVaultId: vaultRecord().id,
      timeCreated: timeOf(50),
    });
    catalog.transaction(() => {
      catalog.vaults.insert(restored);
      catalog.keys.insert(
        keyRecord('cards in London', {
          vaultId: restored.id,
          restoredFromKeyId: keyRecord().id,
          currentKeyVersion: ocidOf('keyversion', 'cards in London/1'),
        }),
      );
      catalog.keyVersions.insert(
        keyVersionRecord('cards in London', 1, {
          vaultId: restored.id,
          region: LONDON,
          materialId: materialIdOf('cards/1'),
        }),
      );
    });
    addBackup(catalog, 'one', { ageHours: 1, regions: [FRANKFURT, LONDON] });
    const rows = survey(catalog).data;
    expect(rows.map((row) => [row.displayName, row.status, row.restoredInRegions])).toEqual([
      ['payments', 'COVERED', [LONDON]],
      ['cards', 'COVERED', [LONDON]],
      ['restored', 'COVERED', []],
      ['cards in London', 'COVERED', []],
    ]);
    expect(rows[2]?.restoredFromId).toBe(vaultRecord().id);
  });
});

describe('rule R52: targets and filters', () => {
  it('a vault has its own target or the home’s; an age that is asked for stands before both', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog);
    addBackup(catalog, 'one', { ageHours: 30, regions: [FRANKFURT] });
    catalog.backupTargets.setOfHome({ maximumAgeHours: 48, minimumCopies: 1, minimumRegions: 1 });
    expect(statuses(catalog)).toEqual({ payments: 'COVERED', cards: 'COVERED' });
    catalog.backupTargets.setOfVault(vaultRecord().id, {
      maximumAgeHours: 24,
      minimumCopies: 1,
      minimumRegions: 0,
    });
    expect(statuses(catalog)).toEqual({ payments: 'TOO_OLD', cards: 'TOO_OLD' });
    expect(survey(catalog).data[0]?.target).toMatchObject({ maximumAgeHours: 24, isOfVault: true });
    expect(statuses(catalog, { maximumAgeHours: 31 })).toEqual({ payments: 'COVERED', cards: 'COVERED' });
    catalog.backupTargets.removeOfVault(vaultRecord().id);
    expect(statuses(catalog)).toEqual({ payments: 'COVERED', cards: 'COVERED' });
  });

  it('narrows by vault, compartment and region', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog);
    const other = ocidOf('compartment', 'other');
    catalog.compartments.insert({
      id: other,
      compartmentId: tenancyRecord().id,
      name: 'Other',
      timeCreated: timeOf(1),
    });
    catalog.vaults.insert(
      vaultRecord('elsewhere', { region: LONDON, compartmentId: other, timeCreated: timeOf(9) }),
    );
    const names = (query: CoverageQuery): string[] => Object.keys(statuses(catalog, query));
    expect(names({})).toEqual(['payments', 'cards', 'elsewhere']);
    expect(names({ region: LONDON })).toEqual(['elsewhere']);
    expect(names({ compartmentId: tenancyRecord().id })).toEqual(['payments', 'cards']);
    expect(names({ vaultId: vaultRecord('elsewhere').id })).toEqual(['elsewhere']);
    expect(survey(catalog, { region: LONDON }).summary).toMatchObject({ vaultCount: 1, keyCount: 0 });
  });

  it('shows page after page the same rows as one page, and the same summary on each', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog, ['one', 'two', 'three', 'four']);
    catalog.vaults.insert(vaultRecord('second', { timeCreated: timeOf(9) }));
    const whole = survey(catalog);
    expect(whole.data).toHaveLength(6);
    const paged: unknown[] = [];
    let page: string | undefined;
    do {
      const answer = survey(catalog, { limit: 2, ...(page === undefined ? {} : { page }) });
      expect(answer.summary).toEqual(whole.summary);
      paged.push(...answer.data);
      page = answer.nextPage;
    } while (page !== undefined);
    expect(paged).toEqual(whole.data);
    expect(errorOf(() => survey(catalog, { page: 'x' })).reason).toBe('PageToken');
    expect(errorOf(() => survey(catalog, { limit: 0 })).reason).toBe('PageLimit');
  });
});

describe('rule R26: 100,000 key versions', () => {
  const KEYS = 1000;
  const VERSIONS = 100;

  it('take the same few statements as one, and a page of rows', { timeout: 60_000 }, () => {
    const path = join(temporaryFolder(), 'catalog.sqlite');
    const catalog = openCatalog(path);
    insertVault(catalog);
    const small = statementsOf(path, {});
    fill(catalog, path);
    const { answer, statements } = statementsOf(path, { limit: 1000 });
    expect(answer.summary).toMatchObject({ keyCount: KEYS + 1, covered: KEYS * VERSIONS, neverBackedUp: 1 });
    expect(answer.data).toHaveLength(1000);
    expect(statements).toEqual(small.statements);
    expect(statements).toBeLessThan(15);
    catalog.close();
  });

  /** The rows of a large home, made by SQLite itself. */
  function fill(catalog: Catalog, path: string): void {
    const backups = Array.from({ length: 2 }, (_, number) =>
      addBackup(catalog, `b${number}`, { ageHours: 160 - number, regions: [FRANKFURT, LONDON], covers: [] }),
    );
    const database = openDatabase(path);
    database.pragma('synchronous = OFF');
    database.exec(`
      CREATE TEMP TABLE numbers AS WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${KEYS * VERSIONS})
        SELECT n, (n - 1) / ${VERSIONS} AS key, printf('%060d', n) AS tail FROM n;
      INSERT INTO keys SELECT 'ocid1.key.strongroom1.${FRANKFURT}.abcdefghijklm.' || printf('%060d', key), vault_id,
          compartment_id, 'key', key_shape, protection_mode, lifecycle_state,
          'ocid1.keyversion.strongroom1.${FRANKFURT}.abcdefghijklm.' || tail, freeform_tags, defined_tags,
          keys.time_created, NULL, NULL, metadata_time
        FROM numbers JOIN keys WHERE n % ${VERSIONS} = 1;
    `);
    database.exec(`
      INSERT INTO key_versions (id, key_id, vault_id, compartment_id, region, lifecycle_state, origin, time_created, material_id)
        SELECT 'ocid1.keyversion.strongroom1.${FRANKFURT}.abcdefghijklm.' || tail,
          'ocid1.key.strongroom1.${FRANKFURT}.abcdefghijklm.' || printf('%060d', key), vault_id, compartment_id, region,
          'ENABLED', 'INTERNAL', key_versions.time_created, CAST(printf('%016d', n) AS BLOB)
        FROM numbers JOIN key_versions;
    `);
    for (const { id } of backups) {
      database
        .prepare(
          `INSERT INTO backup_key_versions SELECT CAST(printf('%016d', n) AS BLOB), (SELECT number FROM backups WHERE id = ?)
           FROM numbers`,
        )
        .run(id);
    }
    database.close();
  }

  function statementsOf(path: string, query: CoverageQuery) {
    const database = openDatabase(path);
    onTestFinished(() => {
      database.close();
    });
    const counted = countStatements(database);
    const answer = new CoverageStore(counted.database).survey(query, NOW);
    return { answer, statements: counted.count() };
  }
});

/** The database, with a count of the calls that run statements. */
function countStatements(database: Database.Database): { database: Database.Database; count: () => number } {
  let count = 0;
  const counting = new Proxy(database, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (name === 'exec' || name === 'prepare') count += 1;
      return value.bind(target) as unknown;
    },
  });
  return { database: counting, count: () => count };
}
