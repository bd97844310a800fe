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
  readonly operator?: readonly string[];
  readonly passphraseFile?: readonly string[];
}

export interface GlobalFlags {
  readonly home: string | undefined;
  readonly region: string | undefined;
  readonly isYes: boolean;
  readonly pinFiles: PinFiles;
  /** Who calls. */
  readonly operator: string | undefined;
  readonly passphraseFile: string | undefined;
}

/** `--region` stands in the help of those commands that have it, not among the global flags. */
export const REGION_FLAG = '--region';

export function addGlobalFlags(program: Command): void {
  program
    .addOption(
      collected('--home <DIR>', "Folder of this home; else STRONGROOM_HOME, else the user's data folder"),
    )
    .addOption(collected(`${REGION_FLAG} <ID>`, 'Region identifier, where a command needs one'))
    .addOption(collected('--operator <NAME>', 'Who calls; else STRONGROOM_OPERATOR'))
    .addOption(
      collected('--output <table|json>', 'How to print; default: table on a terminal, json otherwise'),
    )
    .option('--yes', 'Answer yes to the questions that a person would be asked')
    .addOption(
      collected(
        '--pin-file <REGION=PATH>',
        "File with the PIN of a region's token (REGION: identifier, short key or token label); may be repeated; else STRONGROOM_PIN_FILE_<KEY>, else the terminal is asked",
      ),
    )
    .addOption(
      collected(
        '--passphrase-file <PATH>',
        "File with the operator's passphrase; else STRONGROOM_PASSPHRASE_FILE, else the terminal is asked",
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
  return {
    home: pathIn(currentFolder, given(typed.home, environment['STRONGROOM_HOME'], '--home')),
    region: typed.region === undefined ? undefined : onlyOne(typed.region, REGION_FLAG),
    isYes: typed.yes === true,
    operator: given(typed.operator, environment['STRONGROOM_OPERATOR'], '--operator'),
    passphraseFile: pathIn(
      currentFolder,
      given(typed.passphraseFile, environment['STRONGROOM_PASSPHRASE_FILE'], '--passphrase-file'),
    ),
    pinFiles: parsePinFiles(typed.pinFile ?? [], currentFolder),
  };
}

/** A flag's value, else its variable's; an empty variable is none, an empty flag a mistake. */
function given(
  typed: readonly string[] | undefined,
  variable: string | undefined,
  name: string,
): string | undefined {
  if (typed === undefined) return variable === '' ? undefined : variable;
  const value = onlyOne(typed, name);
  if (value !== '') return value;
  throw new UsageError('InvalidParameter', `${name} is empty.`, 'Give it a value, or leave it out.', {
    reason: 'FlagValueInvalid',
  });
}

function pathIn(folder: string, path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(folder, path);
}
