import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { flagName, flagsFromSchema } from '../../../main/cli/flags-from-schema.ts';
import { backupSourceSchema, pathSchema, regionField } from '../../../shared/contract/fields.ts';

describe('flags from a schema', () => {
  it('names a flag after its field', () => {
    expect(flagName('vaultId')).toBe('--vault-id');
    expect(flagName('isIncludeKeys')).toBe('--is-include-keys');
    expect(flagName('sourceObjectIfMatchETag')).toBe('--source-object-if-match-e-tag');
    expect(flagName('in')).toBe('--in');
  });

  it('reads through optional, default and describe, whichever stands outside', () => {
    const [limit, kind, path] = flagsFromSchema(
      z.strictObject({
        limit: z.number().describe('inside').default(5),
        kind: z.enum(['a', 'b', 'c']).optional().describe('outside'),
        path: pathSchema.describe('a path').optional(),
      }),
    );
    expect(limit?.flags[0]).toMatchObject({
      help: 'inside (default: 5)',
      isRequired: false,
      placeholder: 'NUMBER',
    });
    expect(kind?.flags[0]).toMatchObject({ help: 'outside (one of: a, b, c)', isRequired: false });
    expect(path?.read(new Map([['--path', ['x/../y']]]), '/current')).toBe('/current/y');
  });

  it('knows paths by their schema, not by their name, also after further checks', () => {
    const [path, text] = flagsFromSchema(
      z.strictObject({ signature: pathSchema.max(10).describe('short'), path: z.string() }),
    );
    expect(path?.read(new Map([['--signature', ['a']]]), '/current')).toBe('/current/a');
    expect(text?.read(new Map([['--path', ['a']]]), '/current')).toBe('a');
    expect(path?.read(new Map([['--signature', ['']]]), '/current')).toBe('');
    expect(path?.read(new Map([['--signature', ['/absolute']]]), '/current')).toBe('/absolute');
  });

  it('repeats a flag for a list of paths, and takes any other list as JSON', () => {
    const [shares, statements] = flagsFromSchema(
      z.strictObject({ shareFile: z.array(pathSchema), statements: z.array(z.string()) }),
    );
    expect(shares?.read(new Map([['--share-file', ['a', '/b']]]), '/current')).toEqual(['/current/a', '/b']);
    expect(statements?.read(new Map([['--statements', ['["Allow"]']]]), '/current')).toEqual(['Allow']);
  });

  it.each([
    ['--count', '0x10', 'must be a number'],
    ['--count', '', 'must be a number'],
    ['--count', '1e3', 'must be a number'],
    ['--is-on', 'yes', 'must be one of: true, false'],
    ['--tags', '{not json', 'is not JSON'],
    ['--mode', 'C', 'must be one of: A, B'],
  ])('rule R74: refuses %s %j with words on what it must be', (flag, text, words) => {
    const fields = flagsFromSchema(
      z.strictObject({
        count: z.number(),
        isOn: z.boolean(),
        tags: z.record(z.string(), z.string()),
        mode: z.enum(['A', 'B']),
      }),
    );
    const field = fields.find((candidate) => candidate.flags[0]?.name === flag);
    expect(() => field?.read(new Map([[flag, [text]]]), '/')).toThrow(words);
  });

  it('refuses a second value where one is meant', () => {
    const [region] = flagsFromSchema(z.strictObject({ region: regionField }));
    expect(() => region?.read(new Map([['--region', ['eu-a-1', 'eu-b-1']]]), '/')).toThrow('more than once');
  });

  it('leaves out what was not given, so that the schema fills its default in', () => {
    const fields = flagsFromSchema(z.strictObject({ limit: z.number().default(5), at: backupSourceSchema }));
    expect(fields.map((field) => field.read(new Map(), '/'))).toEqual([undefined, undefined]);
  });
});
