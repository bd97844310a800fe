import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication } from 'playwright-core';

/** The folder in which the package electron, and Playwright with it, finds the stand-in instead of Electron's binary. */
export const standInFolder = fileURLToPath(new URL('../../build/electron-stand-in/dist', import.meta.url));

/** The stand-in's program. */
export const standInProgram = `${standInFolder}/electron`;

export const fixtureApp = fileURLToPath(new URL('./electron-fixture-app', import.meta.url));

export interface FixtureOptions {
  readonly userData: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Leaves it to the app whether pages are dark; Playwright makes them light otherwise. */
  readonly leavesColours?: boolean;
}

/** The environment that the fixture runs in: no windows on a screen, whether there is one or not. */
export function fixtureEnvironment(further: Readonly<Record<string, string>> = {}): Record<string, string> {
  const own = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { ...Object.fromEntries(own), STRONGROOM_STAND_IN_HEADLESS: '1', ...further };
}

/** Starts the fixture app as Playwright starts any Electron app. */
export async function launchFixture(options: FixtureOptions): Promise<ElectronApplication> {
  const { userData, environment, leavesColours = false } = options;
  process.env['ELECTRON_OVERRIDE_DIST_PATH'] = standInFolder;
  return _electron.launch({
    args: [fixtureApp, `--user-data-dir=${userData}`],
    env: fixtureEnvironment(environment),
    ...(leavesColours ? { colorScheme: null } : {}),
  });
}

/** The ids of a process's children, grandchildren and so on. */
export function descendantsOf(processId: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const parent = /^\d+$/.test(name) ? parentOf(Number(name)) : undefined;
    if (parent !== undefined) parents.set(Number(name), parent);
  }
  const found = [processId];
  // Grows while it is gone through.
  for (const each of found) {
    for (const [child, parent] of parents) if (parent === each) found.push(child);
  }
  return found.slice(1);
}

function parentOf(processId: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${processId}/stat`, 'utf8');
    return Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

/** Whether a process of that id runs: one that has ended and was not waited for does not. */
export function isAlive(processId: number): boolean {
  try {
    const status = readFileSync(`/proc/${processId}/stat`, 'utf8');
    return !status.slice(status.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return false;
  }
}

/** Waits until a condition holds. @throws after 15 seconds, with what was waited for. */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 15_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`This did not come about: ${what}`);
    await delay(25);
  }
}
