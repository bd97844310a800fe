import { createInterface } from 'node:readline/promises';
import { run } from './run.ts';
import { askHidden } from './hidden-question.ts';
import type { Shell } from './run.ts';

/**
 * Runs the command line in this process: everything of Node's that it touches is handed over here.
 * @param words what was typed after the program's name.
 * @param strongroom opens a home, and reads what must be read before.
 * @returns the exit code.
 */
export async function runOnNode(
  words: readonly string[],
  strongroom: Pick<Shell, 'open' | 'readPassphraseFile' | 'launchModuleHost'>,
): Promise<number> {
  // A reader that has seen enough (| head) is no failure: what was asked for is done all the same.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  return run(words, {
    stdout: process.stdout,
    stderr: process.stderr,
    environment: process.env,
    currentFolder: process.cwd(),
    signals: process,
    askHidden:
      process.stdin.isTTY && process.stderr.isTTY
        ? (question) => askHidden(process.stdin, process.stderr, question)
        : undefined,
    ask: process.stdin.isTTY && process.stderr.isTTY ? askOnTerminal : undefined,
    ...strongroom,
    endNow: (code) => process.exit(code),
  });
}

/** Default no. The terminal stays in its ordinary mode, so that Ctrl-C is a signal as everywhere else. */
async function askOnTerminal(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    const { promise: ended, resolve } = Promise.withResolvers<string>();
    // Ctrl-D: the input ends without an answer.
    lines.once('close', () => resolve(''));
    const answer = await Promise.race([lines.question(`${question} [y/N] `), ended]);
    return /^\s*y(?:es)?\s*$/i.test(answer);
  } finally {
    lines.close();
  }
}
