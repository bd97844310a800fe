import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { onlyOne } from './flag.ts';
import type { OutputMode } from './output.ts';
import type { PinFiles } from './pin-flags.ts';
import { parsePinFiles } from './pin-flags.ts';
import { UsageError } from './usage-error.ts';

/** The global flags, as typed: commander only collects, what they mean is read later. */
export interface TypedGlobalFlags {
  readonly home?: readonly string[];
  readonly region?: readonly string[];
  readonly output?: readonly string[];
  readonly yes?: boolean;
  readonly pinFile?: readonly string[];
}

export interface GlobalFlags {
  readonly home: string | undefined;
  readonly region: string | undefined;
  readonly isYes: boolean;
  readonly pinFiles: PinFiles;
}

/** `--region` stands in the help of those commands that have it, not among the global flags. */
export const REGION_FLAG = '--region';

export function addGlobalFlags(program: Command): void {
  program
    .addOption(
      collected('--home <DIR>', "Folder of this home; else STRONGROOM_HOME, else the user's data folder"),
    )
    .addOption(collected(`${REGION_FLAG} <ID>`, 'Region identifier, where a command needs one'))
    .addOption(
      collected('--output <table|json>', 'How to print; default: table on a terminal, json otherwise'),
    )
    .option('--yes', 'Answer yes to the questions that a person would be asked')
    .addOption(
      collected(
        '--pin-file <REGION=PATH>',
        "File with the PIN of a region's token (REGION: identifier, short key or token label); may be repeated; else STRONGROOM_PIN_FILE_<KEY>, else the terminal is asked",
      ),
    );
}

/** An option that keeps every value it is given: a second one is an error that must be seen, not the last one's win. */
export function collected(flags: string, help: string): Option {
  return new Option(flags, help).argParser((value: string, before: readonly string[] | undefined) => [
    ...(before ?? []),
    value,
  ]);
}

/**
 * @param isTerminal whether stdout is one.
 * @throws UsageError
 */
export function readOutputMode(typed: TypedGlobalFlags, isTerminal: boolean): OutputMode {
  if (typed.output === undefined) return isTerminal ? 'table' : 'json';
  const mode = onlyOne(typed.output, '--output');
  if (mode !== 'table' && mode !== 'json') {
    throw new UsageError(
      'InvalidParameter',
      '--output is neither table nor json.',
      'Write --output table or --output json.',
      {
        reason: 'FlagValueInvalid',
      },
    );
  }
  return mode;
}

/** @throws UsageError */
export function readGlobalFlags(
  typed: TypedGlobalFlags,
  environment: Readonly<Record<string, string | undefined>>,
  currentFolder: string,
): GlobalFlags {
  const home = typed.home === undefined ? environment['STRONGROOM_HOME'] : onlyOne(typed.home, '--home');
  if (home === '' && typed.home !== undefined) {
    throw new UsageError('InvalidParameter', '--home is empty.', 'Name a folder.', {
      reason: 'FlagValueInvalid',
    });
  }
  return {
    home: home === undefined || home === '' ? undefined : resolve(currentFolder, home),
    region: typed.region === undefined ? undefined : onlyOne(typed.region, REGION_FLAG),
    isYes: typed.yes === true,
    pinFiles: parsePinFiles(typed.pinFile ?? [], currentFolder),
  };
}
