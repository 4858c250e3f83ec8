import { defineConfig } from 'vitest/config';
import { findDesktop, thisMachine } from './electron/cli/desktop.ts';
import { SummaryReporter } from './test/summary-reporter.ts';

const editorSpecs = 'test/e2e/editor/**/*.test.ts';
/** What is about a host and a page that come and go without each other. */
const browserSpecs = ['export', 'network', 'save', 'session', 'smoke', 'windows'].map((name) => `test/e2e/editor/${name}.test.ts`);

const desktop = findDesktop(thisMachine());

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
      // The same in Electron, where this machine can start it.
      ...('binary' in desktop
        ? [
            {
              extends: true as const,
              test: {
                name: 'desktop',
                include: [editorSpecs],
                exclude: browserSpecs,
                retry: 2,
                env: { WEFT_ELECTRON: desktop.binary },
              },
            },
          ]
        : []),
    ],
  },
});
