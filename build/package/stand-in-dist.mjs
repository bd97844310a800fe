import { cpSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from '../set-up/paths.mjs';

const require = createRequire(import.meta.url);

/** By which @electron/fuses finds the wire in a binary; behind it: version, count, one digit for each fuse. */
const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** Electron as it comes: run as Node, NODE_OPTIONS, the inspector and the privileges of file:// are on. */
const FUSES_AS_THEY_COME = '10110001';

const SOURCES = ['start.ts', 'start', 'browser', 'modules', 'worlds', 'README.md'];

/**
 * Makes what electron-builder takes for Electron's `dist` folder: the stand-in's launcher, the host and its own Node.
 * @param {string} folder made anew.
 */
export function makeStandInDist(folder) {
  const source = join(root, 'build/electron-stand-in');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'stand-in'), { recursive: true });
  // electron-builder throws out the languages that nobody wants, and needs one to keep.
  mkdirSync(join(folder, 'locales'));
  writeFileSync(join(folder, 'locales/en-US.pak'), '');
  for (const name of SOURCES) cpSync(join(source, name), join(folder, 'stand-in', name), { recursive: true });
  copyFileSync(require.resolve('node/bin/node'), join(folder, 'stand-in/node'));
  writeFileSync(join(folder, 'version'), `${require('electron/package.json').version}\n`);
  const wire = `${FUSE_SENTINEL}\u0001${String.fromCharCode(FUSES_AS_THEY_COME.length)}${FUSES_AS_THEY_COME}`;
  const launcher = readFileSync(join(source, 'dist/electron'));
  writeFileSync(join(folder, 'electron'), Buffer.concat([launcher, Buffer.from(`exit\n${wire}`, 'latin1')]), {
    mode: 0o755,
  });
}
