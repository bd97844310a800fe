#!/usr/bin/env node
/**
 * Stands in for fpm (CUSTOM_FPM_PATH) where that cannot be fetched: makes a Debian package with dpkg-deb from the arguments
 * that electron-builder gives. Only `-s dir -t deb`, and only the options that it uses.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';

const TEXT = { type: 'string' };
const LIST = { type: 'string', multiple: true };
const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {
    s: { ...TEXT, short: 's' },
    t: { ...TEXT, short: 't' },
    d: { ...LIST, short: 'd' },
    force: { type: 'boolean' },
    'deb-recommends': LIST,
    'deb-field': LIST,
    conflicts: LIST,
    replaces: LIST,
    provides: LIST,
    'deb-compression': TEXT,
    'deb-priority': TEXT,
    architecture: TEXT,
    'after-install': TEXT,
    'after-remove': TEXT,
    description: TEXT,
    version: TEXT,
    package: TEXT,
    name: TEXT,
    maintainer: TEXT,
    vendor: TEXT,
    url: TEXT,
    category: TEXT,
    license: TEXT,
  },
});
if (values.s !== 'dir' || values.t !== 'deb')
  throw new Error('Only packages for Debian (-s dir -t deb) can be made here.');

const stage = mkdtempSync(join(tmpdir(), 'strongroom-deb-'));
try {
  positionals.forEach(place);
  const installedBytes = normalise(stage);
  const control = join(stage, 'DEBIAN');
  mkdirSync(control, { mode: 0o755 });
  writeFileSync(join(control, 'md5sums'), checksums());
  writeFileSync(join(control, 'control'), controlFile(Math.ceil(installedBytes / 1024)));
  script('after-install', 'postinst');
  script('after-remove', 'postrm');
  // It takes the times from SOURCE_DATE_EPOCH, and sorts the files.
  const compression = values['deb-compression'] === 'gz' ? ['-Zgzip', '-z1'] : ['-Zxz'];
  execFileSync('dpkg-deb', ['--root-owner-group', ...compression, '--build', stage, values.package], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
} finally {
  rmSync(stage, { recursive: true, force: true });
}

/** `SOURCE=TARGET`; a source that ends with a slash is a folder's content. */
function place(mapping) {
  const middle = mapping.startsWith('/') ? mapping.indexOf('=/') : mapping.indexOf('=');
  const [source, target] = [mapping.slice(0, middle), join(stage, mapping.slice(middle + 1))];
  mkdirSync(dirname(target), { recursive: true });
  cpSync(source, target, { recursive: true, verbatimSymlinks: true });
}

/** Sets modes as Debian wants them, whatever the umask was. @returns the size of all files. */
function normalise(path) {
  const status = lstatSync(path);
  if (status.isSymbolicLink()) return 0;
  if (!status.isDirectory()) {
    chmodSync(path, status.mode & 0o100 ? 0o755 : 0o644);
    return status.size;
  }
  chmodSync(path, 0o755);
  return readdirSync(path).reduce((sum, name) => sum + normalise(join(path, name)), 0);
}

function checksums() {
  const files = readdirSync(stage, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(stage, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith('DEBIAN/'))
    .sort();
  return files
    .map(
      (path) =>
        `${createHash('md5')
          .update(readFileSync(join(stage, path)))
          .digest('hex')}  ${path}\n`,
    )
    .join('');
}

function controlFile(installedKibibytes) {
  const [synopsis = '', ...further] = values.description.trim().split('\n');
  const fields = {
    Package: values.name,
    Version: values.version,
    Architecture: values.architecture,
    Maintainer: values.maintainer,
    'Installed-Size': String(installedKibibytes),
    Depends: values.d?.join(', '),
    Recommends: values['deb-recommends']?.join(', '),
    Conflicts: values.conflicts?.join(', '),
    Replaces: values.replaces?.join(', '),
    Provides: values.provides?.join(', '),
    Section: values.category,
    Priority: values['deb-priority'],
    Homepage: values.url,
    Description: [synopsis, ...further.map((line) => ` ${line.trim() || '.'}`)].join('\n'),
  };
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}

function script(option, name) {
  if (values[option] === undefined) return;
  const path = join(stage, 'DEBIAN', name);
  cpSync(values[option], path);
  chmodSync(path, 0o755);
}
