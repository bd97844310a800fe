import { chmodSync, chownSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultHome, openHomeFolder } from '../../../main/home/home-folder.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('openHomeFolder', () => {
  it('makes the home for its user alone, and opens it again', async () => {
    const path = join(temporaryFolder(), 'deep', 'home');
    const home = await openHomeFolder(path);
    expect(home).toEqual({
      path,
      catalog: join(path, 'catalog.sqlite'),
      lock: join(path, 'home.lock'),
      temporary: join(path, 'temporary'),
    });
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(statSync(home.temporary).mode & 0o777).toBe(0o700);
    expect(await openHomeFolder(path)).toEqual(home);
  });

  it('gives one home one path, whatever link led to it', async () => {
    const folder = temporaryFolder();
    const home = await openHomeFolder(join(folder, 'home'));
    symlinkSync('home', join(folder, 'link'));
    expect(await openHomeFolder(join(folder, 'link'))).toEqual(home);
  });

  it.each(['755', '701', '770', '720'])(
    'rule R74: refuses a home of mode %s and does not change it',
    async (digits) => {
      const mode = Number.parseInt(digits, 8);
      const path = join(temporaryFolder(), 'home');
      mkdirSync(path);
      chmodSync(path, mode);
      await expect(openHomeFolder(path)).rejects.toMatchObject({
        code: 'NotAuthorized',
        reason: 'HomeNotPrivate',
        next: expect.stringContaining(`chmod 700 ${path}`) as string,
      });
      expect(statSync(path).mode & 0o777).toBe(mode);
      expect(readdirSync(path)).toEqual([]);
    },
  );

  it('quotes a path for the shell that is asked to fix it', async () => {
    const path = join(temporaryFolder(), "it's mine; rm");
    mkdirSync(path);
    chmodSync(path, 0o755);
    await expect(openHomeFolder(path)).rejects.toMatchObject({
      next: expect.stringContaining("'\\''s mine; rm'.") as string,
    });
  });

  it.skipIf(process.getuid?.() !== 0)(
    'rule R74: refuses a home of another user (needs root to make one)',
    async () => {
      await expect(openHomeFolder(otherUsersFolder())).rejects.toMatchObject({ reason: 'HomeNotPrivate' });
    },
  );

  it('rule R74: refuses a file, a path through a file, and what is no path', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    for (const path of [file, join(file, 'home')]) {
      await expect(openHomeFolder(path)).rejects.toMatchObject({
        code: 'InvalidParameter',
        reason: 'HomeNotAFolder',
      });
    }
    for (const path of ['', 'a\0b']) {
      await expect(openHomeFolder(path)).rejects.toMatchObject({
        code: 'InvalidParameter',
        reason: 'HomePathInvalid',
      });
    }
  });

  it.skipIf(process.platform !== 'linux')(
    'says where a home cannot be made (in /proc, where mkdir answers ENOENT)',
    async () => {
      await expect(openHomeFolder('/proc/strongroom')).rejects.toMatchObject({ reason: 'HomeNotWritable' });
    },
  );
});

function otherUsersFolder(): string {
  const path = join(temporaryFolder(), 'home');
  mkdirSync(path, { mode: 0o700 });
  chownSync(path, 65534, 65534);
  return path;
}

describe('defaultHome', () => {
  it.each<[NodeJS.Platform, Record<string, string>, string]>([
    ['linux', {}, '/home/ana/.local/share/strongroom'],
    ['linux', { XDG_DATA_HOME: '/data' }, '/data/strongroom'],
    ['linux', { XDG_DATA_HOME: 'relative' }, '/home/ana/.local/share/strongroom'],
    ['linux', { XDG_DATA_HOME: '' }, '/home/ana/.local/share/strongroom'],
    ['darwin', { XDG_DATA_HOME: '/data' }, '/home/ana/Library/Application Support/Strongroom'],
    ['win32', { APPDATA: '/appdata' }, '/appdata/Strongroom'],
    ['win32', {}, '/home/ana/AppData/Roaming/Strongroom'],
  ])('is, on %s with %j, %s', (platform, environment, expected) => {
    expect(defaultHome(platform, environment, '/home/ana')).toBe(expected);
  });
});
