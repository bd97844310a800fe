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
import { say } from './report.mjs';
import { run } from './run.mjs';

const SOURCES = ['main', 'shared', 'vite.config.ts', 'package.json', 'package-lock.json'];
const STAMP = join(root, 'out/main/built-from.txt');

/** Bundles the main side if its sources have changed since it was last bundled. */
export function ensureBundle() {
  if (builtFrom() !== fingerprintOfSources()) bundle();
}

export function bundle() {
  // Before, not after: what changes while the bundle is made counts as changed since.
  const fingerprint = fingerprintOfSources();
  say('building out/main');
  run(pinnedNode, [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel=warn'], {
    environment: { NO_COLOR: '1' },
  });
  writeFileSync(STAMP, `${fingerprint}\n`);
}

/** Whether out/main is what the sources would give. An installed package has no sources: there it always is. */
export function isBuildCurrent() {
  return !existsSync(join(root, 'main')) || builtFrom() === fingerprintOfSources();
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

function builtFrom() {
  return existsSync(STAMP) ? readFileSync(STAMP, 'utf8').trim() : undefined;
}

/** SHA-256 over the path and content of every source. Content, because a checkout changes times at will. */
function fingerprintOfSources() {
  const hash = createHash('sha256');
  for (const path of SOURCES) addToFingerprint(hash, path);
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
