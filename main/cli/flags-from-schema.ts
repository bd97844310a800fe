import { resolve } from 'node:path';
import { z } from 'zod';
import {
  backupDestinationSchema,
  backupSourceSchema,
  bucketNameField,
  objectNameField,
  pathSchema,
} from '../../shared/contract/fields.ts';
import { displayNameSchema, sha256Schema } from '../../shared/domain/identifiers.ts';
import { regionIdSchema } from '../../shared/domain/region.ts';
import { backupDestinationFlags, backupSourceFlags } from './backup-location-flags.ts';
import type { FieldFlags, Flag } from './flag.ts';
import { onlyOne } from './flag.ts';
import { UsageError } from './usage-error.ts';

/** `sourceObjectIfMatchETag` -> `--source-object-if-match-e-tag` */
export function flagName(field: string): string {
  return `--${field.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`;
}

/**
 * The flags of a request's fields, in the schema's order.
 * @param sourceFileAliases further flags that name the file of a backup to read.
 */
export function flagsFromSchema(request: z.ZodType, sourceFileAliases: readonly string[] = []): FieldFlags[] {
  if (!(request instanceof z.ZodObject))
    throw new TypeError('A request is an object: its fields are the flags.');
  return Object.entries(request.shape as Record<string, z.ZodType>).map(([field, schema]) =>
    fieldFlags(field, schema, sourceFileAliases),
  );
}

function fieldFlags(field: string, schema: z.ZodType, sourceFileAliases: readonly string[]): FieldFlags {
  const bare = unwrap(schema);
  const isRequired = !acceptsNothing(schema);
  if (comesFrom(bare, backupDestinationSchema)) return backupDestinationFlags(field, isRequired);
  if (comesFrom(bare, backupSourceSchema)) return backupSourceFlags(field, isRequired, sourceFileAliases);
  const name = flagName(field);
  const value = valueOf(bare);
  const flag: Flag = {
    name,
    placeholder: value.placeholder,
    help: helpOf(schema, value),
    isRequired,
    isRepeatable: value.isRepeatable === true,
  };
  return {
    field,
    isRequired,
    flags: [flag],
    inWords: name,
    read: (given, currentFolder) => {
      const texts = given.get(name);
      if (texts === undefined) return undefined;
      return value.isRepeatable === true
        ? texts.map((text) => value.parse(text, name, currentFolder))
        : value.parse(onlyOne(texts, name), name, currentFolder);
    },
  };
}

/** How the text of a flag becomes a value. */
interface FlagValue {
  readonly placeholder: string;
  readonly choices?: readonly string[];
  readonly isRepeatable?: boolean;
  parse(text: string, name: string, currentFolder: string): unknown;
}

const TEXT: FlagValue = { placeholder: 'TEXT', parse: (text) => text };
const PATH: FlagValue = {
  placeholder: 'PATH',
  // An empty path would resolve to the current folder; the schema refuses it as it is.
  parse: (text, _name, currentFolder) => (text === '' ? text : resolve(currentFolder, text)),
};
const OCID: FlagValue = { ...TEXT, placeholder: 'OCID' };
/** Texts for which help has a better word. */
const NAMED_TEXTS: readonly (readonly [z.ZodType, FlagValue])[] = [
  [regionIdSchema, { ...TEXT, placeholder: 'REGION' }],
  [sha256Schema, { ...TEXT, placeholder: 'HASH' }],
  [bucketNameField, { ...TEXT, placeholder: 'NAME' }],
  [objectNameField, { ...TEXT, placeholder: 'NAME' }],
  [displayNameSchema, { ...TEXT, placeholder: 'NAME' }],
];
const NUMBER: FlagValue = {
  placeholder: 'NUMBER',
  parse: (text, name) => {
    if (!/^-?\d+(?:\.\d+)?$/.test(text)) throw invalidFlag(name, 'must be a number, in decimal digits');
    return Number(text);
  },
};
const JSON_TEXT = jsonLike('{"name":"value"}');
const JSON_LIST = jsonLike('["one","two"]');

function jsonLike(example: string): FlagValue {
  return {
    placeholder: 'JSON',
    parse: (text, name) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        throw new UsageError(
          'InvalidParameter',
          `The value of ${name} is not JSON.`,
          `Write JSON between single quotes, such as ${name} '${example}'.`,
          { reason: 'FlagNotJson' },
        );
      }
    },
  };
}

function valueOf(bare: z.ZodType): FlagValue {
  if (comesFrom(bare, pathSchema)) return PATH;
  if (bare instanceof z.ZodBoolean) return choiceOf([true, false]);
  if (bare instanceof z.ZodEnum) return choiceOf(bare.options);
  if (bare instanceof z.ZodLiteral) return choiceOf([...bare.values]);
  if (bare instanceof z.ZodArray) {
    const element = unwrap(bare.element as z.ZodType);
    return comesFrom(element, pathSchema) ? { ...PATH, isRepeatable: true } : JSON_LIST;
  }
  if (bare instanceof z.ZodUnion) {
    const options = bare.options.map((option) => valueOf(unwrap(option as z.ZodType)));
    const [first] = options;
    return first !== undefined && options.every((option) => option === first) ? first : JSON_TEXT;
  }
  switch (bare.def.type) {
    case 'string':
      return isOcid(bare) ? OCID : (NAMED_TEXTS.find(([origin]) => comesFrom(bare, origin))?.[1] ?? TEXT);
    case 'number':
    case 'int':
      return NUMBER;
    default:
      return JSON_TEXT;
  }
}

function choiceOf(values: readonly unknown[]): FlagValue {
  const choices = values.map(String);
  return {
    placeholder: choices.length === 2 ? choices.join('|') : 'CHOICE',
    choices,
    parse: (text, name) => {
      const index = choices.indexOf(text);
      if (index === -1) throw invalidFlag(name, `must be one of: ${choices.join(', ')}`);
      return values[index];
    },
  };
}

function invalidFlag(name: string, flaw: string): UsageError {
  return new UsageError('InvalidParameter', `The value of ${name} does not fit: it ${flaw}.`, 'Correct it.', {
    reason: 'FlagValueInvalid',
  });
}

/** OCID schemas say so themselves in what they refuse; this is only about the word that stands in help. */
function isOcid(bare: z.ZodType): boolean {
  const refusal = bare.safeParse('').error?.issues[0]?.message ?? '';
  return refusal.includes('OCID');
}

function helpOf(schema: z.ZodType, value: FlagValue): string {
  const defaultValue = defaultOf(schema);
  const notes = [
    ...(value.choices === undefined || value.placeholder.includes('|')
      ? []
      : [`one of: ${value.choices.join(', ')}`]),
    ...(defaultValue === undefined ? [] : [`default: ${asText(defaultValue)}`]),
    ...(value.isRepeatable === true ? ['may be repeated'] : []),
  ];
  const text = schema.description ?? descriptionInside(schema) ?? '';
  return notes.length === 0 ? text : `${text} (${notes.join('; ')})`.trim();
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function acceptsNothing(schema: z.ZodType): boolean {
  return schema.safeParse(undefined).success;
}

/** The schema inside `.optional()`, `.default()` and their like. */
function unwrap(schema: z.ZodType): z.ZodType {
  const inner = innerOf(schema);
  return inner === undefined ? schema : unwrap(inner);
}

function innerOf(schema: z.ZodType): z.ZodType | undefined {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodReadonly
  ) {
    return schema.unwrap() as z.ZodType;
  }
  return undefined;
}

function defaultOf(schema: z.ZodType): unknown {
  if (schema instanceof z.ZodDefault) return schema.def.defaultValue;
  const inner = innerOf(schema);
  return inner === undefined ? undefined : defaultOf(inner);
}

function descriptionInside(schema: z.ZodType): string | undefined {
  const inner = innerOf(schema);
  return inner === undefined ? undefined : (inner.description ?? descriptionInside(inner));
}

/** Whether a schema is `origin`, or was made from it by `.describe()`, `.max()` and their like (zod keeps the parent). */
function comesFrom(schema: z.ZodType, origin: z.ZodType): boolean {
  let ancestor: z.core.$ZodType | undefined = schema;
  while (ancestor !== undefined) {
    if (ancestor === origin) return true;
    ancestor = ancestor._zod.parent;
  }
  return false;
}

/** The only field of a request that is a path, if there is one: what a `restore-from-file` reads. */
export function pathFieldOf(request: z.ZodType): string | undefined {
  if (!(request instanceof z.ZodObject)) return undefined;
  const paths = Object.entries(request.shape as Record<string, z.ZodType>).filter(([, schema]) =>
    comesFrom(unwrap(schema), pathSchema),
  );
  return paths.length === 1 ? paths[0]?.[0] : undefined;
}
