import { describe, expect, it } from 'vitest';
import type { BackupCopyRecord } from '../../../main/catalog/backup-copy-store.ts';
import type { BucketRecord } from '../../../main/catalog/bucket-store.ts';
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

function bucketRecord(name: string, region = FRANKFURT): BucketRecord {
  return {
    id: ocidOf('bucket', `${region}/${name}`, region),
    namespace: 'acme',
    name,
    compartmentId: tenancyRecord().id,
    kind: 'folder',
    region,
    location: `/media/${name}`,
    timeCreated: timeOf(1),
  };
}

describe('buckets', () => {
  it('rule R23: have a name that is unique in their region', () => {
    const { catalog } = temporaryCatalog();
    const here = bucketRecord('offsite');
    const there = bucketRecord('offsite', LONDON);
    catalog.buckets.insert(here);
    catalog.buckets.insert(there);
    const another = { ...here, id: ocidOf('bucket', 'another') };
    expect(
      errorOf(() => {
        catalog.buckets.insert(another);
      }).reason,
    ).toBe('AlreadyInCatalog');
    expect(catalog.buckets.getByName(LONDON, 'offsite')).toEqual(there);
    expect(catalog.buckets.getByName(LONDON, 'nothing')).toBeUndefined();
    expect(catalog.buckets.get(here.id)).toEqual(here);
    expect(catalog.buckets.list({ region: FRANKFURT })).toEqual([here]);
    expect(catalog.buckets.list()).toHaveLength(2);
  });
});

describe('backups', () => {
  it('are listed newest first, by vault or key', () => {
    const { catalog } = temporaryCatalog();
    const first = backupRecord('first');
    const second = backupRecord('second', { timeCreated: timeOf(200), sequence: 2 });
    const ofKey = backupRecord('of key', {
      kind: 'KEY',
      keyId: keyRecord().id,
      timeCreated: timeOf(300),
      sequence: 3,
      workRequestId: ocidOf('workrequest', 'one'),
    });
    const elsewhere = backupRecord('elsewhere', {
      vaultId: ocidOf('vault', 'x'),
      isIncludeKeys: false,
      leftOut: [],
    });
    for (const backup of [first, ofKey, second, elsewhere]) catalog.backups.insert(backup);
    expect(catalog.backups.list({ vaultId: vaultRecord().id }).data).toEqual([ofKey, second, first]);
    expect(catalog.backups.list({ keyId: keyRecord().id }).data).toEqual([ofKey]);
    const page = catalog.backups.list({ vaultId: vaultRecord().id, limit: 2 });
    expect(catalog.backups.list({ vaultId: vaultRecord().id, limit: 2, page: page.nextPage }).data).toEqual([
      first,
    ]);
    expect(catalog.backups.getBySha256(second.sha256)).toEqual(second);
    expect(catalog.backups.getBySha256('0'.repeat(64))).toBeUndefined();
  });

  it('of one region are counted: the newest has the highest sequence, whatever the clock said', () => {
    const { catalog } = temporaryCatalog();
    expect(catalog.backups.newestOf(FRANKFURT)).toBeUndefined();
    catalog.backups.insert(backupRecord('a', { sequence: 7, timeCreated: timeOf(10) }));
    catalog.backups.insert(backupRecord('b', { sequence: 6, timeCreated: timeOf(90) }));
    catalog.backups.insert(backupRecord('c', { sequence: 9, sourceRegion: LONDON }));
    expect(catalog.backups.newestOf(FRANKFURT)?.sequence).toBe(7);
  });

  it('rule R52: cover the key versions that went in, and no others', () => {
    const { catalog } = temporaryCatalog();
    insertVault(catalog, ['a', 'b']);
    catalog.keyVersions.insert(keyVersionRecord('a', 2, { lifecycleState: 'PENDING_DELETION' }));
    const older = backupRecord('older');
    const newer = backupRecord('newer', { timeCreated: timeOf(200), sequence: 2 });
    catalog.backups.insert(older);
    catalog.backups.insert(newer);
    catalog.backups.coverKey(older.id, keyRecord('a').id);
    catalog.backups.coverKey(newer.id, keyRecord('a').id);
    catalog.backups.addCoverage(newer.id, [materialIdOf('b/1'), materialIdOf('a/1')]);
    expect(catalog.backups.listCovering(materialIdOf('a/1'))).toEqual([newer, older]);
    expect(catalog.backups.listCovering(materialIdOf('b/1'))).toEqual([newer]);
    expect(catalog.backups.listCovering(materialIdOf('a/2'))).toEqual([]);
    const page = catalog.backups.pageCovering(materialIdOf('a/1'), { limit: 1 });
    expect(page.data).toEqual([newer]);
    expect(catalog.backups.pageCovering(materialIdOf('a/1'), { limit: 1, page: page.nextPage })).toEqual({
      data: [older],
    });
    const elsewhere = { vaultId: ocidOf('vault', 'x') };
    expect(catalog.backups.pageCovering(materialIdOf('a/1'), elsewhere).data).toEqual([]);
    expect(catalog.backups.pageCovering(materialIdOf('a/1'), { vaultId: newer.vaultId }).data).toHaveLength(
      2,
    );
    expect(catalog.backups.pageCovering(materialIdOf('a/1'), { keyId: keyRecord('a').id }).data).toEqual([]);
    expect(catalog.backups.vaultsOfCovering(materialIdOf('a/1'))).toEqual([
      { vaultId: newer.vaultId, compartmentId: newer.compartmentId },
    ]);
    expect(
      errorOf(() => {
        catalog.backups.coverKey(ocidOf('backup', 'none'), keyRecord('a').id);
      }).code,
    ).toBe('NotAuthorizedOrNotFound');
  });
});

describe('copies of backups', () => {
  const backup = backupRecord('first');
  const inBucket: BackupCopyRecord = {
    backupId: backup.id,
    region: FRANKFURT,
    place: { kind: 'bucket', bucketName: 'offsite', objectName: 'vault.sealed' },
    etag: backup.sha256,
    size: backup.size,
    timeCreated: timeOf(101),
    timeVerified: timeOf(102),
    verifiedDepth: 'keys',
  };
  const onMedium: BackupCopyRecord = {
    backupId: backup.id,
    place: { kind: 'file', path: '/media/stick/vault.sealed' },
    etag: backup.sha256,
    size: backup.size,
    timeCreated: timeOf(103),
  };

  const behindUri: BackupCopyRecord = {
    ...onMedium,
    place: { kind: 'uri', host: 'objects.example:8443', uriSha256: 'a'.repeat(64) },
  };

  it('rules R23, R30: are tracked per place', () => {
    const { catalog } = temporaryCatalog();
    catalog.backups.insert(backup);
    const elsewhere: BackupCopyRecord = { ...inBucket, region: LONDON };
    const copies = [inBucket, onMedium, elsewhere, behindUri];
    for (const copy of copies) catalog.backupCopies.insert(copy);
    catalog.backupCopies.insert(behindUri);
    expect(catalog.backupCopies.listOf(backup.id)).toEqual(copies);
    expect(catalog.backupCopies.listOf(ocidOf('backup', 'none'))).toEqual([]);
  });

  it('take the stead of what was known to be at their place', () => {
    const { catalog } = temporaryCatalog();
    const other = backupRecord('other', { sequence: 2 });
    catalog.backups.insert(backup);
    catalog.backups.insert(other);
    catalog.backupCopies.insert(onMedium);
    catalog.backupCopies.insert(inBucket);
    const replaced: BackupCopyRecord = { ...onMedium, backupId: other.id, etag: other.sha256 };
    catalog.backupCopies.insert(replaced);
    expect(catalog.backupCopies.listOf(backup.id)).toEqual([inBucket]);
    expect(catalog.backupCopies.listOf(other.id)).toEqual([replaced]);
  });

  it('rule R50: are marked as verified only where that very copy is known', () => {
    const { catalog } = temporaryCatalog();
    catalog.backups.insert(backup);
    catalog.backupCopies.insert(inBucket);
    catalog.backupCopies.insert(onMedium);
    catalog.backupCopies.insert(behindUri);
    const verification = {
      backupId: backup.id,
      etag: backup.sha256,
      timeVerified: timeOf(500),
      verifiedDepth: 'seal' as const,
    };
    expect(catalog.backupCopies.verified(onMedium.place, undefined, verification)).toBe(true);
    expect(catalog.backupCopies.verified(behindUri.place, undefined, verification)).toBe(true);
    expect(catalog.backupCopies.verified(inBucket.place, LONDON, verification)).toBe(false);
    expect(
      catalog.backupCopies.verified(inBucket.place, FRANKFURT, { ...verification, etag: '0'.repeat(64) }),
    ).toBe(false);
    expect(catalog.backupCopies.listOf(backup.id)).toEqual([
      inBucket,
      { ...onMedium, timeVerified: timeOf(500), verifiedDepth: 'seal' },
      { ...behindUri, timeVerified: timeOf(500), verifiedDepth: 'seal' },
    ]);
  });

  it('in a bucket cannot be without a region', () => {
    const { catalog } = temporaryCatalog();
    catalog.backups.insert(backup);
    const { region: _region, ...regionless } = inBucket;
    expect(() => {
      catalog.backupCopies.insert(regionless);
    }).toThrow(/CHECK/);
    expect(catalog.backupCopies.listOf(backup.id)).toEqual([]);
  });
});

describe('token orphans', () => {
  it('rule R73: stand until they are destroyed or usable', () => {
    const { catalog } = temporaryCatalog();
    const workRequestId = ocidOf('workrequest', 'restore');
    const ids = ['a', 'b', 'c'].map(materialIdOf).sort();
    catalog.tokenOrphans.add(ids.map((materialId) => ({ region: FRANKFURT, materialId, workRequestId })));
    catalog.tokenOrphans.add([{ region: LONDON, materialId: ids[0] ?? '' }]);
    expect(catalog.tokenOrphans.listOf(FRANKFURT).map((orphan) => orphan.materialId)).toEqual(ids);
    catalog.tokenOrphans.remove(FRANKFURT, ids.slice(0, 1));
    expect(catalog.tokenOrphans.listOf(FRANKFURT)).toEqual(
      ids.slice(1).map((materialId) => ({ region: FRANKFURT, materialId, workRequestId })),
    );
    catalog.tokenOrphans.removeOf(workRequestId);
    expect(catalog.tokenOrphans.listOf(FRANKFURT)).toEqual([]);
    expect(catalog.tokenOrphans.listOf(LONDON)).toEqual([{ region: LONDON, materialId: ids[0] }]);
  });

  it('belong to the work request that made them last', () => {
    const { catalog } = temporaryCatalog();
    const orphan = { region: FRANKFURT, materialId: materialIdOf('a') };
    catalog.tokenOrphans.add([{ ...orphan, workRequestId: ocidOf('workrequest', 'one') }]);
    catalog.tokenOrphans.add([{ ...orphan, workRequestId: ocidOf('workrequest', 'two') }]);
    catalog.tokenOrphans.removeOf(ocidOf('workrequest', 'one'));
    expect(catalog.tokenOrphans.listOf(FRANKFURT)).toHaveLength(1);
  });
});
