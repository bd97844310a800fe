import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { OperationName, RequestInput, ResponseOf } from '../../shared/contract/contract.ts';
import type { Instant, InterruptedProgram } from './interrupted-program.ts';
import type { PracticeToken } from './practice-tokens.ts';
import type { TwoRegions } from './two-regions.ts';

const PROGRAM = fileURLToPath(new URL('interrupted-program.ts', import.meta.url));

/**
 * Runs one operation in a program of its own that is killed, and starts again on what it left.
 * @param furtherTokens that the operation may use besides those of the regions.
 * @returns the answer, if the program still gave it.
 */
export async function killDuring<Name extends OperationName>(
  regions: TwoRegions,
  operation: Name,
  request: RequestInput<Name>,
  instant: Instant,
  furtherTokens: readonly PracticeToken[] = [],
): Promise<ResponseOf<Name> | undefined> {
  await regions.strongroom.close();
  const program: InterruptedProgram = {
    home: regions.path('home'),
    tokens: [regions.fra, regions.zrh, ...furtherTokens],
    operation,
    request,
    instant,
  };
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(program)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  await once(child, 'close');
  expect(child.signalCode, complaint + output).toBe('SIGKILL');
  const tokens = /^tokens(.*)$/m.exec(output)?.[1] ?? '';
  for (const pid of tokens.trim().split(' ').filter(Boolean)) await gone(Number(pid));
  await regions.reopen();
  const done = /^done (.*)$/m.exec(output)?.[1];
  return done === undefined ? undefined : (JSON.parse(done) as ResponseOf<Name>);
}

/** A token's process ends by itself once its program is gone, after the call that it is in. */
async function gone(pid: number): Promise<void> {
  for (let tries = 0; tries < 1000; tries += 1) {
    if (!isRunning(pid)) return;
    await setTimeout(10);
  }
  throw new Error(`the token's process ${pid} outlives its program`);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // One that ended and was not yet waited for by whoever adopted it (proc_pid_stat(5)) has nothing open any more.
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
