import { fork, type ChildProcess, type StdioOptions } from 'node:child_process';
import { EventEmitter } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { nodeProgram } from '../start/node-program.ts';

interface ForkOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly execArgv?: string[];
  readonly cwd?: string;
  /** As one word for stdout and stderr, or as [stdin, stdout, stderr]. */
  readonly stdio?: 'pipe' | 'ignore' | 'inherit' | readonly ('pipe' | 'ignore' | 'inherit')[];
  readonly serviceName?: string;
}

const CHILD_SIDE = fileURLToPath(new URL('../start/utility-child.ts', import.meta.url));

/** Electron's UtilityProcess: here a child process of Node, which gets `process.parentPort`. */
class UtilityProcess extends EventEmitter {
  pid: number | undefined;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  readonly #child: ChildProcess;

  constructor(modulePath: string, argumentList: readonly string[], options: ForkOptions) {
    super();
    const { env = process.env, execArgv = [], cwd, stdio = 'inherit' } = options;
    this.#child = fork(modulePath, argumentList, {
      execPath: nodeProgram,
      execArgv: ['--disable-warning=ExperimentalWarning', ...execArgv, '--import', CHILD_SIDE],
      // Structured cloning, as between Electron's processes.
      serialization: 'advanced',
      stdio: stdioOf(stdio),
      env,
      ...(cwd === undefined ? {} : { cwd }),
    });
    this.stdout = this.#child.stdout;
    this.stderr = this.#child.stderr;
    this.#child.on('spawn', () => {
      this.pid = this.#child.pid;
      this.emit('spawn');
    });
    this.#child.on('message', (message) => this.emit('message', message));
    this.#child.on('error', (error) => this.emit('error', 'FatalError', error.message, ''));
    this.#child.on('exit', (exitCode) => {
      this.pid = undefined;
      // Electron gives the code of a killed process as the signal's wait status; that it is not 0 is what counts.
      this.emit('exit', exitCode ?? 1);
    });
  }

  postMessage(message: unknown): void {
    if (this.#child.connected) this.#child.send(message as object);
  }

  kill(): boolean {
    return this.#child.kill();
  }
}

/** Electron's `utilityProcess`. */
export const utilityProcess = {
  fork(modulePath: string, argumentList: readonly string[] = [], options: ForkOptions = {}): UtilityProcess {
    return new UtilityProcess(modulePath, argumentList, options);
  },
};

function stdioOf(stdio: NonNullable<ForkOptions['stdio']>): StdioOptions {
  const [, output, errors] = typeof stdio === 'string' ? ['ignore', stdio, stdio] : stdio;
  // A utility process has no standard input in Electron either.
  return ['ignore', output, errors, 'ipc'];
}
