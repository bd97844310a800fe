import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { run } from '../../main/cli/run.ts';
import type { Strongroom } from '../../main/strongroom.ts';
import type { RequestInput } from '../../shared/contract/contract.ts';

export interface CommandLineResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command of the real command line on a home that is open already, and stays so. */
export async function commandLineOn(
  strongroom: Strongroom,
  words: readonly string[],
  currentFolder: string,
): Promise<CommandLineResult> {
  const [stdout, stderr] = [textStream(), textStream()];
  const exitCode = await run(words, {
    stdout: stdout.stream,
    stderr: stderr.stream,
    environment: {},
    currentFolder,
    signals: new EventEmitter(),
    ask: undefined,
    askHidden: undefined,
    readPassphraseFile: () => Promise.resolve(''),
    endNow: () => undefined,
    open: () =>
      Promise.resolve({
        recovery: [],
        // Its officer has signed in.
        hasOperators: false,
        signIn: () => Promise.resolve(),
        call: (name, request, options) =>
          strongroom.call(name, request as RequestInput<typeof name>, options),
        close: () => Promise.resolve(),
      }),
  });
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

function textStream() {
  const pieces: string[] = [];
  const stream = Object.assign(new PassThrough(), { isTTY: false, columns: 160 });
  stream.on('data', (piece: Buffer) => pieces.push(piece.toString()));
  return { stream, text: () => pieces.join('') };
}
