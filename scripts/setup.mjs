// Runs before `npm start` and `npm test`: installs what is missing and builds the page, and does nothing the second time.
// Node's built-ins alone, and nothing newer than Node 20: it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPage } from './build-page.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, 'node_modules', '.weft-setup');
const pinnedNode = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');

/** What an installation was made from: another lock file or machine means another installation. */
function wantedStamp() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return `${createHash('sha256').update(lock).digest('hex')} ${process.platform}-${process.arch}\n`;
}

function isInstalled(stamp) {
  return existsSync(pinnedNode) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
}

function fail(message) {
  console.error(`weft setup: ${message}`);
  process.exit(1);
}

/** Runs a Node script with the Node that runs this one; true if it went well. */
function run(script, args, env = {}) {
  const result = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: ['ignore', 2, 2], env: { ...process.env, ...env } });
  return result.status === 0;
}

function install(stamp) {
  const npm = process.env.npm_execpath;
  if (npm === undefined) fail('start it with npm: `npm start` or `npm test`.');
  console.error('weft setup: installing the libraries that Weft needs (once; about 700 MB on disk) ...');
  const quiet = ['--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  // Without this, onnxruntime-node downloads CUDA libraries from outside the npm registry: see `npm run setup:cuda`.
  const env = { ONNXRUNTIME_NODE_INSTALL: 'skip' };
  // Not `npm ci`: it refuses a lock file without the optional binaries of platforms that the registry at hand lacks.
  if (!run(npm, ['install', '--no-save', ...quiet], env)) {
    fail(
      'npm could not install the libraries; its message above says why. Check the network connection and the free disk space, then try again.',
    );
  }
  // The package `node` fetches its binary in an install script, which npm can be set to skip.
  if (!existsSync(pinnedNode)) run(join(root, 'node_modules', 'node', 'installArchSpecificPackage.js'), []);
  if (!existsSync(pinnedNode)) {
    fail('the package `node` (Node 24, which Weft runs on) did not install. Run `npm rebuild node`, then try again.');
  }
  writeFileSync(stampFile, stamp);
  console.error('weft setup: done.');
}

if (Number.parseInt(process.versions.node, 10) < 20) {
  fail(`Node 20 or newer is needed to set Weft up, this is ${process.version}. Get it from https://nodejs.org.`);
}
const stamp = wantedStamp();
if (!isInstalled(stamp)) install(stamp);
const problem = buildPage();
if (problem !== undefined) fail(problem);
