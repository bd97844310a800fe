import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createFolderBucket,
  openFolderBucket,
  type FolderBucket,
} from '../../../main/storage/folder-bucket.ts';
import { bytesOf, hashInName, hashObject } from '../../../main/storage/hash-object.ts';
import type { ObjectStore, ObjectSummary } from '../../../main/storage/object-store.ts';
import type { LinkFile } from '../../../main/storage/publish.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const NAME = 'backups';
const REGION = 'eu-frankfurt-1';

function newBucket(linkFile?: LinkFile): Promise<FolderBucket> {
  return createFolderBucket(
    { location: join(temporaryFolder(), 'bucket'), name: NAME, region: REGION },
    linkFile,
  );
}

async function put(store: ObjectStore, name: string, content: string | Uint8Array): Promise<ObjectSummary> {
  await using staged = await store.stage();
  await staged.write(Buffer.from(content));
  return await staged.publish(name);
}

async function contentOf(store: ObjectStore, name: string): Promise<string> {
  await using object = await store.open(name);
  return Buffer.from(await object.read(0, object.size)).toString();
}

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
const leftovers = (folder: string): string[] =>
  readdirSync(folder).filter((name) => name.startsWith('.staging') || name.startsWith('.publishing'));

describe('making and opening a bucket', () => {
  it('makes the folder, marks it, and opens it again', async () => {
    const bucket = await newBucket();
    const again = await openFolderBucket({ location: bucket.location, name: NAME, region: REGION });
    expect(again).toMatchObject({ name: NAME, region: REGION, timeCreated: bucket.timeCreated });
    expect(JSON.parse(readFileSync(join(bucket.location, '.strongroom-bucket.json'), 'utf8'))).toEqual({
      formatVersion: 1,
      name: NAME,
      region: REGION,
      timeCreated: bucket.timeCreated,
    });
    expect(leftovers(bucket.location)).toEqual([]);
  });

  it('takes over a folder that holds the same bucket, with its objects', async () => {
    const bucket = await newBucket();
    await put(bucket, 'one', 'content');
    const again = await createFolderBucket({ location: bucket.location, name: NAME, region: REGION });
    expect(await contentOf(again, 'one')).toBe('content');
  });

  it.each([
    ['another name', { name: 'other', region: REGION }],
    ['another region', { name: NAME, region: 'us-phoenix-1' }],
  ])('rule R74: refuses a folder that holds a bucket of %s', async (_what, other) => {
    const { location } = await newBucket();
    for (const call of [createFolderBucket, openFolderBucket]) {
      await expect(call({ location, ...other })).rejects.toMatchObject({
        code: 'Conflict',
        reason: 'BucketFolderTaken',
      });
    }
  });

  it('rule R74: refuses a folder with other files, and leaves it as it was', async () => {
    const location = temporaryFolder();
    writeFileSync(join(location, 'letter.txt'), 'dear');
    await expect(createFolderBucket({ location, name: NAME, region: REGION })).rejects.toMatchObject({
      code: 'Conflict',
      reason: 'BucketFolderNotEmpty',
    });
    expect(readdirSync(location)).toEqual(['letter.txt']);
  });

  it('takes a freshly formatted medium for empty', async () => {
    const location = temporaryFolder();
    mkdirSync(join(location, 'lost+found'));
    const bucket = await createFolderBucket({ location, name: NAME, region: REGION });
    expect(await Array.fromAsync(bucket.list())).toEqual([]);
  });

  it('tells a missing folder, a missing parent and a missing marker apart', async () => {
    const location = temporaryFolder();
    const missing = join(location, 'none', 'bucket');
    await expect(openFolderBucket({ location: missing, name: NAME, region: REGION })).rejects.toMatchObject({
      code: 'NotAuthorizedOrNotFound',
      reason: 'BucketFolderMissing',
    });
    await expect(createFolderBucket({ location: missing, name: NAME, region: REGION })).rejects.toMatchObject(
      {
        code: 'InvalidParameter',
        reason: 'ParentFolderMissing',
      },
    );
    await expect(openFolderBucket({ location, name: NAME, region: REGION })).rejects.toMatchObject({
      code: 'Conflict',
      reason: 'BucketMarkerMissing',
    });
  });

  it.each([
    ['not JSON', '{', 'BucketMarkerUnreadable'],
    ['not UTF-8', Buffer.from([0xff, 0xfe]), 'BucketMarkerUnreadable'],
    ['empty', '', 'BucketMarkerUnreadable'],
    ['too large', 'x'.repeat(70_000), 'BucketMarkerUnreadable'],
    ['without a region', JSON.stringify({ formatVersion: 1, name: NAME }), 'BucketMarkerUnreadable'],
    ['from the future', JSON.stringify({ formatVersion: 2, shape: 'new' }), 'BucketFormatUnknown'],
  ])('rule R74: refuses a marker that is %s', async (_what, content, reason) => {
    const { location } = await newBucket();
    writeFileSync(join(location, '.strongroom-bucket.json'), content);
    await expect(openFolderBucket({ location, name: NAME, region: REGION })).rejects.toMatchObject({
      code: 'Conflict',
      reason,
    });
  });

  it.each([
    ['a NUL in the location', { location: '/a\0b', name: NAME, region: REGION }],
    ['a name with a separator', { location: '/', name: 'a/b', region: REGION }],
    ['no region', { location: '/', name: NAME, region: 'nowhere' }],
  ])('rule R74: refuses %s', async (_what, request) => {
    await expect(createFolderBucket(request)).rejects.toMatchObject({
      code: 'InvalidParameter',
      reason: 'BucketInvalid',
    });
  });
});

describe('writing', () => {
  it('rule R24: shows nothing before publish, everything after, with the SHA-256 as ETag', async () => {
    const bucket = await newBucket();
    const content = Buffer.alloc(3_000_000, 'strongroom ');
    await using staged = await bucket.stage();
    await staged.write(content.subarray(0, 1_000_001));
    await staged.write(content.subarray(1_000_001));
    expect(await Array.fromAsync(bucket.list())).toEqual([]);
    await using written = await staged.reopen();
    expect(await hashObject(written)).toBe(sha256(content));
    const summary = await staged.publish('whole');
    expect(summary).toMatchObject({ name: 'whole', size: 3_000_000, etag: sha256(content) });
    expect(await Array.fromAsync(bucket.list())).toEqual([summary]);
    expect(await bucket.head('whole')).toEqual(summary);
    expect(statSync(join(bucket.location, 'whole')).mode & 0o777).toBe(0o600);
    expect(leftovers(bucket.location)).toEqual([]);
  });

  it('keeps the order of writes that nobody waited for', async () => {
    const bucket = await newBucket();
    await using staged = await bucket.stage();
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => staged.write(Buffer.from(`${index},`.repeat(1000)))),
    );
    await staged.publish('ordered');
    const expected = Array.from({ length: 50 }, (_, index) => `${index},`.repeat(1000)).join('');
    expect(await contentOf(bucket, 'ordered')).toBe(expected);
  });

  it('rule R23: never replaces an object, and lets the writer choose another name', async () => {
    const bucket = await newBucket();
    await put(bucket, 'taken', 'first');
    await using staged = await bucket.stage();
    await staged.write(Buffer.from('second'));
    await expect(staged.publish('taken')).rejects.toMatchObject({
      code: 'NotAuthorizedOrResourceAlreadyExists',
      reason: 'NameTaken',
    });
    expect(await contentOf(bucket, 'taken')).toBe('first');
    await staged.publish('free');
    expect(await contentOf(bucket, 'free')).toBe('second');
  });

  it('rule R23: of twenty writers of one name exactly one wins, and its object stays', async () => {
    const bucket = await newBucket();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => put(bucket, 'one', `writer ${index}`)),
    );
    const winners = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    expect(sha256(await contentOf(bucket, 'one'))).toBe(winners[0]?.value.etag);
    expect(leftovers(bucket.location)).toEqual([]);
  });

  it('disposing before publish leaves no trace', async () => {
    const bucket = await newBucket();
    {
      await using staged = await bucket.stage();
      await staged.write(Buffer.from('never seen'));
      expect(leftovers(bucket.location)).toHaveLength(1);
    }
    expect(readdirSync(bucket.location)).toEqual(['.strongroom-bucket.json']);
  });

  it('refuses an empty object', async () => {
    const bucket = await newBucket();
    await using staged = await bucket.stage();
    await expect(staged.publish('empty')).rejects.toMatchObject({
      code: 'InvalidParameter',
      reason: 'EmptyObject',
    });
  });

  it.each([
    '',
    '.',
    '..',
    '.hidden',
    'a/b',
    'a\\b',
    'a..b',
    'a\0b',
    'CON',
    'nul.txt',
    'com1',
    'end.',
    '-rf',
    'ü',
    'a b',
    'a:b',
    'x'.repeat(201),
  ])('rule R74: refuses the object name %j everywhere', async (name) => {
    const bucket = await newBucket();
    await using staged = await bucket.stage();
    await staged.write(Buffer.from('content'));
    const refused = { code: 'InvalidParameter', reason: 'ObjectNameInvalid' };
    await expect(staged.publish(name)).rejects.toMatchObject(refused);
    await expect(bucket.open(name)).rejects.toMatchObject(refused);
    await expect(bucket.head(name)).rejects.toMatchObject(refused);
    await expect(bucket.delete(name)).rejects.toMatchObject(refused);
  });
});

describe('reading, listing, deleting', () => {
  it('lists by name, over more than one batch, and only what is an object', async () => {
    const bucket = await newBucket();
    const names = Array.from(
      { length: 40 },
      (_, index) => `object-${String((index * 7) % 40).padStart(2, '0')}`,
    );
    for (const name of names) await put(bucket, name, name);
    mkdirSync(join(bucket.location, 'folder'));
    symlinkSync('object-00', join(bucket.location, 'link'));
    symlinkSync('/etc/passwd', join(bucket.location, 'outside'));
    execFileSync('mkfifo', [join(bucket.location, 'pipe')]);
    writeFileSync(join(bucket.location, 'empty'), '');
    await using staged = await bucket.stage();
    await staged.write(Buffer.from('not published'));
    const listed = await Array.fromAsync(bucket.list());
    expect(listed.map(({ name }) => name)).toEqual([...names].sort());
  });

  it('rule R74: does not open links, folders or pipes, and does not wait for a pipe', async () => {
    const bucket = await newBucket();
    symlinkSync('/etc/passwd', join(bucket.location, 'link'));
    mkdirSync(join(bucket.location, 'folder'));
    execFileSync('mkfifo', [join(bucket.location, 'pipe')]);
    for (const name of ['link', 'folder', 'pipe']) {
      await expect(bucket.open(name)).rejects.toMatchObject({ code: 'InvalidParameter', reason: 'NotAFile' });
      await expect(bucket.head(name)).rejects.toMatchObject({ code: 'NotAuthorizedOrNotFound' });
      await expect(bucket.delete(name)).rejects.toMatchObject({ code: 'NotAuthorizedOrNotFound' });
    }
  });

  it('answers with 404 for what is not there', async () => {
    const bucket = await newBucket();
    writeFileSync(join(bucket.location, 'empty'), '');
    for (const name of ['none', 'empty']) {
      for (const call of [() => bucket.open(name), () => bucket.head(name), () => bucket.delete(name)]) {
        await expect(call()).rejects.toMatchObject({
          code: 'NotAuthorizedOrNotFound',
          reason: 'ObjectNotFound',
        });
      }
    }
  });

  it('rule R74: reads at any place, and says when the bytes are not there', async () => {
    const bucket = await newBucket();
    await put(bucket, 'digits', '0123456789');
    await using object = await bucket.open('digits');
    expect(Buffer.from(await object.read(3, 4)).toString()).toBe('3456');
    expect(await object.read(10, 0)).toEqual(new Uint8Array(0));
    for (const [offset, length] of [
      [8, 3],
      [-1, 2],
      [0, 2 ** 52],
      [0.5, 1],
      [11, 0],
      [Number.NaN, 1],
      [0, -1],
    ] as const) {
      await expect(object.read(offset, length)).rejects.toMatchObject({
        code: 'InvalidParameter',
        reason: 'ObjectTruncated',
      });
    }
    truncateSync(join(bucket.location, 'digits'), 5);
    await expect(object.read(0, 10)).rejects.toMatchObject({
      code: 'InvalidParameter',
      reason: 'ObjectTruncated',
    });
  });

  it('knows ETags without reading the objects again, and reads again when size or time differ', async () => {
    const bucket = await newBucket();
    const { etag } = await put(bucket, 'cached', 'content');
    const path = join(bucket.location, 'cached');
    const record = join(bucket.location, '.etags', 'cached.json');
    // A record made up for this test is believed: proof that the content is not read.
    const madeUp = 'ab'.repeat(32);
    writeFileSync(record, readFileSync(record, 'utf8').replace(etag, madeUp));
    expect((await bucket.head('cached')).etag).toBe(madeUp);
    utimesSync(path, new Date(0), new Date(0));
    expect((await bucket.head('cached')).etag).toBe(etag);
    expect(readFileSync(record, 'utf8')).toContain(etag);
    writeFileSync(record, 'damaged');
    expect((await bucket.head('cached')).etag).toBe(etag);
  });

  it('lists what somebody copied in by other means, with its hash', async () => {
    const bucket = await newBucket();
    writeFileSync(join(bucket.location, 'brought.sealed'), 'from elsewhere');
    utimesSync(join(bucket.location, 'brought.sealed'), 1e9, 1e9);
    expect(await Array.fromAsync(bucket.list())).toEqual([
      {
        name: 'brought.sealed',
        size: 14,
        etag: sha256('from elsewhere'),
        timeCreated: '2001-09-09T01:46:40.000Z',
      },
    ]);
  });

  it('deletes an object and what was known of it', async () => {
    const bucket = await newBucket();
    await put(bucket, 'gone', 'content');
    await bucket.delete('gone');
    expect(readdirSync(bucket.location).sort()).toEqual(['.etags', '.strongroom-bucket.json']);
    expect(readdirSync(join(bucket.location, '.etags'))).toEqual([]);
    await put(bucket, 'gone', 'the name is free again');
  });

  it('reads in pieces of at most 1 MiB', async () => {
    const bucket = await newBucket();
    await put(bucket, 'large', Buffer.alloc(2_500_000, 1));
    await using object = await bucket.open('large');
    const lengths: number[] = [];
    for await (const bytes of bytesOf(object)) lengths.push(bytes.length);
    expect(lengths).toEqual([1_048_576, 1_048_576, 402_848]);
  });

  it('finds the hash that a name promises', () => {
    const hash = 'ab'.repeat(32);
    expect(hashInName(`vault-${hash}`)).toBe(hash);
    expect(hashInName(`vault-${hash}.sealed`)).toBe(hash);
    expect(hashInName(hash)).toBeUndefined();
    expect(hashInName(`vault-${hash}0`)).toBeUndefined();
  });
});

describe('a medium that comes and goes', () => {
  it('rule R73: does not write into the empty folder that an unmounted medium leaves', async () => {
    const bucket = await newBucket();
    const away = `${bucket.location}-away`;
    renameSync(bucket.location, away);
    const missing = { code: 'NotAuthorizedOrNotFound', reason: 'BucketFolderMissing' };
    await expect(bucket.stage()).rejects.toMatchObject(missing);
    mkdirSync(bucket.location);
    const empty = { code: 'Conflict', reason: 'BucketMarkerMissing' };
    await expect(bucket.stage()).rejects.toMatchObject(empty);
    await expect(bucket.head('any')).rejects.toMatchObject(empty);
    await expect(Array.fromAsync(bucket.list())).rejects.toMatchObject(empty);
    await expect(bucket.sweep()).rejects.toMatchObject(empty);
    expect(readdirSync(bucket.location)).toEqual([]);
  });

  it('goes on when the same bucket is mounted anew', async () => {
    const bucket = await newBucket();
    await put(bucket, 'one', 'content');
    const fresh = `${bucket.location}-fresh`;
    execFileSync('cp', ['-a', bucket.location, fresh]);
    renameSync(bucket.location, `${bucket.location}-old`);
    renameSync(fresh, bucket.location);
    expect(await contentOf(bucket, 'one')).toBe('content');
  });
});

/**
 * link(2) that answers as on a FAT memory stick: made up, as no such file system can be mounted on every machine that
 * runs the tests. Everything else is the real file system.
 */
const noLinks: LinkFile = () => Promise.reject(Object.assign(new Error('link'), { code: 'EPERM' }));

describe('on file systems without hard links', () => {
  it('rule R24: publishes, verifies, and leaves nothing beside the object', async () => {
    const bucket = await newBucket(noLinks);
    await put(bucket, 'one', 'content');
    expect(readdirSync(bucket.location).sort()).toEqual(['.etags', '.strongroom-bucket.json', 'one']);
    expect(await contentOf(bucket, 'one')).toBe('content');
  });

  it('rule R23: of twenty writers of one name exactly one wins', async () => {
    const bucket = await newBucket(noLinks);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => put(bucket, 'one', `writer ${index}`)),
    );
    const winners = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    expect(sha256(await contentOf(bucket, 'one'))).toBe(winners[0]?.value.etag);
    expect(leftovers(bucket.location)).toEqual([]);
  });

  it('rule R73: a crash between taking the name and filling it leaves nothing that sweep does not remove', async () => {
    const bucket = await newBucket(noLinks);
    const dead = '0'.repeat(8);
    const machine = await ownMachine(bucket);
    // What the dead writer left, as its own code would have: note, empty placeholder, staged bytes.
    const note = `.publishing-r${'1'.repeat(32)}-${machine}-${dead}-1`;
    const staged = `.staging-r${'2'.repeat(32)}-${machine}-${dead}-1`;
    writeFileSync(join(bucket.location, note), 'cut-off');
    writeFileSync(join(bucket.location, 'cut-off'), '');
    writeFileSync(join(bucket.location, staged), 'bytes');
    writeFileSync(join(bucket.location, 'not-ours'), '');
    expect(await Array.fromAsync(bucket.list())).toEqual([]);
    expect(await bucket.sweep()).toEqual([note, staged].sort());
    expect(existsSync(join(bucket.location, 'cut-off'))).toBe(false);
    expect(existsSync(join(bucket.location, 'not-ours'))).toBe(true);
    await put(bucket, 'cut-off', 'the name is free');
  });

  it('rule R74: a forged note makes sweep remove nothing outside the folder, and nothing with content', async () => {
    const bucket = await newBucket(noLinks);
    const machine = await ownMachine(bucket);
    const outside = join(bucket.location, '..', 'outside');
    writeFileSync(outside, '');
    await put(bucket, 'object', 'content');
    ['../outside', 'object', '..', ''].forEach((target, index) => {
      writeFileSync(
        join(bucket.location, `.publishing-r${String(index).repeat(32)}-${machine}-00000000-1`),
        target,
      );
    });
    expect(await bucket.sweep()).toHaveLength(4);
    expect(existsSync(outside)).toBe(true);
    expect(await contentOf(bucket, 'object')).toBe('content');
  });
});

/** The machine part of this machine's temporary names, read off a staged file. */
async function ownMachine(bucket: FolderBucket): Promise<string> {
  const staged = await bucket.stage();
  const machine = leftovers(bucket.location)[0]?.split('-')[2] ?? '';
  await staged[Symbol.asyncDispose]();
  return machine;
}

describe('sweep', () => {
  it('rule R73: removes what dead writers left and nothing of living ones', async () => {
    const bucket = await newBucket();
    const machine = await ownMachine(bucket);
    await using staged = await bucket.stage();
    await staged.write(Buffer.from('being written'));
    const living = leftovers(bucket.location)[0] ?? '';
    const boot = living.split('-')[3] ?? '';
    const random = `r${'3'.repeat(32)}`;
    const names = {
      earlierBoot: `.staging-${random}-${machine}-00000000-1`,
      // The largest number that fits the name's pattern and no system's process numbers.
      deadProcess: `.staging-${random}-${machine}-${boot}-999999999`,
      livingProcess: `.staging-${random}-${machine}-${boot}-1`,
      thisProcessEarlier: `.staging-${random}-${machine}-${boot}-${process.pid}`,
      otherMachine: `.staging-${random}-00000000-${boot}-7`,
      otherMachineLongAgo: `.staging-${random}-00000000-${boot}-8`,
      resumable: `.staging-k${'4'.repeat(32)}-${machine}-00000000-1`,
      resumableLongAgo: `.staging-k${'5'.repeat(32)}-${machine}-00000000-1`,
      foreign: '.staging-notes',
    };
    for (const name of Object.values(names)) writeFileSync(join(bucket.location, name), 'x');
    const longAgo = Date.now() / 1000 - 8 * 24 * 3600;
    for (const name of [names.otherMachineLongAgo, names.resumableLongAgo, names.livingProcess]) {
      utimesSync(join(bucket.location, name), longAgo, longAgo);
    }
    expect(await bucket.sweep()).toEqual(
      [
        names.earlierBoot,
        names.deadProcess,
        names.thisProcessEarlier,
        names.otherMachineLongAgo,
        names.resumableLongAgo,
      ].sort(),
    );
    await staged.publish('done');
    expect(leftovers(bucket.location).sort()).toEqual(
      [names.livingProcess, names.otherMachine, names.resumable, names.foreign].sort(),
    );
  });

  it('rule R73: a crash between publish and the removal of the staged name leaves the object alone', async () => {
    const bucket = await newBucket();
    const machine = await ownMachine(bucket);
    await put(bucket, 'done', 'content');
    const random = `.staging-r${'6'.repeat(32)}-${machine}-00000000-1`;
    linkSync(join(bucket.location, 'done'), join(bucket.location, random));
    expect(await bucket.sweep()).toEqual([random]);
    expect(await contentOf(bucket, 'done')).toBe('content');

    {
      await using first = await bucket.resume('key');
      await first.write(Buffer.from('other bytes'));
      const own = leftovers(bucket.location)[0] ?? '';
      const keyed = own.replace(/-[0-9a-f]{8}-[0-9]+$/, '-00000000-1');
      linkSync(join(bucket.location, 'done'), join(bucket.location, keyed));
    }
    await using resumed = await bucket.resume('key');
    expect(resumed.staged.size).toBe(0);
    await resumed.write(Buffer.from('another object'));
    expect(await contentOf(bucket, 'done')).toBe('content');
  });
});
