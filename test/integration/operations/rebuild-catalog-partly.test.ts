import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Tokens } from '../../../main/hsm/tokens.ts';
import type { Strongroom } from '../../../main/strongroom.ts';
import type { ResponseOf } from '../../../shared/contract/contract.ts';
import { killDuring } from '../../support/kill-during.ts';
import { OFFICER } from '../../support/operators.ts';
import { FRA, openHome, tokenFields, TwoRegions } from '../../support/two-regions.ts';
import { whatCatalogSays } from '../../support/what-catalog-says.ts';

describe('rebuilding the catalog where not all is there', () => {
  let regions: TwoRegions;
  let vault: ResponseOf<'vault.create'>;
  let rotated: ResponseOf<'key.create'>;
  let retired: ResponseOf<'key.create'>;
  let lost: ResponseOf<'key-version.create'>;
  let first: ResponseOf<'vault.backup'>;
  let last: ResponseOf<'vault.backup'>;
  const message = Buffer.from('what was encrypted before the disaster');

  beforeAll(async () => {
    regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
    const { call } = regions;
    await writeFile(regions.path('message'), message);
    vault = await regions.makeVault();
    rotated = await regions.makeKey(vault.id, 'rotated', { algorithm: 'AES', length: 32 });
    retired = await regions.makeKey(vault.id, 'retired', { algorithm: 'ECDSA', length: 32 });
    await call('key-version.create', { keyId: rotated.id });
    const backUp = () =>
      call('vault.backup', {
        vaultId: vault.id,
        backupLocation: { destination: 'BUCKET', bucketName: 'fra' },
      });
    first = await backUp();
    lost = await call('key-version.create', { keyId: rotated.id });
    await call('crypto.encrypt', {
      keyId: rotated.id,
      in: regions.path('message'),
      out: regions.path('encrypted'),
    });
    await call('key.schedule-deletion', { keyId: retired.id });
    last = await backUp();
    const other = await regions.makeVault('Other Vault');
    await regions.makeKey(other.id, 'other', { algorithm: 'AES', length: 16 });
    await call('vault.backup', {
      vaultId: other.id,
      backupLocation: { destination: 'BUCKET', bucketName: 'fra' },
    });
    await using attached = await openHome(regions.path('attached-home'), [regions.fra]);
    await attached.call('region.attach', {
      region: FRA,
      ...tokenFields(regions.fra),
      administrator: OFFICER,
    });
  }, 60_000);

  afterAll(async () => {
    await regions[Symbol.asyncDispose]();
  });

  /** A home that knows nothing but Frankfurt's token. */
  async function emptyHome(name: string): Promise<Strongroom> {
    const home = regions.path(`${name}-home`);
    await cp(regions.path('attached-home'), home, { recursive: true });
    return openHome(home, [regions.fra]);
  }

  it('rule R31: what an older backup has and the newest has not comes back too, and is told', async () => {
    await using home = await emptyHome('older');
    const rebuilt = await home.call('backup.rebuild-catalog', { location: [regions.path('bucket-fra')] });
    expect(rebuilt).toMatchObject({
      restorable: [],
      regions: [{ vaultCount: 2, keyCount: 3, keyVersionCount: 5 }],
    });
    expect(rebuilt.warnings).toEqual([
      expect.stringContaining(
        `The key retired (${retired.id}) is on the token of ${FRA} and not in the newest backup`,
      ),
    ]);
  });

  it.each([
    [
      'a folder that is not there',
      () => [regions.path('bucket-fra'), regions.path('nothing')],
      'BucketFolderMissing',
    ],
    ['a file', () => [regions.path('bucket-fra'), regions.path('message')], 'NotAFolder'],
    [
      'two folders that say to be one bucket',
      () => [regions.path('bucket-fra'), regions.path('twin')],
      'BucketKnownElsewhere',
    ],
    [
      'a bucket whose marker is damaged',
      () => [regions.path('bucket-fra'), regions.path('damaged')],
      'BucketMarkerUnreadable',
    ],
  ])('rule R74: refuses %s before anything is changed', async (what, locations, reason) => {
    await cp(regions.path('bucket-fra'), regions.path('twin'), { recursive: true });
    await mkdir(regions.path('damaged'), { recursive: true });
    await writeFile(regions.path('damaged/.strongroom-bucket.json'), '{');
    await using home = await emptyHome(what);
    const call = home.call.bind(home);
    const before = await whatCatalogSays(call);
    await expect(call('backup.rebuild-catalog', { location: locations() })).rejects.toMatchObject({ reason });
    expect(await whatCatalogSays(call)).toEqual(before);
    expect((await call('work-request.list', {})).data).toEqual([]);
  });

  it('rule R73: killed between two vaults, it has made nothing, and works when it is asked for again', async () => {
    await regions.strongroom.close();
    await rename(regions.path('home'), regions.path('kept-home'));
    await cp(regions.path('attached-home'), regions.path('home'), { recursive: true });
    await regions.reopen();
    const request = { location: [regions.path('bucket-fra')] };
    await killDuring(regions, 'backup.rebuild-catalog', request, { activity: 'comparing', event: 3 });
    expect(regions.strongroom.recovery).toMatchObject([
      { operationType: 'REBUILD_CATALOG', outcome: 'FAILED' },
    ]);
    const { call } = regions;
    expect((await call('vault.list', {})).data).toEqual([]);
    expect((await call('key.list', {})).data).toEqual([]);
    expect((await call('backup.list', {})).data).toHaveLength(3);
    const rebuilt = await call('backup.rebuild-catalog', request);
    expect(rebuilt).toMatchObject({
      imported: [],
      regions: [{ vaultCount: 2, keyCount: 3, keyVersionCount: 5 }],
    });
    await regions.strongroom.close();
    await rm(regions.path('home'), { recursive: true });
    await rename(regions.path('kept-home'), regions.path('home'));
    await regions.reopen();
  });

  it('rule R31: what the token lost is told as restorable, and the restore makes it whole again', async () => {
    await destroyOnToken(lost.materialId);
    await using home = await emptyHome('lost');
    const rebuilt = await home.call('backup.rebuild-catalog', { location: [regions.path('bucket-fra')] });
    expect(rebuilt.regions).toMatchObject([{ keyCount: 3, keyVersionCount: 4, unknownKeyVersionCount: 0 }]);
    expect(rebuilt.restorable).toEqual([
      {
        region: FRA,
        vaultName: vault.displayName,
        vaultId: vault.id,
        keyName: 'rotated',
        keyId: rotated.id,
        keyVersionCount: 1,
        backupIds: [last.backup.id],
      },
    ]);
    const key = await home.call('key.get', { keyId: rotated.id });
    expect(key.currentKeyVersion).not.toBe(lost.id);
    expect(key.lifecycleState).toBe('ENABLED');
    const decrypt = { keyId: rotated.id, in: regions.path('encrypted') };
    await expect(
      home.call('crypto.decrypt', { ...decrypt, out: regions.path('too-early') }),
    ).rejects.toMatchObject({ code: 'NotAuthorizedOrNotFound' });
    if (last.copy.place.kind !== 'bucket') throw new Error('not in a bucket');
    await home.call('vault.restore', {
      backupLocation: { destination: 'BUCKET', bucketName: 'fra', objectName: last.copy.place.objectName },
    });
    expect((await home.call('key.get', { keyId: rotated.id })).currentKeyVersion).toBe(lost.id);
    await home.call('crypto.decrypt', { ...decrypt, out: regions.path('opened') });
  });

  it('rule R31: a token that was replaced by an empty one: nothing comes back, all is restorable', async () => {
    await using home = await openHome(regions.path('replaced-home'), [regions.zrh]);
    // Zurich's token, which has no key of Frankfurt's, in the stead of Frankfurt's.
    await home.call('region.attach', { region: FRA, ...tokenFields(regions.zrh), administrator: OFFICER });
    await home.signIn(OFFICER);
    const rebuilt = await home.call('backup.rebuild-catalog', { location: [regions.path('bucket-fra')] });
    expect(rebuilt.regions).toMatchObject([{ vaultCount: 0, keyCount: 0, keyVersionCount: 0 }]);
    expect(
      rebuilt.restorable.map(({ keyName, keyVersionCount }) => [keyName, keyVersionCount]).sort(),
    ).toEqual([
      ['other', 1],
      ['retired', 1],
      ['rotated', 3],
    ]);
    expect(rebuilt.restorable.find(({ keyName }) => keyName === 'retired')?.backupIds).toEqual([
      first.backup.id,
    ]);
    expect((await home.call('vault.list', {})).data).toEqual([]);
  });

  /** As a fault of the token would: past the product. */
  async function destroyOnToken(materialId: string): Promise<void> {
    const tokens = new Tokens({ environment: { ...process.env, ...regions.fra.environment } });
    try {
      const session = await tokens.openSession(regions.fra.reference, {
        kind: 'file',
        path: regions.fra.pinFile,
      });
      expect(await session.destroyKeyVersions([materialId])).toBe(1);
    } finally {
      await tokens.close();
    }
  }
});
