import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../../main/cli/exit.ts';
import type { ErrorDocument } from '../../../shared/domain/errors.ts';
import { StrongroomError } from '../../../shared/domain/errors.ts';
import { runCommandLine } from '../../support/command-line-double.ts';
import { sampleOcid } from '../../support/request-samples.ts';

const JSON_OUTPUT = ['--output', 'json'];
const TABLE_OUTPUT = ['--output', 'table'];
const vaultId = sampleOcid('vault');
const getVault = ['vault', 'get', '--vault-id', vaultId];

function errorOf(stderr: string): ErrorDocument & { requestId: string } {
  return JSON.parse(stderr) as ErrorDocument & { requestId: string };
}

describe('a command that is done', () => {
  it('calls the operation with the request of its flags, closes the home and exits 0', async () => {
    const ran = await runCommandLine([...getVault, ...JSON_OUTPUT], { answer: () => ({ id: vaultId }) });
    expect(ran).toMatchObject({ exitCode: EXIT.done, isClosed: true, stderr: '' });
    expect(ran.calls).toEqual([{ name: 'vault.get', request: { vaultId } }]);
  });

  it('prints exactly one JSON document with the fields of the answer', async () => {
    const answer = { data: [{ displayName: 'Payments' }], nextPage: 'x' };
    const { stdout } = await runCommandLine(['vault', 'list', ...JSON_OUTPUT], { answer: () => answer });
    expect(stdout).toBe(`${JSON.stringify(answer, undefined, 2)}\n`);
  });

  it('prints a table on a terminal and JSON elsewhere, unless told otherwise', async () => {
    const answer = () => ({ displayName: 'Payments' });
    expect((await runCommandLine(getVault, { answer, isTerminal: true })).stdout).toBe('Name  Payments\n');
    expect((await runCommandLine(getVault, { answer })).stdout).toBe('{\n  "displayName": "Payments"\n}\n');
    expect((await runCommandLine([...TABLE_OUTPUT, ...getVault], { answer })).stdout).toBe(
      'Name  Payments\n',
    );
    const json = await runCommandLine([...JSON_OUTPUT, ...getVault], { answer, isTerminal: true });
    expect(json.stdout).toContain('"displayName"');
  });

  it('passes --limit and --page through', async () => {
    const ran = await runCommandLine(['vault', 'list', '--limit', '5', '--page', 'abc']);
    expect(ran.calls[0]?.request).toEqual({ limit: 5, page: 'abc' });
  });
});

describe('the home', () => {
  it('is the one of --home, else of STRONGROOM_HOME, else left to the default', async () => {
    const environment = { STRONGROOM_HOME: 'from-environment' };
    expect((await runCommandLine([...getVault, '--home', 'x'], { environment })).opened?.home).toBe(
      '/current/folder/x',
    );
    expect((await runCommandLine(getVault, { environment })).opened?.home).toBe(
      '/current/folder/from-environment',
    );
    expect(
      (await runCommandLine(getVault, { environment: { STRONGROOM_HOME: '' } })).opened?.home,
    ).toBeUndefined();
    expect((await runCommandLine(getVault)).opened?.home).toBeUndefined();
  });
});

describe('errors', () => {
  const refuse = () => {
    throw new StrongroomError('IncorrectState', 'The vault is\nPENDING_DELETION.', 'Cancel its deletion.', {
      reason: 'VaultNotActive',
    });
  };

  it('an operation that refuses: exit 1, the home closed, one document on stderr, nothing on stdout', async () => {
    const ran = await runCommandLine([...getVault, ...JSON_OUTPUT], { answer: refuse });
    expect(ran).toMatchObject({ exitCode: EXIT.failed, stdout: '', isClosed: true });
    expect(errorOf(ran.stderr)).toEqual({
      code: 'IncorrectState',
      status: 409,
      reason: 'VaultNotActive',
      message: 'The vault is\nPENDING_DELETION.',
      next: 'Cancel its deletion.',
      requestId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/) as string,
    });
  });

  it('for people: two lines', async () => {
    const { stderr } = await runCommandLine([...getVault, ...TABLE_OUTPUT], { answer: refuse });
    expect(stderr).toBe('IncorrectState: The vault is PENDING_DELETION.\nWhat to do: Cancel its deletion.\n');
  });

  it('a fault of the program itself is InternalServerError', async () => {
    const ran = await runCommandLine([...getVault, ...JSON_OUTPUT], {
      answer: () => {
        throw new TypeError('x is not a function');
      },
    });
    expect(ran.exitCode).toBe(EXIT.failed);
    expect(errorOf(ran.stderr).code).toBe('InternalServerError');
  });

  it.each([
    ['nothing', [], 'CannotParseRequest', 'A noun and a verb are missing', '--help'],
    ['a noun without a verb', ['vault'], 'CannotParseRequest', 'A verb of vault', 'vault --help'],
    ['an unknown noun', ['valt', 'get'], 'CannotParseRequest', 'no noun valt', 'Did you mean vault?'],
    [
      'an unknown verb',
      ['vault', 'bakup'],
      'CannotParseRequest',
      'no verb bakup of vault',
      'Did you mean backup?',
    ],
    [
      'an unknown flag',
      ['vault', 'get', '--vault-di', 'x'],
      'InvalidParameter',
      '--vault-di',
      'Did you mean --vault-id?',
    ],
    ['an unknown global flag', ['--verbose', 'vault', 'get'], 'InvalidParameter', '--verbose', '--help'],
    ['a missing flag', ['vault', 'get'], 'MissingParameter', 'needs --vault-id', 'vault get --help'],
    [
      'a flag without its value',
      ['vault', 'get', '--vault-id'],
      'MissingParameter',
      '--vault-id',
      'vault get --help',
    ],
    ['a global flag without its value', ['vault', 'list', '--home'], 'MissingParameter', '--home', '--help'],
    ['words that are no flags', [...getVault, 'more'], 'InvalidParameter', 'more', 'vault get --help'],
    [
      'a value that does not fit',
      ['vault', 'get', '--vault-id', 'x'],
      'InvalidParameter',
      '--vault-id: must be',
      '--help',
    ],
    ['a value of a wrong kind', ['vault', 'list', '--limit', 'many'], 'InvalidParameter', '--limit', ''],
    ['a value out of range', ['vault', 'list', '--limit', '0'], 'InvalidParameter', '--limit', ''],
    ['a flag given twice', [...getVault, '--vault-id', vaultId], 'InvalidParameter', 'more than once', ''],
    [
      '--output of a wrong kind',
      ['vault', 'list', '--output', 'xml'],
      'InvalidParameter',
      '--output',
      'table',
    ],
    ['an empty --home', ['vault', 'list', '--home', ''], 'InvalidParameter', '--home', ''],
    ['--pin-file without =', ['vault', 'list', '--pin-file', '1234'], 'InvalidParameter', 'REGION=PATH', ''],
    ['an empty --operator', ['vault', 'list', '--operator', ''], 'InvalidParameter', '--operator', ''],
  ])('usage, exit 2: %s', async (_, words, code, message, next) => {
    const ran = await runCommandLine(words);
    expect(ran).toMatchObject({ exitCode: EXIT.usage, stdout: '', opened: undefined });
    const document = errorOf(ran.stderr);
    expect(document.code).toBe(code);
    expect(document.message).toContain(message);
    expect(document.next).toContain(next);
  });

  it('usage without a command shows people the help, on stderr', async () => {
    const ran = await runCommandLine(['vault', ...TABLE_OUTPUT]);
    expect(ran).toMatchObject({ exitCode: EXIT.usage, stdout: '' });
    expect(ran.stderr).toContain('Usage: strongroom vault <verb> [flags]');
    expect(ran.stderr).toContain('A verb of vault is missing.');
  });

  it('rule R71: a refused --pin-file value is not repeated, as it may be a PIN', async () => {
    for (const mode of [JSON_OUTPUT, TABLE_OUTPUT]) {
      expect((await runCommandLine(['vault', 'list', '--pin-file', '736251', ...mode])).stderr).not.toContain(
        '736251',
      );
    }
  });

  it('rule R74: what was typed cannot write to the terminal through an error', async () => {
    const ran = await runCommandLine(['\u001b[31mvault', ...TABLE_OUTPUT]);
    expect(ran.stderr).not.toContain('\u001b');
    expect(ran.stderr).toContain('\\u001b[31mvault');
  });
});

describe('help', () => {
  it.each([[['--help']], [['vault', '--help']], [['vault', 'backup', '--help']], [['--version']]])(
    '%j goes to stdout, exits 0 and opens nothing',
    async (words) => {
      const ran = await runCommandLine(words);
      expect(ran).toMatchObject({ exitCode: EXIT.done, stderr: '', opened: undefined });
      expect(ran.stdout).not.toBe('');
    },
  );
});

describe('recovery', () => {
  const recovery = [
    {
      workRequestId: 'ocid1.workrequest.x',
      operationType: 'BACKUP_VAULT' as const,
      outcome: 'FAILED' as const,
      message: 'Nothing of it was kept.',
    },
  ];

  it('rule R73: is told to people before the result', async () => {
    const { stderr } = await runCommandLine([...getVault, ...TABLE_OUTPUT], { recovery });
    expect(stderr).toBe(
      'BACKUP_VAULT ocid1.workrequest.x was interrupted earlier and is undone now. Nothing of it was kept.\n',
    );
  });

  it('is not mixed into what a program reads', async () => {
    expect((await runCommandLine([...getVault, ...JSON_OUTPUT], { recovery })).stderr).toBe('');
    const watched = await runCommandLine([...getVault, ...JSON_OUTPUT], { recovery, isTerminal: true });
    expect(watched.stderr).toContain('is undone now');
  });
});

describe('signals', () => {
  it('rule R73: the first Ctrl-C closes in order and exits 130, the second ends at once', async () => {
    const signals = new EventEmitter();
    const ran = await runCommandLine([...getVault, ...TABLE_OUTPUT], {
      signals,
      answer: () => {
        signals.emit('SIGINT');
        signals.emit('SIGINT');
        return new Promise(() => undefined);
      },
    });
    expect(ran).toMatchObject({ exitCode: 130, isClosed: true, stdout: '', endedNow: [130] });
    expect(ran.stderr).toContain('Ctrl-C again ends at once');
    expect(ran.stderr).toContain('finished or undone at the next start');
  });

  it('SIGTERM exits 143, with one error document for a program', async () => {
    const signals = new EventEmitter();
    const ran = await runCommandLine([...getVault, ...JSON_OUTPUT], {
      signals,
      answer: () => {
        signals.emit('SIGTERM');
        return new Promise(() => undefined);
      },
    });
    expect(ran).toMatchObject({ exitCode: 143, isClosed: true });
    expect(errorOf(ran.stderr).reason).toBe('Interrupted');
  });

  it('leaves no listener behind', async () => {
    const signals = new EventEmitter();
    await runCommandLine(getVault, { signals });
    expect(signals.eventNames()).toEqual([]);
  });
});

describe('progress', () => {
  const progress = {
    workRequestId: 'ocid1.workrequest.x',
    operationType: 'BACKUP_VAULT' as const,
    percentComplete: 40,
    activity: 'Sealing',
  };

  it('goes to stderr for people, and nowhere for a program', async () => {
    const answer = (_: unknown, onProgress?: (told: typeof progress) => void) => {
      onProgress?.(progress);
      return {};
    };
    expect((await runCommandLine([...getVault, ...TABLE_OUTPUT], { answer })).stderr).toContain(
      '40 %: Sealing',
    );
    expect((await runCommandLine([...getVault, ...JSON_OUTPUT], { answer })).stderr).toBe('');
  });
});

describe('a command that is no operation', () => {
  const extra = {
    noun: 'demo',
    verb: 'run',
    summary: 'Show what it does.',
    configure: (command: { option(flags: string, help: string): unknown }) => {
      command.option('--keep <DIR>', 'Keep everything');
    },
    run: async ({ options, stdout }: { options: unknown; stdout: NodeJS.WritableStream }) => {
      stdout.write(JSON.stringify(options));
      return 1;
    },
  };

  it('gets its own flags and decides the exit code', async () => {
    const ran = await runCommandLine(['demo', 'run', '--keep', 'x'], { extras: [extra] });
    expect(ran).toMatchObject({ exitCode: 1, stdout: '{"keep":"x"}' });
    expect((await runCommandLine(['--help'], { extras: [extra] })).stdout).toMatch(/demo +run/);
  });
});
