import { readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeCheckpoint } from '../../../main/audit/audit-checkpoint.ts';
import type { KnownVendor } from '../../../main/hsm/known-modules.ts';
import { readHeaderSection } from '../../../main/sealing/sealed-backup-header.ts';
import { offlineFile } from '../../../main/storage/offline-file.ts';
import type { ResponseOf } from '../../../shared/contract/contract.ts';
import { attack } from '../../support/audit-fixture.ts';
import { FRA, TwoRegions, ZRH } from '../../support/two-regions.ts';

const DIRECTIONS: readonly (readonly [KnownVendor, KnownVendor])[] = [
  ['SoftHSM', 'NSS'],
  ['NSS', 'SoftHSM'],
];

describe.each(DIRECTIONS)('the audit log of a home, %s and %s', (here, there) => {
  let regions: TwoRegions;
  let vault: ResponseOf<'vault.create'>;
  let objectName: string;

  beforeAll(async () => {
    regions = await TwoRegions.make(here, there);
    vault = await regions.makeVault();
    await regions.makeKey(vault.id, 'cards', { algorithm: 'AES', length: 32 });
    const { copy } = await backUp({ destination: 'BUCKET', bucketName: 'fra' });
    objectName = copy.place.kind === 'bucket' ? copy.place.objectName : '';
  }, 60_000);

  afterAll(async () => {
    await regions[Symbol.asyncDispose]();
  });

  function backUp(
    backupLocation: Parameters<typeof regions.call<'vault.backup'>>[1]['backupLocation'],
  ): Promise<ResponseOf<'vault.backup'>> {
    return regions.call('vault.backup', { vaultId: vault.id, backupLocation });
  }

  it('rule R61: has every action with its outcome, and refusals, but not what was only looked at', async () => {
    await expect(
      regions.call('vault.backup', {
        vaultId: vault.id,
        backupLocation: { destination: 'BUCKET', bucketName: 'zrh' },
      }),
    ).rejects.toMatchObject({ reason: 'BucketInOtherRegion' });
    await regions.call('vault.get', { vaultId: vault.id });
    const { data } = await regions.call('audit.list', { limit: 1000 });
    const told = data.map((entry) => `${entry.operationName} ${entry.outcome}`);
    for (const action of ['realm.create', 'region.enrol-accept', 'vault.create', 'key.create']) {
      expect(told).toContain(`${action} SUCCEEDED`);
    }
    const backups = data.filter((entry) => entry.operationName === 'vault.backup');
    expect(backups.map((entry) => entry.outcome)).toEqual(['BEGUN', 'SUCCEEDED', 'BEGUN', 'REFUSED']);
    expect(backups[0]).toMatchObject({ resources: [vault.id], detail: { bucketName: 'fra' } });
    expect(backups[1]?.eventId).toBe(backups[0]?.eventId);
    expect(backups[3]).toMatchObject({ errorCode: 'InvalidParameter', errorReason: 'BucketInOtherRegion' });
    expect(told.filter((words) => words.startsWith('vault.get'))).toEqual([]);
    // PINs come from files here: neither they nor their paths are told.
    expect(JSON.stringify(data)).not.toContain(regions.fra.pin);
  });

  it('rule R61: every backup’s header carries a checkpoint that a token of either region authenticates', async () => {
    await using object = await offlineFile(`${regions.path('bucket-fra')}/${objectName}`).open();
    const { header } = await readHeaderSection(object);
    const checkpoint = decodeCheckpoint(header.auditCheckpoint!);
    const begun = (await regions.call('audit.list', { operationName: 'vault.backup' })).data[0];
    expect(checkpoint).toMatchObject({
      realmId: header.realmId,
      regionId: FRA,
      // The backup's own begin is the newest that it vouches for.
      sequence: begun?.sequence,
      hash: begun?.hash,
    });
    for (const region of [FRA, ZRH]) {
      const verified = await regions.call('audit.verify', { region });
      expect(verified).toMatchObject({
        catalogCheckpointCount: 1,
        backupCheckpointCount: 1,
        authenticatedCheckpointCount: 2,
        newestCheckpoint: checkpoint,
        notes: [],
      });
      expect(verified.statement).toContain(`the token of ${region} vouches for it`);
    }
    const compared = await regions.call('audit.verify', {});
    expect(compared.authenticatedCheckpointCount).toBe(0);
    expect(compared.statement).toContain('which no token has authenticated');
  });

  it('rule R61: an export never replaces a file', async () => {
    const out = regions.path('audit.jsonl');
    const { entryCount } = await regions.call('audit.export', { out });
    expect((await readFile(out, 'utf8')).split('\n').filter((line) => line.includes('"entry"'))).toHaveLength(
      entryCount,
    );
    await expect(regions.call('audit.export', { out })).rejects.toMatchObject({
      code: 'NotAuthorizedOrResourceAlreadyExists',
    });
  });

  it('rule R61: a bucket that cannot be read, and a file without a checkpoint, are noted', async () => {
    await writeFile(regions.path('no-backup'), 'x');
    const backupLocation = { destination: 'OFFLINE_FILE' as const, file: regions.path('no-backup') };
    const { notes } = await regions.call('audit.verify', { backupLocation });
    expect(notes).toEqual([expect.stringContaining('no checkpoint of this realm')]);
  });

  it('rule R61: finds a change, names the entry, and a rewritten log by what was carried away in a backup', async () => {
    const carried = regions.path('carried');
    await backUp({ destination: 'OFFLINE_FILE', file: carried });
    const victim = (await regions.call('audit.list', { operationName: 'key.create' })).data[0]!;
    await regions.strongroom.close();
    const catalog = regions.path('home/catalog.sqlite');
    attack(catalog, (attacker) => {
      attacker.put({ ...attacker.row(victim.sequence), operation_name: 'key.get' });
    });
    await regions.reopen();
    await expect(regions.call('audit.verify', {})).rejects.toMatchObject({
      code: 'Conflict',
      reason: 'AuditLogAltered',
      message: expect.stringContaining(`entry ${victim.sequence} on (CHANGED)`) as string,
    });
    await regions.strongroom.close();
    attack(catalog, (attacker) => attacker.rehash(victim.sequence));
    await regions.reopen();
    await expect(regions.call('audit.verify', { region: FRA })).rejects.toMatchObject({
      reason: 'AuditLogAltered',
      message: expect.stringContaining('(REWRITTEN)') as string,
    });
    await regions.strongroom.close();
    attack(catalog, ({ database }) => database.exec('DELETE FROM audit_checkpoints'));
    await regions.reopen();
    // The bucket's backup vouches for the entries up to its own begin.
    await expect(regions.call('audit.verify', { region: FRA })).rejects.toMatchObject({
      reason: 'AuditLogAltered',
      message: expect.stringContaining(`the header of object ${objectName}`) as string,
    });
    await rm(`${regions.path('bucket-fra')}/${objectName}`);
    expect((await regions.call('audit.verify', { region: FRA })).backupCheckpointCount).toBe(0);
    await expect(
      regions.call('audit.verify', {
        region: ZRH,
        backupLocation: { destination: 'OFFLINE_FILE', file: carried },
      }),
    ).rejects.toMatchObject({
      reason: 'AuditLogAltered',
      message: expect.stringContaining(`the header of file ${carried}`) as string,
    });
  });
});
