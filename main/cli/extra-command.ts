import type { Command } from 'commander';
import type { LaunchModuleHost } from '../strongroom.ts';
import type { OutputMode } from './output.ts';

/** What an extra command is run with. */
export interface ExtraInvocation {
  /** The values of the options that `configure` declared, by commander's attribute names. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly outputMode: OutputMode;
  readonly currentFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How a token's process is started; undefined: as on Node. */
  readonly launchModuleHost?: LaunchModuleHost | undefined;
  /** For the result: exactly one document with outputMode json. */
  readonly stdout: NodeJS.WritableStream;
  /** For a person who watches. */
  readonly stderr: NodeJS.WritableStream;
}

/** A command that is no operation of the contract. What it throws is told as any other error. */
export interface ExtraCommand {
  readonly noun: string;
  readonly verb: string;
  readonly summary: string;
  /** Declares the command's own options. */
  configure(command: Command): void;
  /** @returns the exit code. */
  run(invocation: ExtraInvocation): Promise<number>;
}
