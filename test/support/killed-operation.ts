import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { InterruptedProgram } from './interrupted-program.ts';

const PROGRAM = fileURLToPath(new URL('./interrupted-program.ts', import.meta.url));

/**
 * Carries out one operation in a program of its own that kills itself at its instant, and waits until the processes of its
 * tokens are gone too. The home must not be open meanwhile.
 * @throws unless it was killed; what it wrote is in the message.
 */
export async function killedOperation(program: InterruptedProgram): Promise<void> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(program)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  await once(child, 'close');
  if (child.signalCode !== 'SIGKILL') throw new Error(`the program was not killed: ${output}`);
  const tokens = /^tokens(.*)$/m.exec(output)?.[1] ?? '';
  for (const pid of tokens.trim().split(' ').filter(Boolean)) await gone(Number(pid));
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
