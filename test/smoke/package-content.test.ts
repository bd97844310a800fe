import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { extractFile, getRawHeader, listPackage, statFile } from '@electron/asar';
import { FuseV1Options, FuseVersion, getCurrentFuseWire } from '@electron/fuses';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  builtPackage,
  canInstall,
  ensureInstalled,
  PROGRAM,
  PROGRAM_FOLDER,
  root,
  WHERE,
} from './support/installed-package.ts';

/** The digit 1, as the wire has it. */
const FUSE_IS_ON = 0x31;

const archive = join(PROGRAM_FOLDER, 'resources/app.asar');

describe.skipIf(!canInstall)(`the installed files (${WHERE})`, () => {
  let names: string[];

  beforeAll(() => {
    ensureInstalled();
    names = listPackage(archive, { isPack: false });
  });

  it('have the fuses as electron-builder.yml sets them', async () => {
    const wire = await getCurrentFuseWire(PROGRAM);
    expect(wire.version).toBe(FuseVersion.V1);
    const isOn = Object.fromEntries(
      Object.entries(FuseV1Options)
        .filter((entry): entry is [string, FuseV1Options] => typeof entry[1] === 'number')
        .map(([name, index]) => [name, Number(wire[index]) === FUSE_IS_ON]),
    );
    expect(isOn).toEqual({
      RunAsNode: false,
      EnableCookieEncryption: true,
      EnableNodeOptionsEnvironmentVariable: false,
      EnableNodeCliInspectArguments: false,
      EnableEmbeddedAsarIntegrityValidation: true,
      OnlyLoadAppFromAsar: true,
      LoadBrowserProcessSpecificV8Snapshot: false,
      GrantFileProtocolExtraPrivileges: false,
    });
  });

  it('are in one archive, without sources, tests, docs and source maps', () => {
    expect(getRawHeader(archive).headerSize).toBeGreaterThan(0);
    const outside = names.filter((name) => !/^\/(package\.json|out|node_modules)(\/|$)/.test(name));
    expect(outside).toEqual([]);
    expect(names.filter((name) => /\.(map|ts|tsx|md|c|cc|cpp|h|gyp)$/.test(name))).toEqual([]);
    expect(names.filter((name) => /(^|\/)(test|tests|docs|example|examples|\.github)\//.test(name))).toEqual(
      [],
    );
    expect(names).toEqual(
      expect.arrayContaining([
        '/out/main/index.js',
        '/out/main/module-host.js',
        '/out/preload/window.cjs',
        '/out/preload/prompt.cjs',
        '/out/renderer/index.html',
      ]),
    );
  });

  it('keep native code beside the archive, only for this platform, and nothing else', () => {
    const packages = readdirSync(join(`${archive}.unpacked`, 'node_modules')).sort();
    expect(packages).toEqual(['@phc', 'argon2', 'better-sqlite3', 'node-gyp-build', 'pkcs11js']);
    const native = names.filter((name) => name.endsWith('.node'));
    expect(native.length).toBeGreaterThanOrEqual(3);
    for (const name of native) {
      const entry = statFile(archive, name.slice(1));
      expect(entry).toHaveProperty('unpacked', true);
      expect(name).not.toMatch(/darwin|win32|freebsd|android/);
    }
  });

  it('name nothing of the machine that built them', () => {
    const description = JSON.parse(extractFile(archive, 'package.json').toString('utf8')) as Record<
      string,
      unknown
    >;
    expect(description).not.toHaveProperty('scripts');
    expect(description).not.toHaveProperty('devDependencies');
    for (const name of names.filter((each) => /^\/out\/.*\.(js|cjs|html|css)$/.test(each))) {
      const text = extractFile(archive, name.slice(1)).toString('utf8');
      expect(text.includes(root), name).toBe(false);
    }
  });

  it('belong to root, and nobody else may write to them', () => {
    const loose = readdirSync(PROGRAM_FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => {
      const status = lstatSync(join(PROGRAM_FOLDER, name));
      return !status.isSymbolicLink() && (status.uid !== 0 || (status.mode & 0o022) !== 0);
    });
    expect(loose).toEqual([]);
  });

  it('come with checksums that fit, and with a bill of materials of every package that ships', () => {
    const dist = join(root, 'dist');
    const sums = readFileSync(join(dist, 'SHA256SUMS'), 'utf8').trim().split('\n');
    expect(sums.length).toBeGreaterThanOrEqual(3);
    for (const line of sums) {
      const [sum = '', name = ''] = line.split('  ');
      const hash = createHash('sha256').update(readFileSync(join(dist, name)));
      expect(hash.digest('hex'), name).toBe(sum);
    }
    const bill = readdirSync(dist).find((name) => name.endsWith('.cdx.json')) ?? '';
    const document = JSON.parse(readFileSync(join(dist, bill), 'utf8')) as {
      bomFormat: string;
      components: { name: string }[];
    };
    expect(document.bomFormat).toBe('CycloneDX');
    const named = document.components.map(({ name }) => name);
    expect(named).toEqual(
      expect.arrayContaining(['electron', 'pkcs11js', 'better-sqlite3', 'react', 'zustand']),
    );
    expect(named).not.toContain('vitest');
  });

  it('bring the licences of all packages inside, also of those in the bundles', () => {
    const notices = readFileSync(join(PROGRAM_FOLDER, 'resources/third-party-notices.txt'), 'utf8');
    for (const name of ['react-aria-components', 'zod', 'zustand', 'pkcs11js', 'lucide-react']) {
      expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'));
    }
    expect(notices).toContain('Permission is hereby granted, free of charge');
    expect(notices).not.toMatch(/^vitest \d/m);
  });

  it('are in a package that tells what it is: its commands, what it needs and recommends', () => {
    const control = execFileSync('dpkg-deb', ['--field', builtPackage()], { encoding: 'utf8' });
    expect(control).toMatch(/^Recommends: softhsm2$/m);
    expect(control).toMatch(/^Depends: \S+/m);
    const desktop = readFileSync('/usr/share/applications/strongroom.desktop', 'utf8');
    expect(desktop).toContain('Exec=/opt/Strongroom/strongroom %f');
    expect(desktop).toContain('MimeType=application/x-strongroom-sealed-backup;');
    const mime = readFileSync('/usr/share/mime/packages/strongroom.xml', 'utf8');
    expect(mime).toContain('*.strongroom');
    const icons = ['16x16', '48x48', '256x256', '512x512'];
    for (const size of icons) {
      expect(lstatSync(`/usr/share/icons/hicolor/${size}/apps/strongroom.png`).size).toBeGreaterThan(0);
    }
  });
});
