import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { launchBrowser } from '../e2e/editor/launch.ts';
import { type BenchRow, median } from './rows.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const repeats = 5;

function printedAddress(host: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    host.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      const found = /http:\S+/.exec(printed);
      if (found !== null) resolve(found[0]);
    });
    host.on('exit', (code) => reject(new Error(`The host ended with code ${code}.`)));
  });
}

/** From `weft serve` until the address is printed, until the starter's cards take input, and what the page has fetched by then. */
async function start(data: string): Promise<{ address: number; interactive: number; fetched: readonly string[] }> {
  const browser = await launchBrowser();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: 'en' });
  const fetched: string[] = [];
  page.on('response', (response) => fetched.push(new URL(response.url()).pathname));
  const begin = performance.now();
  const host = spawn(process.execPath, [join(root, 'electron/cli.ts'), 'serve', '--no-open', '--port', '0', '--data', data], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => host.on('exit', resolve));
  try {
    const url = await printedAddress(host);
    const address = performance.now() - begin;
    await page.goto(url);
    await page.locator('[data-card] textarea').first().fill('a lighthouse');
    return { address, interactive: performance.now() - begin, fetched };
  } finally {
    await browser.close();
    host.kill('SIGINT');
    await ended;
  }
}

/** Gzipped size in KB of what the page fetched of its scripts and style sheets; fonts are packed already. */
function gzippedSize(paths: readonly string[]): number {
  const files = new Set(paths.flatMap((path) => /assets\/[^/]+\.(?:js|css|woff2)$/.exec(path)?.[0] ?? []));
  const bytes = [...files].map((file) => {
    const content = readFileSync(join(root, 'dist/page', file));
    return file.endsWith('.woff2') ? content.length : gzipSync(content).length;
  });
  return bytes.reduce((sum, one) => sum + one, 0) / 1000;
}

/** How soon the editor is there, and how much it fetches for that. The browser runs already; the host's caches are warm. */
export async function pageBench(): Promise<readonly BenchRow[]> {
  const data = mkdtempSync(join(tmpdir(), 'weft-bench-'));
  await start(data);
  const starts = [];
  for (let i = 0; i < repeats; i += 1) starts.push(await start(data));
  rmSync(data, { recursive: true, force: true });
  return [
    { name: 'weft serve to its address', value: median(starts.map(({ address }) => address)) / 1000, unit: 's' },
    {
      name: 'weft serve to an editor that takes input',
      value: median(starts.map(({ interactive }) => interactive)) / 1000,
      unit: 's',
      goal: 2.5,
    },
    { name: 'fetched until then, gzipped', value: gzippedSize(starts[0].fetched), unit: 'KB', goal: 1000 },
  ];
}
