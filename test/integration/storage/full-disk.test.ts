import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { copyObject } from '../../../main/storage/copy-object.ts';
import { createFolderBucket, openFolderBucket } from '../../../main/storage/folder-bucket.ts';
import { offlineFile } from '../../../main/storage/offline-file.ts';
import { freeBytes } from '../../../main/storage/storage-failure.ts';
import { mountSmallDisk, whyNoSmallDisk, type SmallDisk } from '../../support/small-disk.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const reason = whyNoSmallDisk();

function smallDisk(): SmallDisk {
  const disk = mountSmallDisk();
  onTestFinished(() => {
    disk.unmount();
  });
  return disk;
}

const newBucket = (location: string) =>
  createFolderBucket({ location, name: 'stick', region: 'eu-frankfurt-1' });
const full = { code: 'ServiceUnavailable', reason: 'StorageFull' };
const readOnly = { code: 'NotAuthorized', reason: 'StorageReadOnly' };

describe.skipIf(reason !== undefined)(
  `on a small disk${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    it('rule R73: a disk that fills up while an object is written gets an explanation and keeps nothing of it', async () => {
      const disk = smallDisk();
      const bucket = await newBucket(join(disk.path, 'bucket'));
      const before = await freeBytes(disk.path);
      await using staged = await bucket.stage();
      await staged.write(randomBytes(700_000));
      await expect(staged.write(randomBytes(700_000))).rejects.toMatchObject({
        ...full,
        message: expect.stringMatching(/700000 more bytes are needed, [0-9]+ bytes are free/) as string,
      });
      expect(readdirSync(bucket.location)).toEqual(['.strongroom-bucket.json']);
      // Its descriptor is closed as well: the space is free again.
      expect(await freeBytes(disk.path)).toBe(before);
      await using next = await bucket.stage();
      await next.write(randomBytes(700_000));
      await next.publish('fits');
    });

    it('rule R73: a disk without room for a name refuses cleanly', async () => {
      const disk = smallDisk();
      const bucket = await newBucket(join(disk.path, 'bucket'));
      // tmpfs counts files as well as bytes: use up what is left of either.
      await using staged = await bucket.stage();
      await staged.write(randomBytes(1000));
      let files = 0;
      try {
        for (; ; files++) writeFileSync(join(disk.path, `filler-${files}`), 'x');
      } catch {
        // Full: what was wanted.
      }
      await expect(
        bucket.stage().then((another) => another.write(randomBytes(100_000))),
      ).rejects.toMatchObject(full);
      expect(files).toBeGreaterThan(0);
      // An object that is written completely needs a name and nothing else; or it fails as a whole.
      const published = await staged.publish('small').catch((thrown: unknown) => thrown);
      expect(published).toSatisfy((result: unknown) => {
        const { name, reason: why } = result as { name?: string; reason?: string };
        return name === 'small' || why === 'StorageFull';
      });
      for (let index = 0; index < files; index++) rmSync(join(disk.path, `filler-${index}`));
    });

    it('rule R30: a copy or an offline file that does not fit leaves nothing at the destination', async () => {
      const disk = smallDisk();
      const source = await newBucket(join(temporaryFolder(), 'source'));
      writeFileSync(join(source.location, 'large'), randomBytes(2_000_000));
      const destination = await newBucket(join(disk.path, 'bucket'));
      for (const resumeKey of ['a key', undefined]) {
        const key = resumeKey === undefined ? {} : { resumeKey };
        await expect(
          copyObject({ source, sourceName: 'large', destination, destinationName: 'large', ...key }),
        ).rejects.toMatchObject(full);
      }
      expect(readdirSync(destination.location)).toEqual(['.strongroom-bucket.json']);
      const file = offlineFile(join(disk.path, 'backup'));
      await expect(
        copyObject({ source, sourceName: 'large', destination: file, destinationName: 'backup' }),
      ).rejects.toMatchObject(full);
      expect(readdirSync(disk.path)).toEqual(['bucket']);
    });

    it('rule R74: a full disk makes no half bucket', async () => {
      const disk = smallDisk();
      const location = join(disk.path, 'bucket');
      writeFileSync(join(disk.path, 'filler'), randomBytes((await freeBytes(disk.path)) ?? 0));
      await expect(newBucket(location)).rejects.toMatchObject(full);
      rmSync(join(disk.path, 'filler'));
      await newBucket(location);
    });

    it('rule R73: a bucket that became read-only is still listed and read, and says so when written', async () => {
      const disk = smallDisk();
      const bucket = await newBucket(join(disk.path, 'bucket'));
      writeFileSync(join(bucket.location, 'brought'), 'without a cached ETag');
      disk.remount('ro');
      const again = await openFolderBucket({
        location: bucket.location,
        name: 'stick',
        region: 'eu-frankfurt-1',
      });
      const listed = await Array.fromAsync(again.list());
      expect(listed.map(({ name }) => name)).toEqual(['brought']);
      await using object = await again.open('brought');
      expect(object.size).toBe(21);
      await expect(again.stage()).rejects.toMatchObject(readOnly);
      await expect(again.delete('brought')).rejects.toMatchObject(readOnly);
      await expect(offlineFile(join(disk.path, 'backup')).stage()).rejects.toMatchObject(readOnly);
      expect(await again.sweep()).toEqual([]);
      await expect(newBucket(join(disk.path, 'other'))).rejects.toMatchObject(readOnly);
      expect((await newBucket(bucket.location)).timeCreated).toBe(bucket.timeCreated);
      // The reader is closed before the disk is unmounted.
      await object[Symbol.asyncDispose]();
    });
  },
);
