import type { Reporter, TestModule } from 'vitest/node';

/** Ends a test run on one plain line: `N passed, N failed, N skipped`. */
export class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandled.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      if (module.state() === 'failed' && module.errors().length > 0) counts.failed += 1;
      for (const test of module.children.allTests()) counts[test.result().state] += 1;
    }
    // After the default reporter's own summary, which it writes when this hook has returned.
    process.once('exit', () => {
      console.log(`${counts.passed} passed, ${counts.failed + counts.pending} failed, ${counts.skipped} skipped`);
    });
  }
}
