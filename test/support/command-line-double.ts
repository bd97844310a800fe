import type { OperationName } from '../../shared/contract/contract.ts';
import { run } from '../../main/cli/run.ts';
import type { OpenStrongroom, Shell } from '../../main/cli/run.ts';
import type { ExtraCommand } from '../../main/cli/extra-command.ts';
import type { PinSources } from '../../main/operations/operation-context.ts';
import type { Progress } from '../../shared/domain/work-request.ts';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';

/** One call as the double saw it. */
export interface SeenCall {
  readonly name: OperationName;
  readonly request: unknown;
}

export interface Situation {
  readonly answer?: (call: SeenCall, onProgress: ((progress: Progress) => void) | undefined) => unknown;
  readonly recovery?: OpenStrongroom['recovery'];
  readonly hasOperators?: boolean;
  readonly isTerminal?: boolean;
  readonly columns?: number;
  readonly ask?: Shell['ask'];
  readonly environment?: Record<string, string>;
  readonly currentFolder?: string;
  readonly extras?: readonly ExtraCommand[];
  readonly signals?: EventEmitter;
}

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly calls: readonly SeenCall[];
  /** Undefined: no home was opened. */
  readonly opened: { readonly home: string | undefined; readonly pins: PinSources } | undefined;
  readonly isClosed: boolean;
  /** Names of operators that signed in. */
  readonly signedIn: readonly string[];
  /** Exit codes of ends that did not wait. */
  readonly endedNow: readonly number[];
}

/**
 * Runs the command line against a Strongroom that only answers what the test says: what is tested is the command line,
 * and some of these answers (a restore of a hundred keys, an interruption in its middle) would take a real one long.
 */
export async function runCommandLine(words: readonly string[], situation: Situation = {}): Promise<Ran> {
  const calls: SeenCall[] = [];
  const signedIn: string[] = [];
  const endedNow: number[] = [];
  let opened: Ran['opened'];
  let isClosed = false;
  const stdout = textStream(situation);
  const stderr = textStream(situation);
  const exitCode = await run(
    words,
    {
      stdout: stdout.stream,
      stderr: stderr.stream,
      environment: situation.environment ?? {},
      currentFolder: situation.currentFolder ?? '/current/folder',
      signals: situation.signals ?? new EventEmitter(),
      ask: situation.ask,
      endNow: (code) => endedNow.push(code),
      askHidden: undefined,
      readPassphraseFile: () => Promise.resolve('correct horse battery staple'),
      open: async (options) => {
        opened = options;
        return {
          recovery: situation.recovery ?? [],
          hasOperators: situation.hasOperators ?? false,
          signIn: (operatorName) => {
            signedIn.push(operatorName);
            return Promise.resolve();
          },
          call: async (name, request, callOptions) => {
            calls.push({ name, request });
            return situation.answer?.({ name, request }, callOptions?.onProgress) ?? {};
          },
          close: async () => {
            isClosed = true;
          },
        };
      },
    },
    situation.extras ?? [],
  );
  return {
    exitCode,
    stdout: stdout.text(),
    stderr: stderr.text(),
    calls,
    opened,
    isClosed,
    signedIn,
    endedNow,
  };
}

function textStream({ isTerminal = false, columns = 100 }: Situation) {
  const pieces: string[] = [];
  const stream = Object.assign(new PassThrough(), { isTTY: isTerminal, columns });
  stream.on('data', (piece: Buffer) => pieces.push(piece.toString()));
  return { stream, text: () => pieces.join('') };
}
