import { defineConfig } from 'vitest/config';
import { ClosingLineReporter } from './build/closing-line-reporter.ts';

/** The window's journeys from end to end, one window at a time: each is a browser, a program and its tokens. */
export default defineConfig({
  test: {
    include: ['test/e2e/journeys/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    reporters: ['default', new ClosingLineReporter()],
  },
});
