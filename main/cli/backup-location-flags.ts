import { resolve } from 'node:path';
import type { FieldFlags, Flag, GivenFlags } from './flag.ts';
import { onlyOne } from './flag.ts';
import { UsageError } from './usage-error.ts';

const BUCKET = '--bucket-name';
const OBJECT = '--object-name';
const URI = '--uri';
const CA_FILE = '--ca-file';

/** Where a backup goes (rule R23): a bucket, a pre-authenticated URL, or an offline file. Without an object name one is made. */
export function backupDestinationFlags(field: string, isRequired: boolean): FieldFlags {
  return locationFlags({
    field,
    isRequired,
    group: 'Where the backup goes (one of):',
    bucketHelp: 'To a bucket of the same region',
    objectHelp: 'Name of the object in the bucket; default: one is made',
    isObjectRequired: false,
    uriHelp: 'To this URL of a pre-authenticated request, ObjectReadWrite',
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
    uriHelp: 'Under this URL of a pre-authenticated request',
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
  readonly uriHelp: string;
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
      flag(URI, 'URL', location.uriHelp),
      flag(CA_FILE, 'PATH', "With --uri: the certificate of the server's own authority, PEM"),
      ...location.fileFlags.map(([name, help]) => flag(name, 'PATH', help)),
    ],
    inWords: `${BUCKET}${location.isObjectRequired ? ` with ${OBJECT}` : ''}, ${URI} or ${fileNames[0] ?? ''}`,
    read: (given, currentFolder) => readLocation(location, fileNames, given, currentFolder),
  };
}

function readLocation(
  location: LocationFlags,
  fileNames: readonly string[],
  given: GivenFlags,
  currentFolder: string,
): unknown {
  const [name, second] = [BUCKET, URI, ...fileNames].filter((flag) => given.has(flag));
  if (second !== undefined) throw contradiction(`${name ?? ''} and ${second} name two places.`);
  for (const [part, whole] of [
    [OBJECT, BUCKET],
    [CA_FILE, URI],
  ] as const) {
    if (!given.has(part) || name === whole) continue;
    if (name === undefined) throw missing(`${part} belongs to ${whole}.`, whole);
    throw contradiction(`${name} and ${part} do not belong together: ${part} goes with ${whole}.`);
  }
  if (name === undefined) return undefined;
  const value = onlyOne(given.get(name) ?? [], name);
  switch (name) {
    case BUCKET: {
      const objects = given.get(OBJECT);
      if (objects !== undefined) {
        return { destination: 'BUCKET', bucketName: value, objectName: onlyOne(objects, OBJECT) };
      }
      if (location.isObjectRequired) throw missing(`${BUCKET} needs the object's name too.`, OBJECT);
      return { destination: 'BUCKET', bucketName: value };
    }
    case URI: {
      const files = given.get(CA_FILE);
      return {
        destination: 'PRE_AUTHENTICATED_REQUEST_URI',
        uri: value,
        ...(files === undefined ? {} : { caFile: pathFrom(currentFolder, onlyOne(files, CA_FILE)) }),
      };
    }
    default:
      return { destination: 'OFFLINE_FILE', file: pathFrom(currentFolder, value) };
  }
}

/** An empty path would resolve to the current folder; the schema refuses it as it is. */
function pathFrom(currentFolder: string, path: string): string {
  return path === '' ? path : resolve(currentFolder, path);
}

function contradiction(message: string): UsageError {
  return new UsageError('InvalidParameter', message, 'Keep one of them.', { reason: 'ContradictoryFlags' });
}

function missing(message: string, flag: string): UsageError {
  return new UsageError('MissingParameter', message, `Add ${flag}.`, { reason: 'FlagMissing' });
}
