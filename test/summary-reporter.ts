import type { Reporter, TestModule } from 'vitest/node';
import { findDesktop, thisMachine } from '../electron/cli/desktop.ts';

/** Ends a test run on one plain line: `N passed, N failed, N skipped`. Before it one says why Electron was not tested, if so. */
export class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandled.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      if (module.state() === 'failed' && module.errors().length > 0) counts.failed += 1;
      for (const test of module.children.allTests()) counts[test.result().state] += 1;
    }
    const desktop = findDesktop(thisMachine());
    const isEditor = modules.some(({ project }) => project.name === 'editor');
    // After the default reporter's own summary, which it writes when this hook has returned.
    process.once('exit', () => {
      if (isEditor && 'why' in desktop) console.log(`The editor was tested in a browser only: ${desktop.why}`);
      console.log(`${counts.passed} passed, ${counts.failed + counts.pending} failed, ${counts.skipped} skipped`);
    });
  }
}
