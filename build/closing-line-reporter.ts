import type { SerializedError } from 'vitest';
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';

/** A skipped test says why in its name: "seals with AES-GCM (skipped where the token has no AES-GCM)". */
const SAYS_WHY = /\bskipped\b[:,]? +\S+/i;

/** Stands until the run is over: one that is ended from outside must not look like one without failures. */
const UNFINISHED = '0 passed, 1 failed';

/**
 * Ends a run with one line that people and scripts can read, `N passed, N failed`, followed by `, N skipped` if
 * there were any. It counts tests; a test file that does not load, and an error outside any test, count as one
 * failure each. A test that is skipped without saying why in its name fails the run, and so does a run without
 * tests: both look like success otherwise.
 */
export class ClosingLineReporter implements Reporter {
  #vitest: Vitest | undefined;
  #closingLine = '0 passed, 0 failed';

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
    // On exit, so that nothing of the run's own summary comes after it. Writes to pipes are synchronous on Linux.
    process.once('exit', () => process.stdout.write(`${this.#closingLine}\n`));
  }

  onTestRunStart(): void {
    this.#closingLine = UNFINISHED;
  }

  onTestRunEnd(testModules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    let passed = 0;
    let failed = unhandledErrors.length;
    const skipped: TestCase[] = [];
    for (const testModule of testModules) {
      failed += testModule.errors().length;
      for (const test of testModule.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed += 1;
        else if (state === 'skipped') skipped.push(test);
        else failed += 1;
      }
    }
    // `vitest -t NAME` marks every other test as skipped: that is a choice, not a silence.
    const isFiltered = this.#vitest?.config.testNamePattern !== undefined;
    const unexplained = isFiltered ? [] : skipped.filter((test) => !SAYS_WHY.test(test.fullName));
    for (const test of unexplained) {
      process.stdout.write(
        `Skipped without a reason in its name: ${test.module.relativeModuleId} > ${test.fullName}\n`,
      );
    }
    if (failed > 0 || unexplained.length > 0 || passed + failed === 0) process.exitCode = 1;
    const skippedPart = skipped.length === 0 ? '' : `, ${String(skipped.length)} skipped`;
    this.#closingLine = `${String(passed)} passed, ${String(failed)} failed${skippedPart}`;
  }
}
