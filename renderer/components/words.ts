import { operationNamed } from '../../shared/contract/contract.ts';

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

/**
 * A sentence of main without the command line's words in brackets, `Enrol a second token (region enrol-request).`: here
 * a button stands for them.
 */
export function withoutCommands(sentence: string): string {
  return sentence.replace(
    / \(([a-z-]+) ([a-z-]+)(?:[ ,][^)]*)?\)/g,
    (brackets, noun: string, verb: string) =>
      operationNamed(`${noun}.${verb}`) === undefined ? brackets : '',
  );
}
