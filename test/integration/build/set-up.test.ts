import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

let checkout: string;

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'strongroom-checkout-'));
  cpSync(join(root, 'build'), join(checkout, 'build'), { recursive: true });
  cpSync(join(root, 'package-lock.json'), join(checkout, 'package-lock.json'));
});

afterEach(() => {
  rmSync(checkout, { recursive: true, force: true });
});

function run(
  script: string,
  argumentList: string[],
  environment: NodeJS.ProcessEnv = process.env,
): { exitCode: number | null; stdout: string; stderr: string } {
  const path = join(checkout, 'build', script);
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, ...argumentList], {
    env: environment,
    encoding: 'utf8',
  });
  return { exitCode: status, stdout, stderr };
}

describe('the set-up on a machine without a compiler', () => {
  /** Stand-ins, since a test must not install packages: they write down how they were called; npm then fails. */
  function machineWith(...commands: string[]): { environment: NodeJS.ProcessEnv; called: () => string[] } {
    const folder = join(checkout, 'commands');
    const log = join(checkout, 'called');
    mkdirSync(folder);
    for (const command of commands) {
      const path = join(folder, command);
      writeFileSync(path, `#!/bin/sh\necho "${command} $*" >> '${log}'\n[ ${command} != npm ]\n`);
      chmodSync(path, 0o755);
    }
    const called = (): string[] => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []);
    return { environment: { PATH: folder }, called };
  }

  it('installs Debian packages as root, and else prints the one command that does', () => {
    const machine = machineWith('apt-get', 'npm');
    const { exitCode, stdout, stderr } = run('set-up.mjs', [], machine.environment);
    expect(stdout).toBe('');
    if (process.getuid?.() === 0) {
      expect(machine.called().map((line) => line.replace(' -o DPkg::Lock::Timeout=300', ''))).toEqual([
        'apt-get update',
        expect.stringMatching(/^apt-get install -y --no-install-recommends .*python3 make g\+\+$/),
        expect.stringMatching(/^npm ci --ignore-scripts /),
      ]);
      expect(stderr).toContain('this command failed: npm ci');
      expect(exitCode).toBe(1);
    } else {
      expect(machine.called()).toEqual([]);
      expect(stderr).toMatch(/^sudo sh -c 'apt-get update && apt-get install -y .*python3 make g\+\+'$/m);
      expect(exitCode).toBe(2);
    }
  });

  it.each([
    { argumentList: ['--with-test-tools'], when: 'tests are to run', isAskedFor: true },
    { argumentList: [], when: 'it is for the demo', isAskedFor: false },
  ])('asks for what only tests need: $isAskedFor, when $when', ({ argumentList, isAskedFor }) => {
    const machine = machineWith('npm');
    const { exitCode, stderr } = run('set-up.mjs', argumentList, machine.environment);
    expect(stderr.includes('openssl')).toBe(isAskedFor);
    expect(exitCode).toBe(2);
  });

  it('names what to install by hand where there is no apt-get', () => {
    const machine = machineWith('npm');
    const { exitCode, stderr } = run('set-up.mjs', [], machine.environment);
    expect(stderr).toMatch(/no apt-get\. Install what is called .*python3, make, g\+\+ on Debian by hand/);
    expect({ exitCode, called: machine.called() }).toEqual({ exitCode: 2, called: [] });
  });
});

describe('the launcher', () => {
  function bundle(text: string): void {
    mkdirSync(join(checkout, 'out/main'), { recursive: true });
    writeFileSync(join(checkout, 'out/main/command-line.js'), text);
  }

  it('starts the bundle with the arguments as they are, and ends as it ends', () => {
    bundle('console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 7;');
    const { exitCode, stdout } = run('strongroom.mjs', ['vault', 'list', '--output', 'json']);
    expect(JSON.parse(stdout)).toEqual(['vault', 'list', '--output', 'json']);
    expect(exitCode).toBe(7);
  });

  it.each([
    { when: 'there is no bundle', prepare: () => undefined, says: 'Strongroom is not built yet.' },
    {
      when: 'the sources are not those of the bundle',
      prepare: () => {
        bundle("console.log('stale');");
        for (const folder of ['main', 'shared']) mkdirSync(join(checkout, folder));
        for (const file of ['vite.config.ts', 'package.json']) cpSync(join(root, file), join(checkout, file));
      },
      says: 'The sources have changed since Strongroom was built.',
    },
  ])('asks for the set-up when $when', ({ prepare, says }) => {
    prepare();
    const { exitCode, stdout, stderr } = run('strongroom.mjs', ['vault', 'list']);
    expect(stderr).toBe(`${says}\nRun "npm run setup", then try again.\n`);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  });
});
