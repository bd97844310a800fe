import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ErrorDocument } from '../../../shared/domain/errors.ts';
import { sampleOcid } from '../../support/request-samples.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const root = resolve(import.meta.dirname, '../../..');
const support = join(root, 'test/support');
const main = join(root, 'main/cli/main.ts');
const withDouble = join(support, 'command-line-on-terminal.ts');
const execute = promisify(execFile);

interface Step {
  readonly expect: string;
  readonly send: string;
}

/** Runs the command line with a person at its terminal. */
async function onTerminal(words: readonly string[], steps: readonly Step[]) {
  const { stdout } = await execute('python3', [
    join(support, 'pseudo-terminal.py'),
    JSON.stringify(steps),
    process.execPath,
    withDouble,
    ...words,
  ]);
  return JSON.parse(stdout) as { shown: string; exitCode: number; echoesAtEnd: boolean };
}

async function program(words: readonly string[], environment: Record<string, string> = {}) {
  try {
    const done = await execute(process.execPath, [main, ...words], {
      env: { ...process.env, ...environment },
    });
    return { ...done, code: 0 };
  } catch (thrown) {
    return thrown as { stdout: string; stderr: string; code: number };
  }
}

const restore = ['vault', 'restore', '--file', 'x.backup'];
const backup = ['vault', 'backup', '--vault-id', sampleOcid('vault'), '--out', 'x.backup'];
const QUESTION = 'Restore exactly this? [y/N]';

describe.skipIf(process.platform === 'win32')('at a terminal', () => {
  it('rule R43: a restore shows its plan, asks, and goes ahead after yes', async () => {
    const { shown, exitCode } = await onTerminal(restore, [{ expect: QUESTION, send: 'yes\n' }]);
    expect(exitCode).toBe(0);
    expect(shown).toContain('Plan hash');
    expect(shown).toMatch(/Name +vault\.restore/);
  });

  it.each([
    ['the return key', '\n'],
    ['end of input (Ctrl-D)', '\u0004'],
    ['another word', 'maybe\n'],
  ])('%s means no: exit 1, nothing done', async (_, send) => {
    const { shown, exitCode } = await onTerminal(restore, [{ expect: QUESTION, send }]);
    expect(exitCode).toBe(1);
    expect(shown).toContain('Nothing was changed');
    expect(shown).not.toMatch(/Name +vault\.restore/);
  });

  it.each([
    ['a running backup', backup, '30 %: Sealing'],
    ['the question', restore, QUESTION],
  ])('rule R73: Ctrl-C during %s closes in order and exits 130', async (_, words, expected) => {
    const { shown, exitCode, echoesAtEnd } = await onTerminal(words, [{ expect: expected, send: '\u0003' }]);
    expect(exitCode).toBe(130);
    expect(shown).toContain('closed in order');
    expect(shown).toContain('Ended by SIGINT');
    expect(echoesAtEnd).toBe(true);
  });
});

describe.skipIf(process.platform === 'win32')('in a pipe', () => {
  it('a reader that has seen enough is no failure and makes no noise', async () => {
    const pipe = 'set -o pipefail; "$0" "$1" vault list --output table | head -n 1';
    const { stdout, stderr } = await execute('bash', ['-c', pipe, process.execPath, withDouble]);
    expect(stdout.split('\n')).toHaveLength(2);
    expect(stderr).toBe('closed in order\n');
  });
});

describe('the program', () => {
  it('help and usage errors open no home', async () => {
    const home = join(temporaryFolder(), 'home');
    expect(await program(['vault', 'backup', '--help', '--home', home])).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect(await program(['vault', 'backup', '--home', home])).toMatchObject({ code: 2, stdout: '' });
    expect(existsSync(home)).toBe(false);
  });

  it('opens a new home, private to its user, and says that it has no realm', async () => {
    const home = join(temporaryFolder(), 'home');
    const { code, stdout, stderr } = await program(['realm', 'get'], { STRONGROOM_HOME: home });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect((JSON.parse(stderr) as ErrorDocument).reason).toBe('NoRealm');
    expect(statSync(home).isDirectory()).toBe(true);
    if (process.platform !== 'win32') expect(statSync(home).mode & 0o777).toBe(0o700);
  });

  it('help loads nothing but what it needs: what is imported at its start never leads to SQLite or PKCS#11', () => {
    const loaded = staticImports(main);
    expect(
      [...loaded].filter((name) => /better-sqlite3|pkcs11js|cli-table3|main\/strongroom/.test(name)),
    ).toEqual([]);
    expect(loaded).toContain('commander');
  });
});

/** Everything that a module imports before it runs: packages by name, own files by path, type imports left out. */
function staticImports(file: string, seen = new Set<string>()): Set<string> {
  const own = relative(root, file);
  if (seen.has(own)) return seen;
  seen.add(own);
  const source = readFileSync(file, 'utf8');
  for (const [, name = ''] of source.matchAll(/^(?:import|export) (?!type )(?:[^;']* from )?'([^']+)'/gm)) {
    if (name.startsWith('.') && name.endsWith('.ts')) staticImports(resolve(dirname(file), name), seen);
    else seen.add(name);
  }
  return seen;
}
