import { defineConfig } from 'vitest/config';
import { ClosingLineReporter } from './build/closing-line-reporter.ts';

export default defineConfig({
  test: {
    // The journeys are still being written: npm run test:journeys.
    include: ['test/unit/**/*.test.ts', 'test/integration/**/*.test.ts', 'test/e2e/*.test.ts'],
    // One process per test file: a PKCS#11 module keeps its state for as long as its process lives.
    pool: 'forks',
    isolate: true,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ['default', new ClosingLineReporter()],
  },
});
