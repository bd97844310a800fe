import { execFileSync } from 'node:child_process';
import { createServer } from 'node:net';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { offlineFile } from '../../../main/storage/offline-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('an offline file', () => {
  it('rule R24: is staged beside its place, published, and read back', async () => {
    const folder = temporaryFolder();
    const file = offlineFile(join(folder, 'the vault, 24 November.sealed'));
    await using staged = await file.stage();
    await staged.write(Buffer.from('content'));
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^\.staging-/)]);
    const summary = await staged.publish(file.name);
    expect(summary).toMatchObject({ name: 'the vault, 24 November.sealed', size: 7 });
    expect(readdirSync(folder)).toEqual([file.name]);
    expect(await file.head()).toEqual(summary);
    expect(await Array.fromAsync(file.list())).toEqual([summary]);
  });

  it('rule R23: never replaces a file, whether it was there before the work or came during it', async () => {
    const path = join(temporaryFolder(), 'backup');
    const taken = { code: 'NotAuthorizedOrResourceAlreadyExists', reason: 'NameTaken' };
    await using staged = await offlineFile(path).stage();
    await staged.write(Buffer.from('mine'));
    writeFileSync(path, 'theirs');
    await expect(staged.publish('backup')).rejects.toMatchObject(taken);
    await expect(offlineFile(path).stage()).rejects.toMatchObject(taken);
    expect(readFileSync(path, 'utf8')).toBe('theirs');
  });

  it('rule R23: takes a dangling link for a taken name', async () => {
    const folder = temporaryFolder();
    symlinkSync(join(folder, 'nowhere'), join(folder, 'backup'));
    await expect(offlineFile(join(folder, 'backup')).stage()).rejects.toMatchObject({ reason: 'NameTaken' });
  });

  it('opens a file through a link, as the path was chosen by a person', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'backup'), 'content');
    symlinkSync('backup', join(folder, 'latest'));
    await using object = await offlineFile(join(folder, 'latest')).open();
    expect(Buffer.from(await object.read(0, object.size)).toString()).toBe('content');
  });

  it('rule R74: refuses what is not an ordinary file, at once', async () => {
    const folder = temporaryFolder();
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    mkdirSync(join(folder, 'folder'));
    const server = createServer().listen(join(folder, 'socket'));
    try {
      for (const path of [
        join(folder, 'pipe'),
        join(folder, 'folder'),
        join(folder, 'socket'),
        '/dev/zero',
        '/dev/null',
      ]) {
        await expect(offlineFile(path).open()).rejects.toMatchObject({
          code: 'InvalidParameter',
          reason: 'NotAFile',
        });
      }
    } finally {
      server.close();
    }
  });

  it('rule R74: says when the file, its folder, or the path is nothing', async () => {
    const folder = temporaryFolder();
    await expect(offlineFile(join(folder, 'none')).open()).rejects.toMatchObject({
      code: 'NotAuthorizedOrNotFound',
      reason: 'FileNotFound',
    });
    await expect(offlineFile(join(folder, 'none', 'backup')).stage()).rejects.toMatchObject({
      reason: 'FileNotFound',
    });
    await expect(offlineFile(join(folder, 'x'.repeat(300))).stage()).rejects.toMatchObject({
      reason: 'NameTooLong',
    });
    expect(await Array.fromAsync(offlineFile(join(folder, 'none')).list())).toEqual([]);
    for (const path of ['', '/', 'a\0b']) {
      expect(() => offlineFile(path)).toThrow(
        expect.objectContaining({ code: 'InvalidParameter', reason: 'PathInvalid' }),
      );
    }
    await expect(offlineFile(join(folder, 'a')).open('b')).rejects.toMatchObject({
      reason: 'ObjectNameInvalid',
    });
  });

  it('rule R74: notices a file that shrinks while it is read', async () => {
    const path = join(temporaryFolder(), 'backup');
    writeFileSync(path, 'x'.repeat(100));
    await using object = await offlineFile(path).open();
    truncateSync(path, 10);
    expect(object.size).toBe(100);
    await expect(object.read(0, 100)).rejects.toMatchObject({
      code: 'InvalidParameter',
      reason: 'ObjectTruncated',
    });
  });
});
