import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { CallMessage } from './module-call.ts';

/** How a token's process ended. `errorOutput` is the end of what it wrote to stderr, 4 KiB at most. */
export interface ModuleHostExit {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly errorOutput: string;
}

/** main's end of a token's process. It keeps this process alive only between `hold` and `release`. */
export interface ModuleHostConnection {
  post(message: CallMessage): void;
  /** What comes is unknown until checked: the module runs in the process that sends it. */
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, after the last message was delivered. */
  onExit(listener: (exit: ModuleHostExit) => void): void;
  /** SIGTERM lets the process put a terminal's echo back; SIGKILL also ends one that hangs inside its module. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
  hold(): void;
  release(): void;
}

export interface ModuleHostEntry {
  readonly path: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Starts a token's process. Electron's utilityProcess fits behind it as well as Node's fork. */
export type LaunchModuleHost = (entry: ModuleHostEntry) => ModuleHostConnection;

const ERROR_OUTPUT_LIMIT = 4096;

/** How long after the exit the last messages may take; only a grandchild that holds the pipes open needs it. */
const DRAIN_MILLISECONDS = 250;

/** The process's entry: its source where this file runs from source, else the bundle beside this one. */
export function moduleHostPath(): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`./module-host.${extension}`, import.meta.url));
}

/**
 * What the modules known to us read from their environment, and what any library may count on. The list is one of
 * what is allowed: the process that holds the PINs gets no NODE_OPTIONS or LD_PRELOAD, no STRONGROOM_* file names, and
 * none of the cloud credentials that lie about in shells. Another module's variables go through `further`.
 */
const PASSED_VARIABLES =
  /^(PATH|HOME|USER|LOGNAME|TMPDIR|TMP|TEMP|TZ|TERM|LANG|LANGUAGE|LC_[A-Z]+|SYSTEMROOT|APPDATA|LOCALAPPDATA|PROGRAMDATA|XDG_(RUNTIME_DIR|CONFIG_HOME|DATA_HOME)|SOFTHSM2_CONF|NSS_[A-Z_]+|OCK_[A-Z_]+|OPENCRYPTOKI[A-Z_]*|PKCSLIB|TPM2_PKCS11_[A-Z_]+|TSS2_[A-Z_]+|OPENSC_[A-Z_]+|P11_KIT_[A-Z_]+|PCSCLITE_[A-Z_]+|YUBIHSM_PKCS11_[A-Z_]+|ChrystokiConfigurationPath|NFAST_[A-Z_]+|CKNFAST_[A-Z_]+|CS_PKCS11_R[23]_CFG|PRIMUS_[A-Z_]+)$/;

export function moduleHostEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  further: Readonly<Record<string, string | undefined>> = {},
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined && PASSED_VARIABLES.test(name)) environment[name] = value;
  }
  for (const [name, value] of Object.entries(further)) {
    if (value === undefined) Reflect.deleteProperty(environment, name);
    else environment[name] = value;
  }
  return environment;
}

/** Node's fork. The module's stdout goes nowhere: the command line's own stdout is a document that others parse. */
export const forkModuleHost: LaunchModuleHost = (entry) => {
  const child = fork(entry.path, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: entry.environment,
    ...withoutCoreDumps(),
  });

  let errorOutput = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errorOutput = (errorOutput + text).slice(-ERROR_OUTPUT_LIMIT);
  });

  let exit: Omit<ModuleHostExit, 'errorOutput'> | undefined;
  let onExit: ((exit: ModuleHostExit) => void) | undefined;
  const reportExit = (): void => {
    if (exit === undefined) return;
    onExit?.({ ...exit, errorOutput });
    onExit = undefined;
  };
  child.on('error', (error) => {
    // The process did not start, or a message could not be sent to one that is ending; its exit is reported by itself.
    errorOutput = `${errorOutput}${error.message}\n`.slice(-ERROR_OUTPUT_LIMIT);
    if (child.pid === undefined) {
      exit = { exitCode: undefined, signal: undefined };
      reportExit();
    }
  });
  child.on('exit', (exitCode, signal) => {
    exit = { exitCode: exitCode ?? undefined, signal: signal ?? undefined };
    setTimeout(reportExit, DRAIN_MILLISECONDS);
  });
  child.on('close', reportExit);

  return {
    post: (message) => {
      // A failure to send is the process's end on its way, which onExit tells.
      if (child.connected) child.send(message, () => undefined);
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void (onExit = listener),
    kill: (signal) => void child.kill(signal),
    hold: () => {
      child.ref();
      child.channel?.ref();
    },
    release: () => {
      child.unref();
      child.channel?.unref();
      // A child's stderr is a socket, which Node can let go of; its type says only that it is a stream.
      const errorStream: { unref?: () => void } | null = child.stderr as { unref?: () => void } | null;
      errorStream?.unref?.();
    },
  };
};

/** A crash of the module must not leave a core file with the PIN in it (rule R71): the shell forbids them, then steps aside. */
function withoutCoreDumps(): { execPath?: string; execArgv: string[] } {
  if (process.platform === 'win32') return { execArgv: [] };
  return { execPath: '/bin/sh', execArgv: ['-c', 'ulimit -c 0; exec "$0" "$@"', process.execPath] };
}
