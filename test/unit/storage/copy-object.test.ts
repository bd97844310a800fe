import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyObject } from '../../../main/storage/copy-object.ts';
import { createFolderBucket, type FolderBucket } from '../../../main/storage/folder-bucket.ts';
import { offlineFile } from '../../../main/storage/offline-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const CONTENT = randomBytes(3_500_000);
const ETAG = createHash('sha256').update(CONTENT).digest('hex');

async function twoBuckets(): Promise<{ source: FolderBucket; destination: FolderBucket }> {
  const folder = temporaryFolder();
  const source = await createFolderBucket({
    location: join(folder, 'a'),
    name: 'a',
    region: 'eu-frankfurt-1',
  });
  const destination = await createFolderBucket({
    location: join(folder, 'b'),
    name: 'b',
    region: 'eu-zurich-1',
  });
  writeFileSync(join(source.location, 'original'), CONTENT);
  return { source, destination };
}

const visible = (bucket: FolderBucket): string[] =>
  readdirSync(bucket.location).filter((name) => !name.startsWith('.'));
const staged = (bucket: FolderBucket): string[] =>
  readdirSync(bucket.location).filter((name) => name.startsWith('.staging'));

/** What a copy that crashed after some bytes would have left: staged by a boot of this machine that is over. */
async function leaveStaged(destination: FolderBucket, resumeKey: string, bytes: Uint8Array): Promise<void> {
  const live = await destination.resume(`${resumeKey}\ncopy\n${ETAG}`);
  const name = staged(destination)[0] ?? '';
  const kept = join(destination.location, 'kept');
  await live.write(bytes);
  renameSync(join(destination.location, name), kept);
  await live[Symbol.asyncDispose]();
  renameSync(kept, join(destination.location, name.replace(/-[0-9a-f]{8}-[0-9]+$/, '-00000000-1')));
}

describe('copyObject', () => {
  it('rule R30: copies byte for byte, with progress that only grows', async () => {
    const { source, destination } = await twoBuckets();
    const progress: number[] = [];
    const summary = await copyObject({
      source,
      sourceName: 'original',
      destination,
      destinationName: 'copy',
      ifMatchEtag: ETAG,
      onProgress: (done, total) => {
        expect(total).toBe(CONTENT.length);
        progress.push(done);
      },
    });
    expect(summary).toEqual(await destination.head('copy'));
    expect(summary).toMatchObject({ etag: ETAG, size: CONTENT.length });
    expect(progress).toEqual([1_048_576, 2_097_152, 3_145_728, 3_500_000]);
  });

  it('rule R31: copies to an offline file and back', async () => {
    const { source, destination } = await twoBuckets();
    const file = offlineFile(join(temporaryFolder(), 'on a stick'));
    await copyObject({ source, sourceName: 'original', destination: file, destinationName: file.name });
    await copyObject({ source: file, sourceName: file.name, destination, destinationName: 'copy' });
    expect((await destination.head('copy')).etag).toBe(ETAG);
  });

  it('rule R30: refuses a source with another ETag than asked for', async () => {
    const { source, destination } = await twoBuckets();
    await expect(
      copyObject({
        source,
        sourceName: 'original',
        destination,
        destinationName: 'copy',
        ifMatchEtag: '0'.repeat(64),
      }),
    ).rejects.toMatchObject({ code: 'NoEtagMatch', status: 412, reason: 'SourceChanged' });
    expect(readdirSync(destination.location)).toEqual(['.strongroom-bucket.json']);
  });

  it('rule R30: a source that changes under the copy fails it, and the destination has nothing', async () => {
    const { source, destination } = await twoBuckets();
    await expect(
      copyObject({
        source,
        sourceName: 'original',
        destination,
        destinationName: 'copy',
        onProgress: (done) => {
          if (done === 1_048_576)
            writeFileSync(join(source.location, 'original'), Buffer.alloc(CONTENT.length, 7));
        },
      }),
    ).rejects.toMatchObject({ code: 'NoEtagMatch', reason: 'SourceChanged' });
    expect(readdirSync(destination.location)).toEqual(['.strongroom-bucket.json']);
  });

  it('rule R23: refuses a taken name before it copies', async () => {
    const { source, destination } = await twoBuckets();
    writeFileSync(join(destination.location, 'copy'), 'other');
    for (const resumeKey of [undefined, 'key']) {
      await expect(
        copyObject({
          source,
          sourceName: 'original',
          destination,
          destinationName: 'copy',
          ...(resumeKey === undefined ? {} : { resumeKey }),
        }),
      ).rejects.toMatchObject({ code: 'NotAuthorizedOrResourceAlreadyExists', reason: 'NameTaken' });
    }
  });

  it('rule R60: stops when cancelled and leaves nothing', async () => {
    const { source, destination } = await twoBuckets();
    const cancel = new AbortController();
    await expect(
      copyObject({
        source,
        sourceName: 'original',
        destination,
        destinationName: 'copy',
        signal: cancel.signal,
        onProgress: () => {
          cancel.abort(new Error('cancelled'));
        },
      }),
    ).rejects.toThrow('cancelled');
    expect(readdirSync(destination.location)).toEqual(['.strongroom-bucket.json']);
  });

  it('says when the source is not there', async () => {
    const { source, destination } = await twoBuckets();
    await expect(
      copyObject({ source, sourceName: 'none', destination, destinationName: 'copy' }),
    ).rejects.toMatchObject({ code: 'NotAuthorizedOrNotFound', reason: 'ObjectNotFound' });
  });
});

describe('copyObject after a crash', () => {
  const request = { sourceName: 'original', destinationName: 'copy', resumeKey: 'work request 1' };

  it('rule R30: goes on from the bytes that are staged', async () => {
    const { source, destination } = await twoBuckets();
    await leaveStaged(destination, request.resumeKey, CONTENT.subarray(0, 1_500_000));
    const resumed = await destination.resume(`${request.resumeKey}\ncopy\n${ETAG}`);
    expect(resumed.staged.size).toBe(1_500_000);
    await resumed[Symbol.asyncDispose]();

    await leaveStaged(destination, request.resumeKey, CONTENT.subarray(0, 1_500_000));
    const summary = await copyObject({ ...request, source, destination });
    expect(summary.etag).toBe(ETAG);
    expect(visible(destination)).toEqual(['copy']);
    expect(staged(destination)).toEqual([]);
  });

  it.each([
    ['damaged', Buffer.alloc(1_500_000, 1)],
    ['longer than the source', Buffer.concat([CONTENT, Buffer.from('more')])],
    ['whole', CONTENT],
    ['empty', Buffer.alloc(0)],
  ])('rule R30: ends with the right copy when what is staged is %s', async (_what, bytes) => {
    const { source, destination } = await twoBuckets();
    await leaveStaged(destination, request.resumeKey, bytes);
    expect((await copyObject({ ...request, source, destination })).etag).toBe(ETAG);
    expect(staged(destination)).toEqual([]);
  });

  it('rule R73: a copy that was published and not yet reported counts as done, if its content is right', async () => {
    const { source, destination } = await twoBuckets();
    const first = await copyObject({ ...request, source, destination });
    expect(await copyObject({ ...request, source, destination })).toEqual(first);
  });

  it('refuses to write the same copy twice at a time', async () => {
    const { destination } = await twoBuckets();
    await using first = await destination.resume('key');
    expect(first.staged.size).toBe(0);
    await expect(destination.resume('key')).rejects.toMatchObject({
      code: 'Conflict',
      reason: 'CopyInProgress',
    });
  });
});
