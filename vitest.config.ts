import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { ClosingLineReporter } from './build/closing-line-reporter.ts';

/** What all tests share. One process per test file: a PKCS#11 module keeps its state for as long as its process lives. */
const common = {
  pool: 'forks',
  isolate: true,
  // What is waited for comes at once, except on a busy machine; the default of a second is for quiet ones.
  expect: { poll: { timeout: 15_000 } },
} as const;

/** Most tests wait for a token's process more than they compute: more of them than processors are quicker. */
const sideBySide = availableParallelism() + 1;

/** Whole programs with browsers and tokens: one at a time, after all others, so that none waits for another's processor. */
const alone = { ...common, maxWorkers: 1, testTimeout: 120_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    reporters: ['default', new ClosingLineReporter()],
    projects: [
      {
        test: {
          ...common,
          name: 'parts',
          maxWorkers: sideBySide,
          include: ['test/unit/**/*.test.ts', 'test/integration/**/*.test.ts', 'test/e2e/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          ...alone,
          name: 'journeys',
          include: ['test/e2e/journeys/*.test.ts'],
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...alone,
          name: 'smoke',
          include: ['test/smoke/*.test.ts'],
          globalSetup: 'test/smoke/support/global-setup.ts',
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
