import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { z } from 'zod';
import { findChrome } from '../../scripts/find-chrome.ts';
import { stringifyJson } from '../../workflows/json.ts';
import { across, columnsOf, down, gridWorkflow, placeInGrid } from './editor/graphs.ts';
import type { BenchRow } from './rows.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const probeFile = join(root, 'test/perf/editor/probe.js');
const frames = 120;
const windowName = 'bench';

const measured = z.object({ times: z.array(z.number()), cardRenders: z.number(), cards: z.number(), moved: z.boolean().optional() });
type Measured = z.infer<typeof measured>;

/** How the editor keeps up with the hand: workflows of 100 to 2,000 nodes in a real page, with a real host. */
export async function editorBench(): Promise<readonly BenchRow[]> {
  const executablePath = findChrome();
  if (executablePath === undefined) throw new Error('The editor is measured in Chrome or Chromium: name yours in WEFT_CHROME.');
  const host = await startHost();
  const browser = await chromium.launch({ executablePath, args: ['--disable-gpu', '--no-first-run'] });
  try {
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en' })).newPage();
    await page.addInitScript({ path: probeFile });
    // The host keeps the tabs of each window for itself: the page's is to be the one that the workflows are put into.
    await page.addInitScript(`sessionStorage.setItem('weft.window', '${windowName}')`);
    await page.goto(host.address);
    await page.waitForURL((url) => !url.pathname.endsWith('/open'));
    const rows = await controls(page);
    for (const count of [100, 500, 1000, 2000]) rows.push(...(await measure(page, count)));
    return [...rows, await progressRow(page)];
  } finally {
    await browser.close();
    host.stop();
  }
}

async function startHost() {
  const data = mkdtempSync(join(tmpdir(), 'weft-bench-'));
  const child = spawn(process.execPath, [join(root, 'electron/cli.ts'), 'serve', '--no-open', '--port', '0', '--data', data], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const address = await new Promise<string>((resolve, reject) => {
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      const found = /http:\S+/.exec(printed);
      if (found !== null) resolve(found[0]);
    });
    child.on('exit', (code) => reject(new Error(`The host ended with code ${code}.`)));
  });
  const stop = () => {
    child.removeAllListeners('exit');
    child.on('exit', () => rmSync(data, { recursive: true, force: true }));
    child.kill('SIGINT');
  };
  return { address, stop };
}

async function probe(page: Page, call: string): Promise<Measured> {
  return measured.parse(await page.evaluate(`probe.${call}`));
}

/** Nothing to do, and far too much: what the measurement itself can tell. */
async function controls(page: Page): Promise<BenchRow[]> {
  return [
    ...frameRows('control, idle', await probe(page, `idle(${frames})`)),
    ...frameRows('control, 40 ms of work a frame', await probe(page, `busy(${frames / 2}, 40)`)),
  ];
}

/** Puts the workflow where the host keeps open tabs, and loads the page: as it is opened after a restart. */
async function open(page: Page, count: number): Promise<number> {
  const text = stringifyJson(gridWorkflow(count));
  const id = `bench-${count}`;
  const tab = { id, title: `${count} nodes`, file: null, text, unsaved: true };
  const frame = (number: number, call: string, params: unknown) => JSON.stringify({ id: number, call, params });
  const messages = [
    frame(0, 'session.keep', { tab, window: windowName }),
    frame(1, 'session.arrange', { order: [id], active: id, window: windowName }),
  ];
  await page.evaluate(`new Promise((resolve) => {
    const socket = new WebSocket(new URL('ws', location.href.replace(/^http/, 'ws')));
    const messages = ${JSON.stringify(messages)};
    socket.onopen = () => socket.send(messages.shift());
    socket.onmessage = ({ data }) => {
      if (!('id' in JSON.parse(data))) return;
      const next = messages.shift();
      if (next === undefined) { socket.close(); resolve(); } else socket.send(next);
    };
  })`);
  await page.reload();
  await page.locator(`[data-cards="${count}"]`).waitFor();
  return Number(await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame((now) => resolve(now))))'));
}

async function measure(page: Page, count: number): Promise<BenchRow[]> {
  const name = (what: string) => `${count} nodes, ${what}`;
  const opened = await open(page, count);
  await page.keyboard.press('f');
  await page.waitForTimeout(500);
  const goals = { near: count === 500 ? 33 : 20, far: count === 500 ? 33 : 50 };
  const box = await page.locator('[data-canvas]').boundingBox();
  if (box === null) throw new Error('The canvas is not shown.');
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const corner = `${box.x + 30}, ${box.y + 20}`;
  const rows: BenchRow[] = [{ name: name('open'), value: opened, unit: 'ms', ...(count === 2000 && { goal: 1500 }) }];
  rows.push({ name: name('mounted when all are seen'), value: Number(await page.evaluate('probe.mounted()')), unit: 'cards' });
  rows.push(...frameRows(name('all seen, pan'), await probe(page, `pan(${frames}, ${corner})`), goals.far));
  await page.keyboard.press('f');
  await page.waitForTimeout(400);
  rows.push(...frameRows(name('all seen, drag one'), await probe(page, `drag(${frames}, ${middle.x - 60}, ${middle.y})`), goals.far));
  // Back into the grid, and out of the selection: fifty in a block are held next.
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Escape');
  await page.keyboard.press('f');
  await page.waitForTimeout(400);
  const held = await selectFifty(page, count);
  rows.push(...frameRows(name('all seen, drag 50'), await probe(page, `drag(${frames}, ${held})`), goals.far));
  rows.push(...frameRows(name('all seen, zoom'), await probe(page, `zoom(${frames}, ${middle.x}, ${middle.y})`)));
  await page.keyboard.press('Escape');
  await page.keyboard.press('f');
  await page.waitForTimeout(400);
  await page.keyboard.press('Control+0');
  await page.waitForTimeout(500);
  const gap = await page.evaluate(`(() => {
    for (let x = ${box.x + 60}; x < ${box.x + box.width - 60}; x += 10)
      for (let y = ${box.y + 120}; y < ${box.y + box.height - 160}; y += 10)
        if (document.elementFromPoint(x, y)?.classList.contains('react-flow__pane')) return x + ', ' + y;
  })()`);
  rows.push({ name: name('mounted at 100%'), value: Number(await page.evaluate('probe.mounted()')), unit: 'cards' });
  rows.push(...frameRows(name('20 seen, pan'), await probe(page, `pan(${frames}, ${gap})`), goals.near));
  // What came into view is mounted when the view rests; the next case is to be measured alone.
  await page.waitForTimeout(500);
  const header = await page.evaluate(`(() => {
    const inside = [...document.querySelectorAll('[data-card] header')].map((one) => [one, one.getBoundingClientRect()])
      .filter(([one, { left, top }]) => one.contains(document.elementFromPoint(left + 60, top + 12))).map(([, rect]) => rect)
      .find(({ left, right, top }) => left > ${box.x + 60} && right < ${box.x + box.width - 60} && top > ${box.y + 80} && top < ${box.y + box.height - 180});
    return (inside.left + 60) + ', ' + (inside.top + 12);
  })()`);
  const drag = await probe(page, `drag(${frames}, ${header})`);
  rows.push(...frameRows(name('20 seen, drag one'), drag, goals.near));
  rows.push({ name: name('20 seen, drag one, renders of cards a step'), value: drag.cardRenders / frames, unit: 'renders', goal: 1.1 });
  await page.waitForTimeout(500);
  rows.push(...frameRows(name('typing'), await probe(page, `type(${frames})`), goals.near));
  return rows;
}

/** How often all links are drawn for an event of progress, while the workflow that a new window opens with makes its picture. */
async function progressRow(before: Page): Promise<BenchRow> {
  const page = await before.context().newPage();
  let told = 0;
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      if (String(payload).includes('node.progress')) told++;
    }),
  );
  await page.addInitScript({ path: probeFile });
  await page.goto(before.url());
  await page.locator('[data-card="sampler"]').waitFor();
  await page.waitForTimeout(500);
  const draws = async () => Number(await page.evaluate('probe.draws()'));
  const first = await draws();
  await page.getByRole('banner').getByRole('button', { name: 'Run', exact: true }).click();
  await page.locator('[data-card="save"] img').waitFor({ timeout: 120_000 });
  return { name: 'redraws of all links an event of progress', value: ((await draws()) - first) / told, unit: 'redraws' };
}

/** Draws a box around ten columns and five rows of the grid; answers with a point of a card among them. */
async function selectFifty(page: Page, count: number): Promise<string> {
  const [columns, rows] = [10, 5];
  const first = placeInGrid(count, Math.floor((Math.ceil(count / columnsOf(count)) - rows) / 2) * columnsOf(count));
  const last = { x: first.x + (columns - 1) * across, y: first.y + (rows - 1) * down };
  // Beside the cards: on one of them the pointer would take hold of it.
  const from = await toScreen(page, first.x - 20, first.y - 8);
  const to = await toScreen(page, last.x + across / 3, last.y + down / 3);
  await page.keyboard.down('Shift');
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move(...to, { steps: 3 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await page.getByText('50 selected').waitFor();
  // A header: fields below it take the pointer for themselves.
  return `...probe.toScreen(${first.x + 4 * across + 60}, ${first.y + 2 * down + 14})`;
}

/** Where a point of the graph is in the window. */
async function toScreen(page: Page, x: number, y: number): Promise<[number, number]> {
  return z.tuple([z.number(), z.number()]).parse(await page.evaluate(`probe.toScreen(${x}, ${y})`));
}

function frameRows(name: string, { times, moved }: Measured, goal?: number): BenchRow[] {
  if (moved === false) throw new Error(`${name}: nothing has moved, so nothing has been measured.`);
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  const over = (limit: number) => (100 * times.filter((time) => time > limit).length) / times.length;
  return [
    { name: `${name}, frame p50`, value: at(0.5), unit: 'ms' },
    { name: `${name}, frame p95`, value: at(0.95), unit: 'ms', ...(goal !== undefined && { goal }) },
    { name: `${name}, frame p99`, value: at(0.99), unit: 'ms' },
    { name: `${name}, frames over 16.7 ms`, value: over(17), unit: '%' },
    { name: `${name}, frames over 33 ms`, value: over(34), unit: '%' },
  ];
}
