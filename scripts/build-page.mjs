// `npm run build`, and a part of `npm start` and `npm test`: builds the page, and does nothing if its sources are as they were.
// Node's built-ins alone, and nothing newer than Node 20, as in setup.mjs.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const page = join(root, 'dist', 'page');
const stampFile = join(page, '.sources');
const pinnedNode = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** What the page and Electron's preload are made of: all that the import rules let them reach. */
const sources = [
  'renderer',
  'workflows',
  'nodes',
  'electron/bridge/contract.ts',
  'electron/bridge/node-schemas.ts',
  'electron/bridge/frames.ts',
  'electron/bridge/channels.ts',
  'electron/preload.ts',
  'vite.config.ts',
  'vite.preload.config.ts',
  'package-lock.json',
];

/** The source files below a path, in an order that is the same everywhere. */
function filesBelow(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)))
    .filter((file) => !/\.test\.tsx?$/.test(file));
}

function hashOfSources() {
  const hash = createHash('sha256');
  for (const file of sources.flatMap((source) => filesBelow(join(root, source)))) {
    const bytes = readFileSync(file);
    hash.update(`${file.slice(root.length)} ${bytes.length}\n`).update(bytes);
  }
  return `${hash.digest('hex')}\n`;
}

/** Runs one build; true if it went well. */
function runVite(...options) {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const node = existsSync(pinnedNode) ? pinnedNode : process.execPath;
  const build = spawnSync(node, [vite, 'build', '--logLevel', 'error', ...options], { cwd: root, stdio: ['ignore', 2, 2] });
  return build.status === 0;
}

function isCurrent(stamp) {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
}

function putInPlace(fresh) {
  const old = join(root, 'dist', `old-${process.pid}`);
  if (existsSync(page)) renameSync(page, old);
  renameSync(fresh, page);
  rmSync(old, { recursive: true, force: true });
}

/**
 * Makes `dist/page/` current; returns what went wrong, or undefined. It is built beside and put in place at once, so that
 * two builds at a time and a host that serves the page meanwhile do no harm.
 */
export function buildPage() {
  const stamp = hashOfSources();
  if (isCurrent(stamp)) return undefined;
  console.error('weft setup: building the page ...');
  const fresh = join(root, 'dist', `page-${process.pid}`);
  if (!runVite('--outDir', fresh) || !runVite('--config', 'vite.preload.config.ts')) {
    rmSync(fresh, { recursive: true, force: true });
    return 'the page could not be built; the message above says why.';
  }
  writeFileSync(join(fresh, '.sources'), stamp);
  try {
    putInPlace(fresh);
  } catch (error) {
    // Another build may have been faster by a moment; it had the same sources.
    if (!isCurrent(stamp)) return `the page could not be put into ${page}: ${error.message}.`;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return undefined;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const problem = buildPage();
  if (problem !== undefined) {
    console.error(`weft setup: ${problem}`);
    process.exit(1);
  }
}
