import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './cli.ts';

let isBuilt = false;

/** Builds the page if its sources have changed, as `npm test` does: for a test that is run alone. */
export function buildPage(): void {
  if (!isBuilt) execFileSync(process.execPath, [join(root, 'scripts/build-page.mjs')], { stdio: ['ignore', 'ignore', 'inherit'] });
  isBuilt = true;
}
