import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  builtPackage,
  canInstall,
  COMMAND,
  dpkg,
  installedVersion,
  Officer,
  PACKAGE,
  PROGRAM_FOLDER,
  WHERE,
} from './support/installed-package.ts';
import type { Outcome } from './support/installed-package.ts';

const OLDER = '0.0.9~not.for.release';

/** An officer's home through the life of the package: an older version, this one, and none. */
describe.skipIf(!canInstall)(`upgrade and removal (${WHERE})`, { timeout: 120_000 }, () => {
  let officer: Officer;
  let folder: string;
  let kept: string;
  let environment: Record<string, string>;

  beforeAll(async () => {
    officer = new Officer();
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'strongroom-smoke-'));
    kept = join(officer.home, 'kept');
    if (installedVersion() !== undefined) dpkg('--purge', PACKAGE);
    dpkg('--install', olderPackage(folder));
    environment = await homeWithRealm(officer, kept);
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const catalogPath = (): string => join(kept, 'home/catalog.sqlite');
  const realm = async (): Promise<Outcome> =>
    officer.run(COMMAND, ['realm', 'get', '--output', 'json'], environment);
  /** The catalog's version, set to another one if that is given. */
  const catalogVersion = (version?: number): number => {
    const catalog = new Database(catalogPath());
    try {
      if (version !== undefined) catalog.pragma(`user_version = ${String(version)}`);
      return catalog.pragma('user_version', { simple: true }) as number;
    } finally {
      catalog.close();
    }
  };

  it('installs this version over an older one, and the home is as it was', async () => {
    const before = await realm();
    expect(before).toMatchObject({ exitCode: 0, stderr: '' });
    expect(installedVersion()).toBe(OLDER);
    dpkg('--install', builtPackage());
    expect(installedVersion()).not.toBe(OLDER);
    expect(await realm()).toEqual(before);
  });

  it('rule R74: refuses a home that a newer version has used, and changes nothing in it', async () => {
    const current = catalogVersion();
    catalogVersion(current + 1);
    const { exitCode, stdout, stderr } = await realm();
    expect(exitCode).toBe(1);
    expect(stdout + stderr).toContain('of a newer Strongroom');
    expect(catalogVersion()).toBe(current + 1);
    catalogVersion(current);
    expect((await realm()).exitCode).toBe(0);
  });

  it('takes the program away and leaves the home', () => {
    dpkg('--remove', PACKAGE);
    expect(existsSync(COMMAND)).toBe(false);
    expect(existsSync(PROGRAM_FOLDER)).toBe(false);
    expect(existsSync('/usr/share/applications/strongroom.desktop')).toBe(false);
    expect(existsSync(catalogPath())).toBe(true);
  });

  it('says on purge what it leaves, and leaves it', () => {
    const said = dpkg('--purge', PACKAGE);
    expect(said).toContain('~/.local/share/strongroom');
    expect(said).toContain('tokens');
    expect(existsSync(catalogPath())).toBe(true);
  });
});

/**
 * A realm on a practice token, all in one new folder of the officer's.
 * @returns the environment in which the installed command uses it.
 */
async function homeWithRealm(officer: Officer, folder: string): Promise<Record<string, string>> {
  const module = '/usr/lib/softhsm/libsofthsm2.so';
  const environment = {
    STRONGROOM_HOME: join(folder, 'home'),
    SOFTHSM2_CONF: join(folder, 'softhsm2.conf'),
    STRONGROOM_PIN_FILE_FRA: join(folder, 'fra.pin'),
    STRONGROOM_PASSPHRASE_FILE: join(folder, 'officer.passphrase'),
  };
  const shell = `umask 077; mkdir -p '${folder}/tokens'; cd '${folder}'
    echo 'directories.tokendir = ${folder}/tokens' > softhsm2.conf
    echo 5924-fra > fra.pin; echo 8864-so > so.pin; echo 'seven quiet lanterns' > officer.passphrase
    strongroom token initialise --module ${module} --label fra --so-pin-file so.pin --user-pin-file fra.pin
    strongroom realm create --name 'Smoke Realm' --tenancy-name 'Smoke Tenancy' --region eu-frankfurt-1 \\
      --module ${module} --token-label fra --administrator officer`;
  const { exitCode, stderr } = await officer.run('/bin/sh', ['-e', '-c', shell], environment);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return { ...environment, STRONGROOM_OPERATOR: 'officer' };
}

/** The package that was built, as if it were older: only its version differs. */
function olderPackage(folder: string): string {
  const content = join(folder, 'older');
  execFileSync('dpkg-deb', ['--raw-extract', builtPackage(), content]);
  const control = join(content, 'DEBIAN/control');
  const text = readFileSync(control, 'utf8').replace(/^Version: .*$/m, `Version: ${OLDER}`);
  writeFileSync(control, text);
  const path = join(folder, 'older.deb');
  execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '--build', content, path], {
    stdio: 'ignore',
  });
  return path;
}
