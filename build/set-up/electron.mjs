import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pinnedNode, root } from './paths.mjs';

const STAND_IN = join(root, 'build/electron-stand-in/dist');

const NOT_FETCHED = join(root, 'node_modules/.cache/strongroom/electron-not-fetched');
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
const FETCH_MILLISECONDS = 5 * 60 * 1000;

/**
 * The host to run the window on: the one that ELECTRON_OVERRIDE_DIST_PATH names, else Electron where npm could fetch its
 * binary, else the stand-in. The packages electron and playwright look at the same variable.
 * @returns {{ folder: string, executable: string, isStandIn: boolean }}
 */
export function electronHost() {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const fetched = join(root, 'node_modules/electron/dist');
  const folder = override || (existsSync(join(fetched, executableName())) ? fetched : STAND_IN);
  return { folder, executable: join(folder, executableName()), isStandIn: folder === STAND_IN };
}

/**
 * Has the electron package fetch its binary, which it compares with a checksum of its own. Tried at most once a day where it
 * cannot be reached, and not at all with ELECTRON_SKIP_BINARY_DOWNLOAD.
 * @returns whether it is there now.
 */
export function fetchElectron() {
  if (process.env.ELECTRON_SKIP_BINARY_DOWNLOAD || hasFailedToday()) return false;
  const result = spawnSync(pinnedNode, [join(root, 'node_modules/electron/install.js')], {
    stdio: 'ignore',
    timeout: FETCH_MILLISECONDS,
  });
  if (result.status === 0) return true;
  mkdirSync(dirname(NOT_FETCHED), { recursive: true });
  writeFileSync(NOT_FETCHED, '');
  return false;
}

function hasFailedToday() {
  const status = statSync(NOT_FETCHED, { throwIfNoEntry: false });
  return status !== undefined && Date.now() - status.mtimeMs < DAY_MILLISECONDS;
}

function executableName() {
  if (process.platform === 'win32') return 'electron.exe';
  return process.platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron';
}
