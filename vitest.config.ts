import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './test/summary-reporter.ts';

const editorSpecs = 'test/e2e/editor/**/*.test.ts';

export default defineConfig({
  test: {
    reporters: ['default', new SummaryReporter()],
    testTimeout: 60_000,
    // ONNX Runtime crashes in worker threads; two cores are what CI has.
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'weft',
          include: ['{electron,nodes,renderer,workflows,test}/**/*.test.{ts,tsx}'],
          exclude: [editorSpecs, '**/node_modules/**'],
        },
      },
      // A browser, a host and a model on two cores: what a slow moment of the machine upsets is tried again.
      { extends: true, test: { name: 'editor', include: [editorSpecs], retry: 2 } },
    ],
  },
});
