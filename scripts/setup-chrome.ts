// A part of `npm test`: installs a Chromium for the tests of the page where there is none, and does nothing otherwise.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { findChrome } from './find-chrome.ts';

function run(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: ['ignore', 2, 2] }).status === 0;
}

/** Debian's package, where this is Debian (or a child of it) and the person may install packages. */
function installDebian(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const wait = ['-o', 'DPkg::Lock::Timeout=300', '-qq'];
  const install = () => run('apt-get', ...wait, 'install', '-y', '--no-install-recommends', 'chromium');
  return install() || (run('apt-get', ...wait, 'update') && install());
}

function installPlaywrights(): boolean {
  const playwright = dirname(createRequire(import.meta.url).resolve('playwright-core/package.json'));
  return run(process.execPath, join(playwright, 'cli.js'), 'install', 'chromium');
}

if (findChrome() === undefined) {
  console.error('weft setup: installing Chromium, with which the page is tested ...');
  if (!installDebian()) installPlaywrights();
  if (findChrome() === undefined) {
    console.error(
      'weft setup: the tests of the page need Chrome or Chromium, and none could be installed. Install one, or name it in WEFT_CHROME.',
    );
    process.exit(1);
  }
}
