import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

/** Where Chromium keeps its own files; `remove` does nothing to a folder that the app chose. */
export interface Profile {
  readonly folder: string;
  remove(): void;
}

/** Inside the app's own data folder, where Electron keeps these files too: kept. */
export function profileIn(userData: string): Profile {
  const folder = join(userData, 'stand-in-browser');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return { folder, remove: () => undefined };
}

/** A folder that lives as long as this process. */
export function temporaryProfile(): Profile {
  return temporaryFolder('electron-stand-in-profile-');
}
