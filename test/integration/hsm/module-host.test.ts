import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Fault } from '../../support/fault-module.ts';
import { makePractisedToken } from '../../support/practised-token.ts';
import type { PractisedToken } from '../../support/practised-token.ts';
import type { SessionProgram } from '../../support/session-program.ts';

let token: PractisedToken;
beforeAll(async () => {
  token = await makePractisedToken(0);
}, 30_000);
afterAll(async () => {
  await token.remove();
});

/** A program with an open session. @returns it and its token's process. */
async function programWithSession(fault?: Fault): Promise<{ program: ChildProcess; host: number }> {
  const argument: SessionProgram = { reference: token.shimReference, pin: token.pin, stay: true };
  const path = fileURLToPath(new URL('../../support/session-program.ts', import.meta.url));
  const program = spawn(process.execPath, [path, JSON.stringify(argument)], {
    env: { ...process.env, ...token.faulty(fault) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void program.kill('SIGKILL'));
  await once(program.stdout, 'data');
  const pid = String(program.pid);
  const host = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
  return { program, host };
}

function isRunning(process_: number): boolean {
  try {
    return !readFileSync(`/proc/${String(process_)}/status`, 'utf8').includes('State:\tZ');
  } catch {
    return false;
  }
}

describe("a token's process and the program that it serves (rule R72)", () => {
  it('ends when the program is killed', async () => {
    const { program, host } = await programWithSession();
    expect(isRunning(host)).toBe(true);
    program.kill('SIGKILL');
    await vi.waitFor(() => expect(isRunning(host)).toBe(false), 10_000);
  });

  it('ends when the program is killed while the module hangs', async () => {
    const { program, host } = await programWithSession({ call: 'C_WrapKey', kind: 'hang' });
    await vi.waitFor(() => expect(readFileSync(token.tracePath, 'utf8')).toContain('C_WrapKey'), 10_000);
    program.kill('SIGKILL');
    await once(program, 'exit');
    expect(isRunning(host)).toBe(true);
    await vi.waitFor(() => expect(isRunning(host)).toBe(false), { timeout: 15_000, interval: 200 });
  });

  it('leaves Ctrl-C and a closed terminal to the program', async () => {
    const { host } = await programWithSession();
    process.kill(host, 'SIGINT');
    process.kill(host, 'SIGHUP');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(isRunning(host)).toBe(true);
  });

  it('does not keep a program from ending that forgot to close it', async () => {
    const { program } = await programWithSession();
    program.kill('SIGUSR2');
    const [code] = (await once(program, 'exit')) as [number];
    expect(code).toBe(0);
  });
});
