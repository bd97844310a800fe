import { Command, Option } from 'commander';
import packageDescription from '../../package.json' with { type: 'json' };
import { contract } from '../../shared/contract/contract.ts';
import type { Operation } from '../../shared/contract/operation.ts';
import { workRequestStatusSchema } from '../../shared/domain/work-request.ts';
import { examples } from './examples.ts';
import type { ExtraCommand } from './extra-command.ts';
import type { Flag, GivenFlags } from './flag.ts';
import { REGION_FLAG, addGlobalFlags, collected } from './global-flags.ts';
import { REGION_FIELD, commandOf, flagsOfOperation } from './request-from-flags.ts';
import { UsageError } from './usage-error.ts';

/** What a command line asks for. */
export type Invocation =
  | {
      readonly kind: 'operation';
      readonly operation: Operation;
      readonly given: GivenFlags;
      /** Show the plan and stop; only operations with a plan have this flag. */
      readonly isDryRun: boolean;
      /** States of --wait-for-state; only operations that are work requests have this flag. */
      readonly waitForStates: readonly string[] | undefined;
    }
  | {
      readonly kind: 'extra';
      readonly command: ExtraCommand;
      readonly options: Readonly<Record<string, unknown>>;
    };

/** Where commander writes. */
export interface ProgramOutput {
  readonly width: number;
  /** Help and version that were asked for. */
  writeOut(text: string): void;
  /** Help that was not asked for. Messages of errors are not written: they are in the CommanderError. */
  writeErr(text: string): void;
}

const WAIT_FLAG = '--wait-for-state';
const DRY_RUN_FLAG = '--dry-run';
const REQUIRED_FLAGS = 'Required flags:';
const FLAGS = 'Flags:';
const GLOBAL_FLAGS = 'Global flags:';
const VERSION_FLAG = '--version';

/**
 * The command line as commander knows it: a command for every noun of the contract and one below it for every verb.
 * Commander finds the command and collects what was typed; what the values mean is told by the schemas.
 * @param onInvocation called with what was asked for; not called when help or an error came first.
 */
export function buildProgram(
  extras: readonly ExtraCommand[],
  output: ProgramOutput,
  onInvocation: (invocation: Invocation) => void,
): Command {
  const program = new Command('strongroom')
    .description(packageDescription.description)
    .usage('[global flags] <noun> <verb> [flags]')
    .optionsGroup(GLOBAL_FLAGS)
    .commandsGroup('Nouns:')
    .version(packageDescription.version, VERSION_FLAG, 'Print the version')
    .addHelpOption(helpOption())
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        output.writeOut(text);
      },
      writeErr: (text) => {
        output.writeErr(text);
      },
      outputError: () => undefined,
      getOutHelpWidth: () => output.width,
      getErrHelpWidth: () => output.width,
    })
    .configureHelp({ visibleOptions: optionsInHelp, subcommandTerm: (command) => command.name() });
  addGlobalFlags(program);
  for (const operation of Object.values<Operation>(contract)) {
    addOperation(verbCommand(program, operation.name), operation, onInvocation);
  }
  for (const extra of extras) {
    const command = verbCommand(program, `${extra.noun}.${extra.verb}`).description(extra.summary);
    extra.configure(command);
    command.action(() => {
      onInvocation({ kind: 'extra', command: extra, options: command.opts() });
    });
  }
  for (const noun of program.commands) {
    noun.summary(noun.commands.map((verb) => verb.name()).join(', '));
  }
  program.addHelpText(
    'after',
    '\nstrongroom <noun> --help lists its verbs, strongroom <noun> <verb> --help the flags of one.\n' +
      'Exit codes: 0 done; 1 refused or failed; 2 the command line is wrong.',
  );
  return program;
}

/** The command `<noun> <verb>`, its noun made when its first verb comes. */
function verbCommand(program: Command, name: string): Command {
  const [nounName = '', verbName = ''] = name.split('.');
  const noun =
    program.commands.find((candidate) => candidate.name() === nounName) ??
    program
      .command(nounName)
      .usage('<verb> [flags]')
      .addHelpOption(helpOption())
      .helpCommand(false)
      .optionsGroup(FLAGS)
      .commandsGroup('Verbs:');
  return noun.command(verbName).usage('[flags]').addHelpOption(helpOption()).optionsGroup(FLAGS);
}

function addOperation(
  command: Command,
  operation: Operation,
  onInvocation: (invocation: Invocation) => void,
): void {
  command.description(operation.summary);
  const options = new Map(
    flagsOfOperation(operation)
      .flatMap((field) => field.flags)
      .sort((one, other) => rankInHelp(one) - rankInHelp(other))
      .map((flag) => [flag.name, optionOf(flag)]),
  );
  for (const option of options.values()) command.addOption(option);
  if (operation.workRequest !== undefined) {
    command.addOption(
      collected(
        `${WAIT_FLAG} <STATE>`,
        'State in which the work request is to end, SUCCEEDED or FAILED, else the exit code is 1; may be repeated. It is waited for in any case',
      ),
    );
  }
  if (hasPlan(operation)) command.option(DRY_RUN_FLAG, 'Show the plan and change nothing');
  const example = examples[operation.name];
  if (example !== undefined)
    command.addHelpText('after', `\nExample:\n  strongroom ${commandOf(operation)} ${example}`);
  command.action(() => {
    // --region is a flag of the whole program, understood before and after noun and verb: its value is found there.
    const typed = command.optsWithGlobals<Record<string, readonly string[] | true | undefined>>();
    const attributes = new Map([...options].map(([name, option]) => [name, option.attributeName()]));
    attributes.set(REGION_FLAG, REGION_FIELD);
    const given = new Map<string, readonly string[]>();
    for (const [name, attribute] of attributes) {
      const values = typed[attribute];
      if (values !== undefined && values !== true) given.set(name, values);
    }
    const waitForStates = typed['waitForState'];
    onInvocation({
      kind: 'operation',
      operation,
      given,
      isDryRun: typed['dryRun'] === true,
      waitForStates: Array.isArray(waitForStates) ? readWaitForStates(waitForStates) : undefined,
    });
  });
}

/** @throws UsageError */
function readWaitForStates(states: readonly string[]): readonly string[] {
  const known: readonly string[] = workRequestStatusSchema.options;
  const upper = states.map((state) => state.toUpperCase());
  const unknown = upper.find((state) => !known.includes(state));
  if (unknown === undefined) return upper;
  throw new UsageError(
    'InvalidParameter',
    `${WAIT_FLAG} does not know the state ${unknown}.`,
    `States are ${known.join(', ')}.`,
    { reason: 'FlagValueInvalid' },
  );
}

export function hasPlan(operation: Operation): boolean {
  return operation.confirm !== undefined && 'plan' in operation.confirm;
}

/** What must be given stands first in help. */
function rankInHelp(flag: Flag): number {
  if (flag.isRequired) return 0;
  return flag.group === undefined ? 2 : 1;
}

function optionOf(flag: Flag): Option {
  const group = flag.group ?? (flag.isRequired ? REQUIRED_FLAGS : FLAGS);
  return collected(`${flag.name} <${flag.placeholder}>`, flag.help).helpGroup(group);
}

function helpOption(): Option {
  return new Option('--help', 'Show this help').helpGroup(GLOBAL_FLAGS);
}

/** A command's own flags and the global ones, which commander would not show. */
function optionsInHelp(command: Command): Option[] {
  const ofAncestors: Option[] = [];
  for (let ancestor = command.parent; ancestor !== null; ancestor = ancestor.parent) {
    // --region stands with the flags of those commands that have it.
    ofAncestors.push(
      ...ancestor.options.filter((option) => option.long !== REGION_FLAG && option.long !== VERSION_FLAG),
    );
  }
  return [...command.options, ...ofAncestors, helpOption()];
}
