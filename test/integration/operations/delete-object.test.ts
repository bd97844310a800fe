import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RequestInput, ResponseOf } from '../../../shared/contract/contract.ts';
import { killDuring } from '../../support/kill-during.ts';
import { FRA, TwoRegions, ZRH } from '../../support/two-regions.ts';

describe('object.delete', () => {
  let regions: TwoRegions;
  let vault: ResponseOf<'vault.create'>;
  const call: TwoRegions['call'] = (name, request, options) => regions.call(name, request, options);

  beforeAll(async () => {
    regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
    vault = await regions.makeVault();
    await regions.makeKey(vault.id, 'key', { algorithm: 'AES', length: 32 });
  }, 60_000);

  afterAll(async () => {
    await regions[Symbol.asyncDispose]();
  });

  async function backUp() {
    const { backup, copy } = await call('vault.backup', {
      vaultId: vault.id,
      backupLocation: { destination: 'BUCKET', bucketName: 'fra' },
    });
    if (copy.place.kind !== 'bucket') throw new Error('not in a bucket');
    return {
      backup,
      objectName: copy.place.objectName,
      path: regions.path(`bucket-fra/${copy.place.objectName}`),
    };
  }

  const copyToZurich = (objectName: string) =>
    call('object.copy', {
      bucketName: 'fra',
      sourceObjectName: objectName,
      destinationRegion: ZRH,
      destinationBucket: 'zrh',
    });
  const request = (objectName: string, more: Partial<RequestInput<'object.delete'>> = {}) => ({
    bucketName: 'fra',
    objectName,
    ...more,
  });
  const copiesOf = async (backupId: string) => (await call('backup.get', { backupId })).copies;

  it('rule R30: deletes a copy of a backup that has another verified one, and forgets it', async () => {
    const { backup, objectName, path } = await backUp();
    await copyToZurich(objectName);
    expect(await call('object.delete', request(objectName, { ifMatch: backup.sha256 }))).toEqual({
      region: FRA,
      bucketName: 'fra',
      objectName,
      wasThere: true,
      etag: backup.sha256,
      backupId: backup.id,
      remainingCopies: 1,
    });
    expect(existsSync(path)).toBe(false);
    expect(await copiesOf(backup.id)).toMatchObject([{ region: ZRH }]);
    await expect(call('object.delete', request(objectName))).rejects.toMatchObject({
      code: 'NotAuthorizedOrNotFound',
      reason: 'ObjectNotFound',
    });
  });

  it('rule R24: the last verified copy goes only if that was asked for', async () => {
    const { backup, objectName, path } = await backUp();
    await expect(call('object.delete', request(objectName))).rejects.toMatchObject({
      code: 'Conflict',
      reason: 'LastVerifiedCopy',
      status: 409,
    });
    expect(existsSync(path)).toBe(true);
    expect(await copiesOf(backup.id)).toHaveLength(1);
    await call('object.delete', request(objectName, { isDeleteLastCopy: true }));
    expect(existsSync(path)).toBe(false);
    expect(await copiesOf(backup.id)).toEqual([]);
    expect((await call('backup.list', {})).data.map(({ id }) => id)).toContain(backup.id);
  });

  it('rule R24: of two last copies that are deleted at the same time, one stays', async () => {
    const { backup, objectName } = await backUp();
    await copyToZurich(objectName);
    const outcomes = await Promise.allSettled([
      call('object.delete', request(objectName)),
      call('object.delete', { bucketName: 'zrh', region: ZRH, objectName }),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await copiesOf(backup.id)).toHaveLength(1);
  });

  it('rule R60: another content than the one asked for is 412, and stays', async () => {
    const { objectName, path } = await backUp();
    const ifMatch = '0'.repeat(64);
    await expect(
      call('object.delete', request(objectName, { ifMatch, isDeleteLastCopy: true })),
    ).rejects.toMatchObject({ code: 'NoEtagMatch', status: 412, reason: 'ObjectChanged' });
    expect(existsSync(path)).toBe(true);
  });

  it('what is no whole copy of a backup is deleted without further asking', async () => {
    const { backup, objectName, path } = await backUp();
    await writeFile(path, 'damaged', { flag: 'a' });
    expect(await call('object.delete', request(objectName))).toMatchObject({
      wasThere: true,
      remainingCopies: 0,
    });
    expect(await copiesOf(backup.id)).toEqual([]);
    await writeFile(regions.path('bucket-fra/notes'), 'text');
    const deleted = await call('object.delete', request('notes'));
    expect(deleted).toMatchObject({ wasThere: true });
    expect(deleted.backupId).toBeUndefined();
  });

  it('rule R73: a copy that is gone already, as after a crash in between, is forgotten', async () => {
    const { backup, objectName, path } = await backUp();
    await rm(path);
    expect(await call('object.delete', request(objectName))).toEqual({
      region: FRA,
      bucketName: 'fra',
      objectName,
      wasThere: false,
      backupId: backup.id,
      remainingCopies: 0,
    });
    expect(await copiesOf(backup.id)).toEqual([]);
  });

  it('rule R73: where the medium is not there, nothing is forgotten', async () => {
    const { backup, objectName } = await backUp();
    renameSync(regions.path('bucket-fra'), regions.path('pulled'));
    try {
      await expect(
        call('object.delete', request(objectName, { isDeleteLastCopy: true })),
      ).rejects.toMatchObject({ reason: 'BucketFolderMissing' });
    } finally {
      renameSync(regions.path('pulled'), regions.path('bucket-fra'));
    }
    expect(await copiesOf(backup.id)).toHaveLength(1);
  });
});

describe('object.copy of what is larger than one piece', () => {
  let regions: TwoRegions;
  const call: TwoRegions['call'] = (name, request, options) => regions.call(name, request, options);
  const size = 8 * 1024 * 1024;
  const copy = (sourceObjectName: string) => ({
    bucketName: 'fra',
    sourceObjectName,
    destinationRegion: ZRH,
    destinationBucket: 'zrh',
  });
  const visible = () => readdirSync(regions.path('bucket-zrh')).filter((name) => !name.startsWith('.'));

  beforeAll(async () => {
    regions = await TwoRegions.make('SoftHSM', 'SoftHSM');
    await writeFile(regions.path('bucket-fra/large'), randomBytes(size));
  }, 60_000);

  afterAll(async () => {
    await regions[Symbol.asyncDispose]();
  });

  it.each([
    ['changes', () => Buffer.alloc(size, 7)],
    ['is cut short', () => Buffer.alloc(size / 2, 7)],
  ])(
    'rule R30: a source that %s while it is copied fails the copy, and the destination has nothing',
    async (_how, content) => {
      const path = regions.path('bucket-fra/changing');
      await writeFile(path, randomBytes(size));
      let isChanged = false;
      await expect(
        call('object.copy', copy('changing'), {
          onProgress: () => {
            if (isChanged) return;
            isChanged = true;
            writeFileSync(path, content());
          },
        }),
      ).rejects.toMatchObject({ code: 'NoEtagMatch', status: 412, reason: 'SourceChanged' });
      expect(readdirSync(regions.path('bucket-zrh')).filter((name) => name.startsWith('.staging'))).toEqual(
        [],
      );
      expect(visible()).toEqual([]);
      const [failed] = (await call('work-request.list', {})).data;
      expect(failed).toMatchObject({ operationType: 'COPY_OBJECT', status: 'FAILED' });
    },
  );

  it('rule R30: killed in its midst it shows nothing, and goes on with the very bytes that it had', async () => {
    await killDuring(regions, 'object.copy', copy('large'), { activity: 'Copying', event: 3 });
    expect(visible()).toEqual([]);
    const [left] = readdirSync(regions.path('bucket-zrh')).filter((name) => name.startsWith('.staging-k'));
    const staged = statSync(regions.path(`bucket-zrh/${left ?? ''}`));
    expect(staged.size).toBeGreaterThanOrEqual(2 * 1024 * 1024);
    const copied = await call('object.copy', copy('large'));
    const [source] = (await call('object.list', { bucketName: 'fra' })).data.filter(
      ({ name }) => name === 'large',
    );
    expect(copied).toMatchObject({ etag: source?.etag, size });
    expect(statSync(regions.path('bucket-zrh/large')).ino).toBe(staged.ino);
  });
});
