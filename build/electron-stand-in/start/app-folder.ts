import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { temporaryFolder } from '../browser/temporary-folder.ts';
import type { AppPackage } from '../modules/app.ts';
import { unpackArchive } from './app-archive.ts';

/** The app that is to be run. */
export interface AppFolder {
  readonly folder: string;
  readonly package: AppPackage;
  /** The file to load. */
  readonly main: string;
  readonly isPackaged: boolean;
}

/**
 * The app beside the launcher, as a packaged program has it: `resources/app.asar`, or `resources/app`; otherwise what the
 * command line names: a folder with a package.json, or a file.
 */
export function findApp(launcher: string, argument: string | undefined): AppFolder {
  const resources = join(dirname(launcher), 'resources');
  const archive = join(resources, 'app.asar');
  if (existsSync(archive)) {
    const folder = temporaryFolder('electron-stand-in-app-');
    process.on('exit', () => {
      folder.remove();
    });
    unpackArchive(archive, folder.folder);
    return { ...fromFolder(folder.folder, true), folder: archive };
  }
  const packaged = join(resources, 'app');
  if (existsSync(packaged)) return fromFolder(packaged, true);
  const path = resolve(argument ?? '.');
  if (!existsSync(path)) throw new Error(`Unable to find Electron app at ${path}`);
  if (statSync(path).isDirectory()) return fromFolder(path, false);
  return { folder: dirname(path), package: packageIn(dirname(path)), main: path, isPackaged: false };
}

function fromFolder(folder: string, isPackaged: boolean): AppFolder {
  const description = packageIn(folder);
  return { folder, package: description, main: join(folder, description.main ?? 'index.js'), isPackaged };
}

function packageIn(folder: string): AppPackage & { main?: string } {
  const file = join(folder, 'package.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as AppPackage & { main?: string }) : {};
}
