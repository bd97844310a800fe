import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { descendantsOf, eventually, isAlive, launchFixture } from '../../support/electron-fixture.ts';

let folder: string;
let server: ChildProcess;
let display: string;

beforeAll(async () => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'strongroom-test-'));
  server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1920x1080x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const [number] = (await once((server.stdio[3] as Readable).setEncoding('utf8'), 'data')) as [string];
  display = `:${number.trim()}`;
});

afterAll(async () => {
  const ended = once(server, 'exit');
  server.kill();
  await ended;
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

describe('windows on a screen', () => {
  it('are of the size that main gave them, work as those without a screen do, and all go at the end', async () => {
    const app = await launchFixture({
      userData: join(folder, 'data'),
      environment: { STRONGROOM_STAND_IN_HEADLESS: '0', DISPLAY: display },
    });
    const page = await app.firstWindow();
    expect(await page.title()).toBe('Fixture');
    expect(await page.evaluate(`fixture.invoke('echo', 'on a screen').then(({ value }) => value)`)).toBe(
      'on a screen',
    );
    await eventually('the window of its size', async () => {
      return (await page.evaluate(`[innerWidth, innerHeight].join()`)) === '1280,800';
    });

    const opened = app.waitForEvent('window');
    await app.evaluate(() =>
      (globalThis as unknown as { openWindow(options: object): Promise<number> }).openWindow({
        width: 480,
        height: 460,
        webPreferences: { additionalArguments: ['--small'] },
      }),
    );
    const small = await opened;
    expect(await small.evaluate(`fixture.argumentsSeen()`)).toEqual(['--small']);
    await small.close();
    expect(app.windows()).toEqual([page]);

    const processes = [app.process().pid!, ...descendantsOf(app.process().pid!)];
    await app.close();
    await eventually('all processes gone', () => !processes.some(isAlive));
  });
});
