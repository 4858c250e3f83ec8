import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './test/summary-reporter.ts';

export default defineConfig({
  test: {
    include: ['{electron,nodes,renderer,workflows,test}/**/*.test.{ts,tsx}'],
    reporters: ['default', new SummaryReporter()],
    testTimeout: 60_000,
    // ONNX Runtime crashes in worker threads; two cores are what CI has.
    pool: 'forks',
    maxWorkers: 2,
  },
});
