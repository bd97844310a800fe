import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning } from './running.ts';

const PREFIX = 'electron-stand-in-profile-';

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

/** A folder that lives as long as this process. What a killed process left is removed by the next start. */
export function temporaryProfile(): Profile {
  removeOrphans();
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }) };
}

function removeOrphans(): void {
  for (const name of readdirSync(tmpdir())) {
    const owner = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    if (Number.isNaN(owner) || isRunning(owner)) continue;
    try {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    } catch {
      // Another user's folder: theirs to remove.
    }
  }
}
