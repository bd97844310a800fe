import { spawnSync } from 'node:child_process';
import { root } from './paths.mjs';
import { SetUpFailure } from './report.mjs';

/** How much of a failed command's output is shown: its end, where the reason stands. */
const SHOWN_LINES = 80;

/**
 * Runs a command in the checkout's folder, quietly. If it fails, that ends the set-up: the output is shown then,
 * with `hint` as the last word.
 */
export function run(command, argumentList, { environment = {}, hint = '' } = {}) {
  const result = spawnSync(command, argumentList, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.status === 0) return;
  const lines = [result.stdout, result.stderr, result.error?.message].filter(Boolean).join('\n').split('\n');
  const output = lines.slice(-SHOWN_LINES).join('\n');
  throw new SetUpFailure(`this command failed: ${[command, ...argumentList].join(' ')}\n${hint}`.trimEnd(), {
    output,
  });
}
