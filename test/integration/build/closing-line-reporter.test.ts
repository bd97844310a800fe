import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const vitest = join(root, 'node_modules/vitest/vitest.mjs');

const PASSING = "it('opens', () => {});";
const FAILING = "it('seals', () => { throw new Error('no'); });";
const ERROR_OUTSIDE = "void Promise.reject(new Error('nobody waits for it'));";
const ERROR_ON_LOADING = "throw new Error('not to be loaded');";
const ENDLESS = "it('waits', () => new Promise(() => undefined));";
const SKIPPED = "it.skip('wraps', () => {});";
const SKIPPED_WITH_REASON = "it.skip('unwraps (skipped: the token has no AES-KWP)', () => {});";

describe('the closing line of a test run', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'strongroom-closing-line-'));
    mkdirSync(join(folder, 'test/unit'), { recursive: true });
    for (const name of ['node_modules', 'build', 'package.json', 'vitest.config.ts']) {
      symlinkSync(join(root, name), join(folder, name));
    }
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs vitest, configured as for this project, on one test file for each text. */
  function runTests(...files: string[]): {
    lastLine: string | undefined;
    exitCode: number | null;
    output: string;
  } {
    for (const [index, text] of files.entries()) {
      const path = join(folder, `test/unit/file-${index}.test.ts`);
      writeFileSync(path, `import { it } from 'vitest';\n${text}\n`);
    }
    const { stdout, status } = spawnSync(process.execPath, [vitest, 'run', '--root', folder], {
      encoding: 'utf8',
    });
    return { lastLine: stdout.trimEnd().split('\n').at(-1), exitCode: status, output: stdout };
  }

  it('counts tests, also those skipped for a reason that their name tells', () => {
    const result = runTests(PASSING, PASSING + SKIPPED_WITH_REASON);
    expect(result).toMatchObject({ lastLine: '2 passed, 0 failed, 1 skipped', exitCode: 0 });
  });

  it('counts a failed test, a file that does not load and an error outside of the tests as one failure each', () => {
    const result = runTests(PASSING + FAILING, ERROR_ON_LOADING, PASSING + ERROR_OUTSIDE);
    expect(result).toMatchObject({ lastLine: '2 passed, 3 failed', exitCode: 1 });
  });

  it('comes with a failed run if a skipped test does not say why', () => {
    const result = runTests(PASSING + SKIPPED);
    expect(result).toMatchObject({ lastLine: '1 passed, 0 failed, 1 skipped', exitCode: 1 });
    expect(result.output).toContain('Skipped without a reason in its name: test/unit/file-0.test.ts > wraps');
  });

  it('does not look like success if the run is ended from outside', () => {
    const result = runTests(
      PASSING,
      "setTimeout(() => process.kill(process.ppid, 'SIGTERM'), 100);" + ENDLESS,
    );
    expect(result.lastLine).toBe('0 passed, 1 failed');
    expect(result.exitCode).not.toBe(0);
  });

  it('comes with a failed run if there was no test', () => {
    expect(runTests()).toMatchObject({ lastLine: '0 passed, 0 failed', exitCode: 1 });
  });
});
