import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  descendantsOf,
  eventually,
  fixtureApp,
  fixtureEnvironment,
  isAlive,
  launchFixture,
  standInProgram,
} from '../../support/electron-fixture.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'strongroom-test-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const userData = (): string => join(folder, 'data');

/** Starts the fixture without Playwright. */
function startFixture(
  argumentList: readonly string[],
  environment: Record<string, string> = {},
): ChildProcess {
  return spawn(standInProgram, [fixtureApp, ...argumentList], {
    env: fixtureEnvironment(environment),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

const hasRenderer = (processId: number): boolean => descendantsOf(processId).length >= 4;

describe('the end', () => {
  it('leaves no process behind when the app is closed', async () => {
    const app = await launchFixture({ userData: userData() });
    await app.firstWindow();
    const processes = [app.process().pid!, ...descendantsOf(app.process().pid!)];
    expect(processes.length).toBeGreaterThan(3);
    await app.close();
    await eventually('all processes gone', () => !processes.some(isAlive));
  });

  it('leaves none, and no profile of its own making, when it is asked by SIGTERM', async () => {
    const child = startFixture([], { XDG_CONFIG_HOME: folder, TMPDIR: folder });
    await eventually('a renderer', () => hasRenderer(child.pid!));
    const processes = descendantsOf(child.pid!);
    expect(readdirSync(folder).some((name) => name.startsWith('electron-stand-in-profile-'))).toBe(true);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    await eventually('all processes gone', () => !processes.some(isAlive));
    expect(readdirSync(folder)).toEqual(['electron-fixture-app']);
  });

  it('takes the browser with it when main is killed; the next start removes the profile', async () => {
    const environment = { XDG_CONFIG_HOME: folder, TMPDIR: folder };
    const child = startFixture([], environment);
    await eventually('a renderer', () => hasRenderer(child.pid!));
    const processes = descendantsOf(child.pid!);
    const orphan = join(
      folder,
      readdirSync(folder).find((name) => name.startsWith('electron-stand-in-'))!,
    );
    child.kill('SIGKILL');
    await once(child, 'exit');
    await eventually('all processes gone', () => !processes.some(isAlive));
    expect(existsSync(orphan)).toBe(true);
    const next = startFixture([], environment);
    await eventually('a renderer', () => hasRenderer(next.pid!));
    expect(existsSync(orphan)).toBe(false);
    next.kill('SIGTERM');
    await once(next, 'exit');
  });

  it('takes main with it when the browser is killed, and says so', async () => {
    const child = startFixture([`--user-data-dir=${userData()}`]);
    let errors = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (errors += text));
    await eventually('a renderer', () => hasRenderer(child.pid!));
    const processes = descendantsOf(child.pid!);
    const [browser] = processes;
    process.kill(browser!, 'SIGKILL');
    const [exitCode] = (await once(child, 'close')) as [number];
    expect(exitCode).toBe(1);
    expect(errors).toContain('Chromium has crashed');
    await eventually('all processes gone', () => !processes.some(isAlive));
  });
});

describe('a single instance', () => {
  it('tells the first one of the second one, which ends', async () => {
    const app = await launchFixture({ userData: userData() });
    await app.firstWindow();
    const second = startFixture([`--user-data-dir=${userData()}`, '--', 'file.backup']);
    expect(await once(second, 'exit')).toEqual([0, null]);
    const told = (): Promise<unknown[]> =>
      app.evaluate(
        () => (globalThis as unknown as { noted: { secondInstances: unknown[] } }).noted.secondInstances,
      );
    await eventually('word of a second instance', async () => (await told()).length > 0);
    expect(await told()).toEqual([
      {
        argv: [standInProgram, fixtureApp, `--user-data-dir=${userData()}`, '--', 'file.backup'],
        folder: process.cwd(),
        data: { from: 'fixture' },
      },
    ]);
    await app.close();
  });

  it('takes the place of one that was killed', async () => {
    const first = startFixture([`--user-data-dir=${userData()}`]);
    await eventually('a renderer', () => hasRenderer(first.pid!));
    first.kill('SIGKILL');
    await once(first, 'exit');
    const app = await launchFixture({ userData: userData() });
    expect(await (await app.firstWindow()).title()).toBe('Fixture');
    await app.close();
  });
});

describe('utility processes', () => {
  it('answer by their parent port, end with a code, and end with main', async () => {
    const app = await launchFixture({ userData: userData() });
    await app.firstWindow();
    const path = join(fixtureApp, 'utility.js');
    const ended = await app.evaluate(async ({ utilityProcess }, modulePath) => {
      const child = utilityProcess.fork(modulePath, [], { stdio: ['ignore', 'ignore', 'pipe'] });
      const answer = new Promise((resolve) => child.once('message', resolve));
      child.postMessage({ bytes: new Uint8Array([1, 2, 3]) });
      const message = (await answer) as { type: string; data: { bytes: Uint8Array } };
      child.postMessage('end');
      const exitCode = await new Promise((resolve) => child.once('exit', resolve));
      return {
        type: message.type,
        bytes: [...message.data.bytes],
        exitCode,
        hasErrors: child.stderr !== null,
      };
    }, path);
    expect(ended).toEqual({ type: 'utility', bytes: [1, 2, 3], exitCode: 7, hasErrors: true });

    const lasting = await app.evaluate(async ({ utilityProcess }, modulePath) => {
      const child = utilityProcess.fork(modulePath);
      await new Promise<void>((resolve) => child.once('spawn', resolve));
      return child.pid!;
    }, path);
    const closed = app.waitForEvent('close');
    app.process().kill('SIGKILL');
    await closed;
    await eventually('the utility process gone', () => !isAlive(lasting));
  });
});
