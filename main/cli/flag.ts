import { UsageError } from './usage-error.ts';

/** One flag as help shows it. */
export interface Flag {
  /** `--vault-id` */
  readonly name: string;
  /** What stands for the value in help: `OCID`, `PATH`, `JSON`. */
  readonly placeholder: string;
  readonly help: string;
  readonly isRequired: boolean;
  readonly isRepeatable: boolean;
  /** Heading in help, where it is none of the usual two. */
  readonly group?: string;
}

/** The values that were given, by flag name, in their order. */
export type GivenFlags = ReadonlyMap<string, readonly string[]>;

/** One field of a request and the flags that say it. */
export interface FieldFlags {
  readonly field: string;
  readonly isRequired: boolean;
  readonly flags: readonly Flag[];
  /** How a person would say what is missing: `--vault-id`, `--bucket-name or --out`. */
  readonly inWords: string;
  /**
   * @returns the field's value as the request wants it, undefined if none of its flags was given.
   * @throws UsageError
   */
  read(given: GivenFlags, currentFolder: string): unknown;
}

/** The value of a flag that may be given once. */
export function onlyOne(texts: readonly string[], name: string): string {
  const [text, second] = texts;
  if (text === undefined || second !== undefined) {
    throw new UsageError('InvalidParameter', `${name} was given more than once.`, 'Give it once.', {
      reason: 'FlagRepeated',
    });
  }
  return text;
}
