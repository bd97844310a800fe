import { resolve } from 'node:path';
import type { FieldFlags, Flag, GivenFlags } from './flag.ts';
import { onlyOne } from './flag.ts';
import { UsageError } from './usage-error.ts';

const BUCKET = '--bucket-name';
const OBJECT = '--object-name';

/** Where a backup goes (rule R23): a bucket, or an offline file. Without an object name one is made. */
export function backupDestinationFlags(field: string, isRequired: boolean): FieldFlags {
  return locationFlags({
    field,
    isRequired,
    group: 'Where the backup goes (one of):',
    bucketHelp: 'To a bucket of the same region',
    objectHelp: 'Name of the object in the bucket; default: one is made',
    isObjectRequired: false,
    fileFlags: [['--out', 'To this offline file; an existing file is not replaced']],
  });
}

/**
 * Where a backup is (rule R40).
 * @param aliases further flags for the file, in the reference's words.
 */
export function backupSourceFlags(
  field: string,
  isRequired: boolean,
  aliases: readonly string[],
): FieldFlags {
  return locationFlags({
    field,
    isRequired,
    group: 'Where the backup is (one of):',
    bucketHelp: 'In this bucket; needs --object-name',
    objectHelp: 'Name of the object in the bucket',
    isObjectRequired: true,
    fileFlags: [
      ['--file', 'In this file'],
      ...aliases.map((alias) => [alias, 'The same as --file'] as const),
    ],
  });
}

interface LocationFlags {
  readonly field: string;
  readonly isRequired: boolean;
  readonly group: string;
  readonly bucketHelp: string;
  readonly objectHelp: string;
  readonly isObjectRequired: boolean;
  /** Name and help of each flag that names a file. */
  readonly fileFlags: readonly (readonly [name: string, help: string])[];
}

function locationFlags(location: LocationFlags): FieldFlags {
  const { field, group } = location;
  const fileNames = location.fileFlags.map(([name]) => name);
  const flag = (name: string, placeholder: string, help: string): Flag => ({
    name,
    placeholder,
    help,
    isRequired: false,
    isRepeatable: false,
    group,
  });
  return {
    field,
    isRequired: location.isRequired,
    flags: [
      flag(BUCKET, 'NAME', location.bucketHelp),
      flag(OBJECT, 'NAME', location.objectHelp),
      ...location.fileFlags.map(([name, help]) => flag(name, 'PATH', help)),
    ],
    inWords: `${BUCKET}${location.isObjectRequired ? ` with ${OBJECT}` : ''} or ${fileNames[0] ?? ''}`,
    read: (given, currentFolder) => readLocation(location, fileNames, given, currentFolder),
  };
}

function readLocation(
  location: LocationFlags,
  fileNames: readonly string[],
  given: GivenFlags,
  currentFolder: string,
): unknown {
  const chosen = [BUCKET, ...fileNames].filter((name) => given.has(name));
  const [name, second] = chosen;
  if (second !== undefined) throw contradiction(`${chosen.join(' and ')} name two places.`);
  if (name === undefined) {
    if (given.has(OBJECT)) throw missing(`${OBJECT} needs the bucket that the object is in.`, BUCKET);
    return undefined;
  }
  const value = onlyOne(given.get(name) ?? [], name);
  if (name !== BUCKET) {
    if (given.has(OBJECT)) throw contradiction(`${name} and ${OBJECT} name two places.`);
    return { destination: 'OFFLINE_FILE', file: value === '' ? value : resolve(currentFolder, value) };
  }
  const objects = given.get(OBJECT);
  if (objects === undefined) {
    if (location.isObjectRequired) throw missing(`${BUCKET} needs the object's name too.`, OBJECT);
    return { destination: 'BUCKET', bucketName: value };
  }
  return { destination: 'BUCKET', bucketName: value, objectName: onlyOne(objects, OBJECT) };
}

function contradiction(message: string): UsageError {
  return new UsageError('InvalidParameter', message, 'Keep one of them.', { reason: 'ContradictoryFlags' });
}

function missing(message: string, flag: string): UsageError {
  return new UsageError('MissingParameter', message, `Add ${flag}.`, { reason: 'FlagMissing' });
}
