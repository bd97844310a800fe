import { createInterface } from 'node:readline/promises';
import { run } from './run.ts';
import type { Shell } from './run.ts';

/** The entry of the command line; everything of Node's that it touches is handed over here. */
const isAskable = process.stdin.isTTY && process.stderr.isTTY;

/** Default no. The terminal stays in its ordinary mode: Ctrl-C is a signal as everywhere else. */
async function ask(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    const answer = await Promise.race([
      lines.question(`${question} [y/N] `),
      // Ctrl-D: the input ends without an answer.
      new Promise<string>((resolve) => {
        lines.once('close', () => {
          resolve('');
        });
      }),
    ]);
    return /^\s*y(?:es)?\s*$/i.test(answer);
  } finally {
    lines.close();
  }
}

// A reader that has seen enough (| head) is no failure: what was asked for is done all the same.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const shell: Shell = {
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  currentFolder: process.cwd(),
  signals: process,
  ask: isAskable ? ask : undefined,
  // Loaded only when a command is really run: help must not wait for SQLite and its like.
  open: async (options) => {
    const { Strongroom } = await import('../strongroom.ts');
    return Strongroom.open({ ...options, program: 'command line', environment: process.env });
  },
  endNow: (exitCode) => process.exit(exitCode),
};

const exitCode = await run(process.argv.slice(2), shell);
if (exitCode >= 128) process.exit(exitCode);
process.exitCode = exitCode;
