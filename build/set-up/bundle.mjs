import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pinnedNode, root } from './paths.mjs';
import { say, SetUpFailure } from './report.mjs';
import { run } from './run.mjs';

/** What every bundle is made from. */
const COMMON_SOURCES = ['shared', 'package.json', 'package-lock.json'];

/** The three bundles by their folder in out: what each is made from besides, and by which configuration. */
const BUNDLES = {
  main: { sources: ['main'], configuration: 'vite.config.ts' },
  preload: { sources: ['preload'], configuration: 'vite.preload.config.ts' },
  renderer: { sources: ['renderer'], configuration: 'vite.renderer.config.ts' },
};

/** Bundles what has changed since it was last bundled. */
export function ensureBundle() {
  bundle(Object.keys(BUNDLES).filter((name) => !isCurrent(name)));
}

/** @param names of bundles; all unless told otherwise. */
export function bundle(names = Object.keys(BUNDLES)) {
  for (const name of names) {
    if (!Object.hasOwn(BUNDLES, name)) {
      throw new SetUpFailure(`There is no bundle ${name}: name some of ${Object.keys(BUNDLES).join(', ')}.`);
    }
    // Before, not after: what changes while the bundle is made counts as changed since.
    const fingerprint = fingerprintOf(name);
    say(`building out/${name}`);
    const vite = join(root, 'node_modules/vite/bin/vite.js');
    run(pinnedNode, [vite, 'build', '--logLevel=warn', '--config', BUNDLES[name].configuration], {
      environment: { NO_COLOR: '1' },
    });
    writeFileSync(stampOf(name), `${fingerprint}\n`);
  }
}

/**
 * Whether out is what the sources would give. An installed package has no sources: there it always is.
 * @param names of bundles; all unless told otherwise.
 */
export function isBuildCurrent(names = Object.keys(BUNDLES)) {
  return !existsSync(join(root, 'main')) || names.every(isCurrent);
}

function isCurrent(name) {
  return builtFrom(name) === fingerprintOf(name);
}

/** Beside the bundle's folder: what is inside is served to the window. */
function stampOf(name) {
  return join(root, `out/${name}.built-from.txt`);
}

/** Makes `npx strongroom` work in the checkout: npm links the commands of packages, not of the project itself. */
export function ensureCommandLink() {
  const link = join(root, 'node_modules/.bin/strongroom');
  const target = '../../build/strongroom.mjs';
  if (linkTarget(link) === target) return;
  rmSync(link, { force: true });
  mkdirSync(join(root, 'node_modules/.bin'), { recursive: true });
  symlinkSync(target, link);
}

function builtFrom(name) {
  return existsSync(join(root, 'out', name)) && existsSync(stampOf(name))
    ? readFileSync(stampOf(name), 'utf8').trim()
    : undefined;
}

/** SHA-256 over the path and content of every source. Content, because a checkout changes times at will. */
function fingerprintOf(name) {
  const { sources, configuration } = BUNDLES[name];
  const hash = createHash('sha256');
  for (const path of [...sources, configuration, ...COMMON_SOURCES]) addToFingerprint(hash, path);
  return hash.digest('hex');
}

function addToFingerprint(hash, path) {
  const absolute = join(root, path);
  let names;
  try {
    names = readdirSync(absolute);
  } catch (error) {
    if (error.code !== 'ENOTDIR') throw error;
    const content = readFileSync(absolute);
    hash.update(`${path}\0${String(content.length)}\0`).update(content);
    return;
  }
  for (const name of names.sort()) addToFingerprint(hash, `${path}/${name}`);
}

function linkTarget(path) {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
