import { describe, expect, it } from 'vitest';
import { buildProgram } from '../../../main/cli/program.ts';
import type { Invocation } from '../../../main/cli/program.ts';
import { examples } from '../../../main/cli/examples.ts';
import { listColumns, valueAt } from '../../../main/cli/tables.ts';
import { flagName } from '../../../main/cli/flags-from-schema.ts';
import { flagsOfOperation, requestFromFlags } from '../../../main/cli/request-from-flags.ts';
import { contract } from '../../../shared/contract/contract.ts';
import { backupDestinationSchema, backupSourceSchema } from '../../../shared/contract/fields.ts';
import type { Operation } from '../../../shared/contract/operation.ts';
import { z } from 'zod';
import { errorOf } from '../../support/error-of.ts';
import { fieldsOf, sampleOcid, sampleValue } from '../../support/request-samples.ts';

const operations = Object.values<Operation>(contract);

/** What commander makes of a command line. */
function parsed(words: readonly string[]): { invocation: Invocation; shown: string } {
  let invocation: Invocation | undefined;
  let shown = '';
  const output = { width: 1000, writeOut: (text: string) => (shown += text), writeErr: () => undefined };
  const program = buildProgram([], output, (asked) => (invocation = asked));
  try {
    program.parse(words, { from: 'user' });
  } catch (thrown) {
    if (!words.includes('--help')) throw thrown;
  }
  return { invocation: invocation!, shown };
}

function requestOf(words: readonly string[], currentFolder = '/current'): unknown {
  const { invocation } = parsed(words);
  if (invocation.kind !== 'operation') throw new Error('This is no operation.');
  return requestFromFlags(invocation.operation, invocation.given, currentFolder);
}

/** Flags for a value, as a person would type them: several files are the same flag several times. */
function typed(operation: Operation, field: string, value: unknown): string[] {
  const [flag] = flagsOfOperation(operation).find((each) => each.field === field)?.flags ?? [];
  if (Array.isArray(value) && flag?.isRepeatable === true) {
    return value.flatMap((each: string) => [flagName(field), each]);
  }
  return [flagName(field), typeof value === 'string' ? value : JSON.stringify(value)];
}

/** The backup locations that a field may hold, with their flags; undefined if it holds something else. */
function locations(schema: z.ZodType): { value: unknown; flags: string[] }[] | undefined {
  const inBucket = { destination: 'BUCKET', bucketName: 'bucket', objectName: 'object' };
  const inFile = { destination: 'OFFLINE_FILE', file: '/somewhere/a file' };
  const uri = 'https://objects.example/p/token/o/a.backup';
  const behindUri = { destination: 'PRE_AUTHENTICATED_REQUEST_URI', uri, caFile: '/somewhere/ca.pem' };
  if (!schema.safeParse(inBucket).success || schema.safeParse({ any: 'tag' }).success) return undefined;
  const isDestination = schema.safeParse({ destination: 'BUCKET', bucketName: 'bucket' }).success;
  return [
    { value: inBucket, flags: ['--bucket-name', 'bucket', '--object-name', 'object'] },
    { value: inFile, flags: [isDestination ? '--out' : '--file', inFile.file] },
    { value: behindUri, flags: ['--uri', uri, '--ca-file', behindUri.caFile] },
  ];
}

describe.each(operations.map((operation) => [operation.name, operation] as const))(
  '%s',
  (name, operation) => {
    const command = name.split('.');

    it('has a flag for every field, and what was typed comes out as it was meant', () => {
      for (const location of [0, 1, 2]) {
        const meant: Record<string, unknown> = {};
        const flags: string[] = [];
        for (const [field, schema] of fieldsOf(operation.request)) {
          const choices = locations(schema);
          const choice = choices?.[location];
          meant[field] = choice === undefined ? sampleValue(field, schema) : choice.value;
          flags.push(...(choice?.flags ?? typed(operation, field, meant[field])));
        }
        expect(requestOf([...command, ...flags])).toEqual(meant);
        expect(operation.request.safeParse(meant).error).toBeUndefined();
      }
    });

    it('has a flag that no global flag and no other field takes', () => {
      const globals = ['--home', '--output', '--yes', '--pin-file', '--help', '--version', '--dry-run'];
      const names = flagsOfOperation(operation).flatMap((field) => field.flags.map((flag) => flag.name));
      expect(new Set([...globals, ...names]).size).toBe(globals.length + names.length);
      // Commander would read --no-x as the denial of --x.
      expect(names.filter((flag) => flag.startsWith('--no-'))).toEqual([]);
    });

    it('shows every flag in help, what is required under that heading', () => {
      const { shown } = parsed([...command, '--help']);
      expect(shown).toContain(operation.summary);
      const required = /Required flags:\n([^]*?)\n\n/.exec(shown)?.[1] ?? '';
      for (const field of flagsOfOperation(operation)) {
        for (const flag of field.flags) {
          expect(shown).toContain(`  ${flag.name} <`);
          expect(required.includes(`  ${flag.name} <`)).toBe(flag.isRequired);
        }
      }
    });

    it('rule R74: names every required flag that is missing', () => {
      const required = flagsOfOperation(operation).filter((field) => field.isRequired);
      if (required.length === 0) {
        expect(requestOf(command)).toEqual({});
        return;
      }
      for (const field of required) expect(() => requestOf(command)).toThrow(field.inWords);
    });
  },
);

describe('examples in help', () => {
  it('are of operations that exist, and each makes a request', () => {
    for (const [name, example] of Object.entries(examples)) {
      const words = (example.match(/'[^']*'|"[^"]*"|\S+/g) ?? [])
        .map((word) => word.replace(/^['"]|['"]$/g, ''))
        .map((word) => /^ocid1\.(\w+)\.\.\.$/.exec(word)?.[1] ?? word)
        .map((word, index, all) =>
          all[index - 1]?.endsWith('-id') === true
            ? sampleOcid(word as Parameters<typeof sampleOcid>[0])
            : word,
        );
      expect(requestOf([...name.split('.'), ...words])).toBeDefined();
    }
  });
});

describe('columns of lists', () => {
  it('are fields of the rows', () => {
    for (const [name, paths] of Object.entries(listColumns)) {
      const operation = operations.find((candidate) => candidate.name === name);
      if (operation === undefined) continue;
      const page = operation.response as z.ZodObject<{ data: z.ZodArray<z.ZodObject> }>;
      const row = z.toJSONSchema(page.shape.data.element, { unrepresentable: 'any', io: 'output' });
      for (const path of paths) {
        expect(
          valueAt(row, `properties.${path.replaceAll('.', '.properties.')}`),
          `${name} ${path}`,
        ).toBeDefined();
      }
    }
  });
});

describe('backup locations', () => {
  it('the two schemas that flags are made for are those of the contract', () => {
    const inBucketOnly = { destination: 'BUCKET', bucketName: 'bucket' };
    expect(backupDestinationSchema.safeParse(inBucketOnly).success).toBe(true);
    expect(backupSourceSchema.safeParse(inBucketOnly).success).toBe(false);
  });

  const vaultId = sampleOcid('vault');
  const URI = 'https://objects.example/p/token/o/a.backup';

  it('rule R23: a bucket alone is enough for a backup', () => {
    expect(requestOf(['vault', 'backup', '--vault-id', vaultId, '--bucket-name', 'b'])).toEqual({
      vaultId,
      backupLocation: { destination: 'BUCKET', bucketName: 'b' },
    });
  });

  it.each([
    ['vault', '--restore-vault-from-file-location'],
    ['key', '--restore-key-from-file-location'],
  ])('rule R40: %s restore also takes the file as %s', (noun, flag) => {
    expect(requestOf([noun, 'restore', flag, 'x.backup'], '/current')).toEqual({
      backupLocation: { destination: 'OFFLINE_FILE', file: '/current/x.backup' },
    });
  });

  it.each([
    ['two places', ['--bucket-name', 'b', '--out', 'f'], 'name two places'],
    ['a file and an object', ['--out', 'f', '--object-name', 'o'], 'do not belong together'],
    ['an object without its bucket', ['--object-name', 'o'], 'belongs to --bucket-name'],
    ['a bucket and a URL', ['--bucket-name', 'b', '--uri', URI], 'name two places'],
    ['a URL and a file', ['--uri', URI, '--out', 'f'], 'name two places'],
    ['a URL and an object', ['--uri', URI, '--object-name', 'o'], 'do not belong together'],
    ['a bucket and an authority', ['--bucket-name', 'b', '--ca-file', 'f'], 'do not belong together'],
    ['an authority without a URL', ['--ca-file', 'f'], 'belongs to --uri'],
    ['a URL twice', ['--uri', URI, '--uri', URI], 'more than once'],
    ['a URL that is not https', ['--uri', URI.replace('https', 'http')], '--uri: must be an https:// URL'],
    ['a URL with a password', ['--uri', URI.replace('//', '//user:word@')], '--uri: must have no user name'],
    ['a URL of no object', ['--uri', `${URI}/`], '--uri: must end in the name of an object'],
    ['an authority file without a name', ['--uri', URI, '--ca-file', ''], '--ca-file: '],
    ['a bucket twice', ['--bucket-name', 'b', '--bucket-name', 'c'], 'more than once'],
    ['an object name that is none', ['--bucket-name', 'b', '--object-name', ''], '--object-name: '],
  ])('rule R74: refuses %s', (_, flags, words) => {
    expect(() => requestOf(['vault', 'backup', '--vault-id', vaultId, ...flags])).toThrow(words);
  });

  it('rule R74: never repeats a URL', () => {
    const { message, next } = errorOf(() =>
      requestOf(['vault', 'backup', '--vault-id', vaultId, '--uri', `${URI}#`]),
    );
    expect(message + next).not.toContain('token');
  });

  it('rule R74: refuses a source bucket without an object', () => {
    expect(() => requestOf(['backup', 'verify', '--bucket-name', 'b'])).toThrow("needs the object's name");
  });
});

describe('--region', () => {
  it.each([
    ['before the noun', ['--region', 'eu-zurich-1', 'region', 'get']],
    ['between noun and verb', ['region', '--region', 'eu-zurich-1', 'get']],
    ['after the verb', ['region', 'get', '--region=eu-zurich-1']],
  ])('is understood %s', (_, words) => {
    expect(requestOf(words)).toEqual({ region: 'eu-zurich-1' });
  });

  it('is welcome where what is named lies in that region, and refused where it does not', () => {
    const words = ['vault', 'get', '--vault-id', sampleOcid('vault', 'eu-frankfurt-1')];
    expect(requestOf([...words, '--region', 'eu-frankfurt-1'])).toEqual({ vaultId: words[3] });
    expect(() => requestOf([...words, '--region', 'eu-zurich-1'])).toThrow('contradicts');
    expect(() => requestOf(['compartment', 'list', '--region', 'eu-zurich-1'])).toThrow('has no --region');
  });
});
