import type { z } from 'zod';

/** What a value of each kind is called by somebody who types one. */
const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

/**
 * What is wrong with a value, to stand after the field's name: for parsing with `{ error: flawInWords }`. Schemas that say
 * it better themselves are not asked here.
 * @returns undefined for what is rare enough to be told in zod's own words.
 */
export function flawInWords(flaw: z.core.$ZodRawIssue): string | undefined {
  switch (flaw.code) {
    case 'invalid_type':
      if (flaw.input === undefined) return 'is missing';
      return `must be ${KINDS[flaw.expected] ?? flaw.expected}`;
    case 'too_small':
      if (flaw.origin === 'string' && Number(flaw.minimum) === 1) return 'must not be empty';
      return `must ${measure(flaw.origin, 'at least', flaw.minimum)}`;
    case 'too_big':
      return `must ${measure(flaw.origin, 'at most', flaw.maximum)}`;
    case 'invalid_value':
      return `must be ${oneOf(flaw.values)}`;
    case 'unrecognized_keys':
      return `has nothing called ${flaw.keys.join(', ')}`;
    case 'invalid_union':
      return unionFlaw(flaw);
    default:
      return undefined;
  }
}

function measure(origin: string, bound: string, limit: number | bigint): string {
  const number = limit.toLocaleString('en-US');
  if (origin === 'string') return `have ${bound} ${number} ${limit === 1 ? 'character' : 'characters'}`;
  if (origin === 'array') return `have ${bound} ${number} ${limit === 1 ? 'element' : 'elements'}`;
  return `be ${bound} ${number}`;
}

function oneOf(values: readonly unknown[]): string {
  return values.length === 1 ? String(values[0]) : `one of: ${values.map(String).join(', ')}`;
}

/** Of a union of plain values each can be named; of objects that are told apart by one field, the values of that field. */
function unionFlaw(flaw: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string | undefined {
  const { discriminator, options, errors } = flaw as {
    discriminator?: string;
    options?: readonly unknown[];
  } & typeof flaw;
  if (discriminator !== undefined && options !== undefined) return `must be ${oneOf(options)}`;
  const values = errors.map(([only, second]) =>
    second === undefined && only?.code === 'invalid_value' && only.path.length === 0
      ? only.values
      : undefined,
  );
  return values.includes(undefined) || values.length === 0
    ? undefined
    : `must be ${oneOf(values.flatMap((each) => each ?? []))}`;
}
