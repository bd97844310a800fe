import type { Command } from 'commander';
import { CommanderError } from 'commander';
import type { OperationName } from '../../shared/contract/contract.ts';
import type { Operation } from '../../shared/contract/operation.ts';
import { toStrongroomError } from '../../shared/domain/errors.ts';
import type { Progress } from '../../shared/domain/work-request.ts';
import type { LaunchModuleHost, PassphraseSources, PinSources } from '../strongroom.ts';
import type { Strongroom } from '../strongroom.ts';
import { usageErrorOf } from './commander-errors.ts';
import type { Ask, Confirmation, Request } from './confirm.ts';
import { confirmed, requireAnswerable } from './confirm.ts';
import { EXIT, exitCodeOf } from './exit.ts';
import { extraCommands } from './extra-commands.ts';
import type { ExtraCommand } from './extra-command.ts';
import type { TypedGlobalFlags } from './global-flags.ts';
import { readGlobalFlags, readOutputMode } from './global-flags.ts';
import type { SignalSource } from './interruption.ts';
import { Interruption } from './interruption.ts';
import type { OutputStream } from './output.ts';
import { Output, widthOf } from './output.ts';
import { passphraseSources } from './passphrase-flags.ts';
import type { AskHidden } from './passphrase-flags.ts';
import { pinSources } from './pin-flags.ts';
import { buildProgram } from './program.ts';
import type { Invocation } from './program.ts';
import { ProgressBar } from './progress-bar.ts';
import { recoveryLines } from './recovery-words.ts';
import { requestFromFlags } from './request-from-flags.ts';

/** What the command line needs of Strongroom. Requests are parsed by it from unknown, so no more is promised here. */
export interface OpenStrongroom {
  readonly recovery: Strongroom['recovery'];
  /** Whether calls need a signed-in operator (rule R62). */
  readonly hasOperators: boolean;
  signIn(operatorName: string): Promise<unknown>;
  call(
    name: OperationName,
    request: unknown,
    options?: { readonly onProgress?: (progress: Progress) => void },
  ): Promise<unknown>;
  close(): Promise<void>;
}

/** Everything that the command line touches outside itself. */
export interface Shell {
  readonly stdout: OutputStream & NodeJS.WritableStream;
  readonly stderr: OutputStream & NodeJS.WritableStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly currentFolder: string;
  readonly signals: SignalSource;
  /** Undefined where there is no terminal to ask on. */
  readonly ask: Ask;
  /** Asks without echo; undefined where there is no terminal to ask on. */
  readonly askHidden: AskHidden;
  /** Reads a file of --passphrase-file. */
  readPassphraseFile(path: string): Promise<string>;
  open(options: {
    readonly home: string | undefined;
    readonly pins: PinSources;
    readonly passphrases: PassphraseSources;
  }): Promise<OpenStrongroom>;
  /** How a token's process is started; undefined: as on Node. */
  readonly launchModuleHost?: LaunchModuleHost | undefined;
  /** Ends the program at once. */
  endNow(exitCode: number): void;
}

type OperationInvocation = Extract<Invocation, { kind: 'operation' }>;

/** Longest line of help. */
const HELP_WIDTH = 110;

/**
 * Runs one command.
 * @param words what was typed after the program's name.
 * @returns the exit code: 0 done; 1 refused or failed; 2 the command line is wrong; 128 and more: ended by a signal.
 */
export async function run(
  words: readonly string[],
  shell: Shell,
  extras: readonly ExtraCommand[] = extraCommands,
): Promise<number> {
  const isTerminal = shell.stdout.isTTY === true;
  let output = new Output(isTerminal ? 'table' : 'json', shell.stdout, shell.stderr);
  try {
    let invocation: Invocation | undefined;
    const unaskedHelp: string[] = [];
    const program = buildProgram(
      extras,
      {
        width: Math.min(widthOf(shell.stdout), HELP_WIDTH),
        writeOut: (text) => shell.stdout.write(text),
        writeErr: (text) => unaskedHelp.push(text),
      },
      (asked) => {
        invocation = asked;
      },
    );
    const failure = parse(program, words);
    const typed = program.opts<TypedGlobalFlags>();
    output = new Output(readOutputMode(typed, isTerminal), shell.stdout, shell.stderr);
    if (failure !== undefined) {
      if (failure.exitCode === EXIT.done) return EXIT.done;
      if (output.mode === 'table' && unaskedHelp.length > 0) shell.stderr.write(`${unaskedHelp.join('')}\n`);
      throw usageErrorOf(failure, program);
    }
    if (invocation?.kind === 'operation') return await runOperation(invocation, typed, shell, output);
    if (invocation?.kind === 'extra') {
      return await invocation.command.run({ ...shell, options: invocation.options, outputMode: output.mode });
    }
    throw new TypeError('Commander found neither a command nor an error.');
  } catch (thrown) {
    const failure = toStrongroomError(thrown);
    output.error(failure);
    return exitCodeOf(failure);
  }
}

/**
 * Whether the answer is a good one (rule R52), and a work request ended as --wait-for-state wants. A command returns when
 * its work has ended, and fails with its error if that failed: what was answered has SUCCEEDED.
 */
function isAsWanted(
  operation: Operation,
  answer: unknown,
  waitForStates: readonly string[] | undefined,
): boolean {
  const { failsWhenFalse } = operation;
  const isGood =
    failsWhenFalse === undefined || (answer as Readonly<Record<string, unknown>>)[failsWhenFalse] !== false;
  return isGood && (waitForStates === undefined || waitForStates.includes('SUCCEEDED'));
}

/** @returns what commander has to say: an error, or that help was shown. */
function parse(program: Command, words: readonly string[]): CommanderError | undefined {
  try {
    program.parse(words, { from: 'user' });
    return undefined;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown;
    throw thrown;
  }
}

async function runOperation(
  invocation: OperationInvocation,
  typed: TypedGlobalFlags,
  shell: Shell,
  output: Output,
): Promise<number> {
  const { operation, given, isDryRun, waitForStates } = invocation;
  const { environment, currentFolder, ask } = shell;
  const globals = readGlobalFlags(typed, environment, currentFolder);
  const request = requestFromFlags(operation, given, currentFolder);
  const confirmation: Confirmation = { operation, request, isYes: globals.isYes, isDryRun, ask };
  requireAnswerable(confirmation);

  const bar = new ProgressBar(shell.stderr, environment);
  const clearBar = (): void => {
    bar.clear();
  };
  const pins = pinSources(globals.pinFiles, environment, currentFolder, clearBar);
  const passphrases = passphraseSources(
    globals.operator,
    globals.passphraseFile,
    (path) => shell.readPassphraseFile(path),
    shell.askHidden,
    clearBar,
  );
  using interruption = new Interruption(
    shell.signals,
    () => {
      bar.clear();
      // The terminal has put ^C on the line.
      output.tell(['', 'Stopping in order; Ctrl-C again ends at once.']);
    },
    (exitCode) => {
      shell.endNow(exitCode);
    },
  );
  const opening = shell.open({ home: globals.home, pins, passphrases });
  const strongroom = await interruption.orInterrupted(opening).catch(async (failure: unknown) => {
    await opening.then((opened) => opened.close()).catch(() => undefined);
    throw failure;
  });
  try {
    output.tell(recoveryLines(strongroom.recovery));
    const isSignedIn = operation.permission !== undefined || operation.isAboutCaller === true;
    if (globals.operator !== undefined && isSignedIn && strongroom.hasOperators) {
      await interruption.orInterrupted(strongroom.signIn(globals.operator));
    }
    const options = output.tellsPeople
      ? {
          onProgress: (progress: Progress) => {
            bar.show(progress);
          },
        }
      : {};
    const call = async (name: OperationName, asked: Request): Promise<unknown> => {
      try {
        return await interruption.orInterrupted(strongroom.call(name, asked, options));
      } finally {
        bar.clear();
      }
    };
    const agreed = await interruption.orInterrupted(confirmed(confirmation, call, output));
    if (agreed === undefined) return EXIT.done;
    const answer = await call(operation.name as OperationName, agreed);
    await output.result(operation.name, answer);
    return isAsWanted(operation, answer, waitForStates) ? EXIT.done : EXIT.failed;
  } finally {
    bar.clear();
    await strongroom.close();
  }
}
