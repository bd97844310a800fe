import { operationNamed } from '../../shared/contract/contract.ts';
import { keyStateSchema, vaultStateSchema } from '../../shared/domain/lifecycle.ts';

/** Figures, times and constants in words, the same ones everywhere in the window. */

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const figures = new Intl.NumberFormat('en');

const UNITS = [
  ['year', 365 * 24 * 3600],
  ['month', 30 * 24 * 3600],
  ['week', 7 * 24 * 3600],
  ['day', 24 * 3600],
  ['hour', 3600],
  ['minute', 60],
] as const;

/** `2026-11-24 12:38 UTC` */
export function absoluteTime(value: string): string {
  const time = new Date(value);
  if (Number.isNaN(time.getTime())) return value;
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `3 minutes ago`, `in 12 days` */
export function relativeTime(value: string, now: Date): string {
  const seconds = (new Date(value).getTime() - now.getTime()) / 1000;
  for (const [unit, length] of UNITS) {
    if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit);
  }
  return 'just now';
}

/** `about 2 minutes left`; undefined where nothing is known. */
export function timeLeftInWords(milliseconds: number | undefined): string | undefined {
  if (milliseconds === undefined) return undefined;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 5) return 'a few seconds left';
  if (seconds < 60) return `about ${Math.ceil(seconds / 5) * 5} seconds left`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `about ${countOf(minutes, 'minute')} left`;
  return `about ${countOf(Math.round(minutes / 60), 'hour')} left`;
}

/** 10,000 */
export function figure(value: number): string {
  return figures.format(value);
}

/** `1 key`, `3 keys`, `2 copies` */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${figure(count)} ${count === 1 ? one : many}`;
}

/** `1.4 MiB` */
export function bytesInWords(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return unit === 0 ? countOf(bytes, 'byte') : `${value.toFixed(value < 10 ? 1 : 0)} ${units[unit] ?? ''}`;
}

/** `BACKUP_IN_PROGRESS` -> `Backup in progress` */
export function constantInWords(constant: string): string {
  const words = constant.replaceAll('_', ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The part of an OCID that tells it from others: `…x7k2ab`. */
export function shortOcid(ocid: string): string {
  return `…${ocid.slice(-8)}`;
}

/** A flag of the command line with what is given to it, and several of them: `--module and --token-label`. */
const FLAG = '--[a-z][a-z-]*(?: (?:true|[A-Z][A-Z_=]+))?';
const FLAGS = `${FLAG}(?:(?:, | or | and )${FLAG})*`;

/** What main's sentences have of the command line, and what the window says in its place. */
const COMMAND_WORDS: readonly (readonly [RegExp, string])[] = [
  // `Use another home (--home DIR).`, `… (or STRONGROOM_OPERATOR)`, `Look at its state (get).`
  [new RegExp(` \\((?:${FLAGS}|or STRONGROOM_[A-Z]+|get|cancel-deletion)\\)`, 'g'), ''],
  // `… say so with --is-delete-last-copy true.`, `Name it: --display-name or --freeform-tags.`
  [new RegExp(`(?: (?:with|by)|:) ${FLAGS}`, 'g'), ''],
  // `Leave --module out.`
  [/--([a-z][a-z-]*)/g, 'the $1'],
  [/\bSee strongroom [a-z -]*the help\./g, 'Put it right, then try again.'],
  [/\brun the same command again\b/g, 'do the same again'],
];

function withoutCommands(sentence: string): string {
  const withoutOperations = sentence.replace(
    / \(([a-z-]+) ([a-z-]+)(?:[ ,][^)]*)?\)/g,
    (brackets, noun: string, verb: string) =>
      operationNamed(`${noun}.${verb}`) === undefined ? brackets : '',
  );
  return COMMAND_WORDS.reduce((words, [found, instead]) => words.replace(found, instead), withoutOperations);
}

/** States whose words in a sentence are not just their own in small letters. */
const STATE_WORDS: Readonly<Record<string, string>> = {
  CREATING: 'being created',
  ENABLING: 'being enabled',
  DISABLING: 'being disabled',
  UPDATING: 'being changed',
  BACKUP_IN_PROGRESS: 'being backed up',
  RESTORING: 'being restored',
  PENDING_DELETION: 'scheduled for deletion',
  SCHEDULING_DELETION: 'being scheduled for deletion',
  CANCELLING_DELETION: 'being kept from deletion',
  DELETING: 'being destroyed',
};
const STATES = [...vaultStateSchema.options, ...keyStateSchema.options].join('|');
/** Only where main says states, `is X`, `it X or Y`, `only X and Y`: elsewhere it is a name that somebody gave. */
const STATE = new RegExp(`(?<=\\b(?:is|it|or|and|only) )(?:${STATES})\\b`, 'g');
const TYPE = /\b(?:SOFTWARE|DEFAULT|VIRTUAL_PRIVATE)(?= (?:key|vault)s?\b)/g;

function constantsAsWords(sentence: string): string {
  return sentence
    .replace(STATE, (state) => STATE_WORDS[state] ?? constantInWords(state).toLowerCase())
    .replace(TYPE, (type, offset: number, whole: string) => {
      const isFirst = offset === 0 || whole.slice(0, offset).endsWith('. ');
      return isFirst ? constantInWords(type) : constantInWords(type).toLowerCase();
    });
}

/**
 * A sentence of main as the window says it: without the command line's words, for which a button or a field stands here, and
 * with states as the window calls them. `Use another home (--home DIR).` -> `Use another home.`; `It is PENDING_DELETION;
 * only ENABLED keys are backed up.` -> `It is scheduled for deletion; only enabled keys are backed up.`
 */
export function inWindowWords(sentence: string): string {
  return constantsAsWords(withoutCommands(sentence));
}
