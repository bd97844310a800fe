import type { Command, CommanderError } from 'commander';
import { UsageError } from './usage-error.ts';

/** What commander found wrong, as an error of our own: in the reference's codes, saying what to do next. */
export function usageErrorOf(failure: CommanderError, program: Command): UsageError {
  // A URL in the wrong place may be that of a pre-authenticated request, which is a secret.
  const message = failure.message.replace(/^error: /, '').replace(/https?:[^\s']*/gi, 'https://…');
  const suggestion = /\(Did you mean (.+?)\?\)/.exec(message)?.[1];
  const subject = /'([^']*)'/.exec(message)?.[1] ?? '';
  const noun = program.commands.find((command) => command.name() === program.args[0]);
  const verb = noun?.commands.find((command) => command.name() === program.args[1]);
  const command = ['strongroom', noun?.name(), verb?.name()].filter((word) => word !== undefined).join(' ');
  const next = `${suggestion === undefined ? '' : `Did you mean ${suggestion}? `}See ${command} --help.`;
  switch (failure.code) {
    case 'commander.unknownCommand':
      return noun === undefined
        ? new UsageError('CannotParseRequest', `There is no noun ${subject}.`, next, {
            reason: 'UnknownNoun',
          })
        : new UsageError('CannotParseRequest', `There is no verb ${subject} of ${noun.name()}.`, next, {
            reason: 'UnknownVerb',
          });
    case 'commander.help':
      return new UsageError(
        'CannotParseRequest',
        noun === undefined ? 'A noun and a verb are missing.' : `A verb of ${noun.name()} is missing.`,
        next,
        { reason: 'CommandMissing' },
      );
    case 'commander.unknownOption':
      return new UsageError('InvalidParameter', `There is no flag ${subject} here.`, next, {
        reason: 'UnknownFlag',
      });
    case 'commander.optionMissingArgument':
      return new UsageError('MissingParameter', `The flag ${subject} needs a value.`, next, {
        reason: 'FlagValueMissing',
      });
    case 'commander.excessArguments':
      return new UsageError('InvalidParameter', `Only flags are understood here: ${message}`, next, {
        reason: 'ExcessArguments',
      });
    default:
      return new UsageError('InvalidParameter', message, next);
  }
}
