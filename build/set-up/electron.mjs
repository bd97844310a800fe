import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';

const STAND_IN = join(root, 'build/electron-stand-in/dist');

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

function executableName() {
  if (process.platform === 'win32') return 'electron.exe';
  return process.platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron';
}
