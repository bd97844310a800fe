import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { holdHome } from '../../../main/home/home-lock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const HOLDER = fileURLToPath(new URL('../../support/home-holder.ts', import.meta.url));
const inUse = { code: 'Conflict', status: 409, reason: 'HomeInUse' };

/** Another process that holds the home by the time this returns. */
async function holdElsewhere(home: string): Promise<ChildProcessByStdio<Writable, Readable, null>> {
  const holder = spawn(process.execPath, [HOLDER, home, 'Strongroom window'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void holder.kill('SIGKILL'));
  // Whichever comes first, so that a holder which fails does not keep the test waiting.
  const [first] = (await Promise.race([once(holder.stdout, 'data'), once(holder, 'close')])) as unknown[];
  expect(String(first)).toBe('held\n');
  return holder;
}

async function holdUntilTestEnds(home: string, program: string): Promise<void> {
  const lock = await holdHome(home, program);
  onTestFinished(() => lock.release());
}

describe('holdHome', () => {
  it('tells the second program who holds the home, and since when', async () => {
    const home = temporaryFolder();
    const holder = await holdElsewhere(home);
    await expect(holdHome(home, 'strongroom vault list')).rejects.toMatchObject({
      ...inUse,
      message: expect.stringMatching(
        new RegExp(
          `^The Strongroom window \\(process ${holder.pid}\\) has used this home since [0-2][0-9]:[0-5][0-9]\\.$`,
        ),
      ) as string,
    });
  });

  it('rule R73: kill -9 of the holder frees the home at once', async () => {
    const home = temporaryFolder();
    const holder = await holdElsewhere(home);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    expect(existsSync(join(home, 'holder.json'))).toBe(true);
    await holdUntilTestEnds(home, 'strongroom vault list');
    expect(JSON.parse(readFileSync(join(home, 'holder.json'), 'utf8'))).toMatchObject({
      pid: process.pid,
      program: 'strongroom vault list',
    });
  });

  it('frees the home when released, and when released twice', async () => {
    const home = temporaryFolder();
    const lock = await holdHome(home, 'first');
    await expect(holdHome(home, 'second')).rejects.toMatchObject(inUse);
    await lock.release();
    expect(existsSync(join(home, 'holder.json'))).toBe(false);
    await holdUntilTestEnds(home, 'second');
    await lock.release();
    await expect(holdHome(home, 'third')).rejects.toMatchObject(inUse);
  });

  it('frees the home when the holder ends by itself', async () => {
    const home = temporaryFolder();
    const holder = await holdElsewhere(home);
    holder.stdin.end();
    expect(await once(holder, 'exit')).toEqual([0, null]);
    await holdUntilTestEnds(home, 'next');
  });

  it('does not believe a holder.json whose process is gone, or that is damaged', async () => {
    const home = temporaryFolder();
    await holdElsewhere(home);
    const since = new Date().toISOString();
    for (const content of [
      JSON.stringify({ pid: 999_999_999, program: 'dead program', since }),
      JSON.stringify({ pid: process.pid, program: 'forged\u001b[2J', since }),
      'damaged',
    ]) {
      writeFileSync(join(home, 'holder.json'), content);
      await expect(holdHome(home, 'second')).rejects.toMatchObject({
        ...inUse,
        message: 'Another Strongroom is using this home.',
      });
    }
  });

  it('gives the date when the home has been held since another day', async () => {
    const home = temporaryFolder();
    await holdElsewhere(home);
    const holder = { pid: process.pid, program: 'Strongroom window', since: '2026-01-02T12:30:00.000Z' };
    writeFileSync(join(home, 'holder.json'), JSON.stringify(holder));
    await expect(holdHome(home, 'second')).rejects.toMatchObject({
      message: expect.stringMatching(/ since 2026-01-0[123] [0-9:]{5}\.$/) as string,
    });
  });

  it('rule R74: explains a lock file that is none, and a home that is not there', async () => {
    const home = temporaryFolder();
    await expect(holdHome(join(home, 'none'), 'any')).rejects.toMatchObject({ reason: 'HomeNotWritable' });
    writeFileSync(join(home, 'home.lock'), 'x'.repeat(2000));
    await expect(holdHome(home, 'any')).rejects.toMatchObject({
      code: 'Conflict',
      reason: 'HomeLockUnusable',
    });
    const other = join(home, 'other');
    mkdirSync(join(other, 'home.lock'), { recursive: true });
    await expect(holdHome(other, 'any')).rejects.toMatchObject({ reason: 'HomeNotWritable' });
  });
});
