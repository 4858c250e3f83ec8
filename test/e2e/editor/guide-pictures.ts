// `npm run pictures`: takes the pictures of docs/guide.md from the running app, doing what the guide says.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { root } from '../cli.ts';
import { startHost } from './host.ts';
import { launchBrowser } from './launch.ts';

type Area = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

const folder = join(root, 'docs/pictures');
const whole: Area = { x: 0, y: 0, width: 1440, height: 900 };

async function take(page: Page, name: string, clip = whole): Promise<void> {
  await page
    .waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'), undefined, { timeout: 2_000 })
    .catch(() => undefined);
  await page.screenshot({ path: join(folder, `${name}.png`), clip });
}

/** What a thing takes on the screen, with some room around it. */
async function around(thing: Locator, room = 24): Promise<Area> {
  const box = await thing.boundingBox();
  if (box === null) throw new Error('What is to be pictured is not shown.');
  const [x, y] = [Math.max(0, box.x - room), Math.max(0, box.y - room)];
  return {
    x,
    y,
    width: Math.min(whole.width, box.x + box.width + room) - x,
    height: Math.min(whole.height, box.y + box.height + room) - y,
  };
}

/** What all cards take of the canvas, above its map. */
async function aroundCards(page: Page, room = 30): Promise<Area> {
  const areas = await Promise.all((await page.locator('[data-card]').all()).map((one) => around(one, room)));
  const canvas = await around(page.locator('[data-canvas]'), 0);
  const x = Math.max(canvas.x, Math.min(...areas.map((area) => area.x)));
  const y = Math.max(canvas.y, Math.min(...areas.map((area) => area.y)));
  const right = Math.min(canvas.x + canvas.width, Math.max(...areas.map((area) => area.x + area.width)));
  const map = await around(page.getByLabel('Map of the workflow'), 4);
  const bottom = Math.min(map.y, Math.max(...areas.map((area) => area.y + area.height)));
  return { x, y, width: right - x, height: bottom - y };
}

const card = (page: Page, id: string) => page.locator(`[data-card="${id}"]`);

async function middleOf(thing: Locator): Promise<[number, number]> {
  const { x, y, width, height } = await around(thing, 0);
  return [x + width / 2, y + height / 2];
}

/** Runs the shown workflow, and waits until its first picture is there. */
async function run(page: Page): Promise<void> {
  await page.getByRole('banner').getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByText('Queue empty').waitFor({ state: 'detached' });
  await page.getByText('Queue empty').waitFor({ timeout: 60_000 });
}

/** The step of the sampler by which its preview can be made out. */
const shownStep = 12;

/** A moment of a run at which time stops for the page: what its host sends is kept back from then on until it is let go. */
type Moment = { hold(): void; letGo(): void };

/**
 * Stands between the page and its host, before the page opens: sampling is faster than a picture is taken. The moment is there when a
 * preview is shown and the sampler is well on its way; it is done after that in any case, and its first step has a preview.
 */
async function standBetween(page: Page): Promise<Moment> {
  let state: 'passing' | 'watching' | 'previewed' | 'holding' = 'passing';
  let kept: (() => void)[] = [];
  await page.routeWebSocket(/./, (toPage) => {
    toPage.connectToServer().onMessage((message) => {
      const { event, data } = JSON.parse(String(message));
      if (state === 'watching' && event === 'node.preview') state = 'previewed';
      else if (state === 'previewed' && (event === 'node.done' || (event === 'node.progress' && data.value > shownStep))) state = 'holding';
      if (state === 'holding') kept.push(() => toPage.send(message));
      else toPage.send(message);
    });
  });
  return {
    hold() {
      state = 'watching';
    },
    letGo() {
      state = 'passing';
      for (const send of kept) send();
      kept = [];
    },
  };
}

async function firstPicture(page: Page, moment: Moment): Promise<void> {
  await card(page, 'sampler').waitFor();
  await page.waitForTimeout(500);
  await take(page, 'start');
  await run(page);
  await page.waitForTimeout(500);
  await take(page, 'first-picture');
  await card(page, 'positive').locator('textarea').fill('a forest at sunrise');
  moment.hold();
  await page.getByRole('banner').getByRole('button', { name: 'Run', exact: true }).click();
  await card(page, 'sampler').locator('img').waitFor();
  await page.waitForTimeout(300);
  await take(page, 'running', await aroundCards(page));
  moment.letGo();
  await page.getByText('Queue empty').waitFor({ timeout: 60_000 });
}

async function nodesAndLinks(page: Page): Promise<void> {
  await page.mouse.dblclick(900, 700);
  await page.keyboard.type('upscale');
  await page.waitForTimeout(400);
  await take(page, 'search', await around(page.getByRole('dialog')));
  await page.keyboard.press('Escape');
  const socket = card(page, 'decode').getByRole('button', { name: /^Output IMAGE/ });
  await page.mouse.move(...(await middleOf(socket)));
  await page.mouse.down();
  await page.mouse.move(900, 700, { steps: 8 });
  await take(page, 'link', await aroundCards(page));
  await page.mouse.up();
  await page.waitForTimeout(400);
  await take(page, 'link-search', await around(page.getByRole('dialog')));
  await page.keyboard.press('Escape');
}

async function subgraph(page: Page): Promise<void> {
  for (const id of ['positive', 'negative', 'latent', 'sampler'])
    await card(page, id)
      .locator('header')
      .click({ modifiers: ['Shift'] });
  await take(page, 'selection', await aroundCards(page, 70));
  await page.keyboard.press('Control+Shift+g');
  await page.keyboard.type('Draw a picture');
  await page.keyboard.press('Enter');
  await page.waitForTimeout(400);
  await take(page, 'subgraph', await aroundCards(page, 70));
  await page.locator('[data-card] header', { hasText: 'Draw a picture' }).dblclick();
  await card(page, 'sampler').waitFor();
  await page.waitForTimeout(500);
  await take(page, 'subgraph-inside', { x: 48, y: 0, width: 1092, height: 900 });
  await card(page, 'sampler').getByRole('spinbutton', { name: 'steps' }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Show on the outer node' }).click();
  await page.keyboard.press('Control+ArrowUp');
  await page.getByRole('textbox', { name: 'Name of steps' }).scrollIntoViewIfNeeded();
  await page.waitForTimeout(300);
  await take(page, 'ports', await around(page.locator('#subgraph-ports'), 12));
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
}

async function pictures(page: Page): Promise<void> {
  await page.keyboard.press('Alt+5');
  await page.waitForTimeout(500);
  await page
    .getByRole('button', { name: /^Show / })
    .first()
    .click();
  await page.getByRole('dialog').waitFor();
  await page.waitForTimeout(400);
  await take(page, 'viewer');
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.waitForTimeout(400);
  await take(page, 'compare');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Alt+4');
  await page.waitForTimeout(400);
  await take(page, 'queue', { x: 0, y: 0, width: 348, height: 260 });
}

async function panels(page: Page): Promise<void> {
  await page.keyboard.press('Alt+3');
  await page.waitForTimeout(400);
  await take(page, 'templates', { x: 0, y: 0, width: 348, height: 820 });
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').waitFor();
  await take(page, 'palette', await around(page.getByRole('dialog')));
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+,');
  await page.getByRole('dialog').waitFor();
  await page.getByText('in use').waitFor();
  // What follows tells of this machine.
  const [dialog, about] = [await around(page.getByRole('dialog')), await around(page.getByRole('heading', { name: 'About' }), 0)];
  await take(page, 'settings', { ...dialog, height: about.y - dialog.y });
  await page.keyboard.press('Escape');
  await page.keyboard.press('Alt+2');
  await page.waitForTimeout(400);
  await take(page, 'models', { x: 0, y: 0, width: 348, height: 208 });
}

async function mask(page: Page): Promise<void> {
  await page.keyboard.press('Alt+3');
  await page.getByRole('button', { name: /^Repaint a part/ }).click();
  const paint = page.getByRole('button', { name: 'Paint a mask' }).first();
  await paint.waitFor();
  await page.waitForTimeout(600);
  await take(page, 'repaint', await aroundCards(page));
  await paint.click();
  await page.getByRole('dialog').waitFor();
  await page.waitForTimeout(400);
  await page.mouse.move(650, 420);
  await page.mouse.down();
  await page.mouse.move(800, 480, { steps: 12 });
  await page.mouse.up();
  await take(page, 'mask');
}

const data = mkdtempSync(join(tmpdir(), 'weft-pictures-'));
const host = await startHost(data);
const browser = await launchBrowser();
try {
  mkdirSync(folder, { recursive: true });
  const context = await browser.newContext({ viewport: whole, locale: 'en', colorScheme: 'dark' });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const moment = await standBetween(page);
  await page.goto(host.address);
  await firstPicture(page, moment);
  for (const part of [nodesAndLinks, subgraph, pictures, panels, mask]) await part(page);
} finally {
  await browser.close();
  await host.stop();
  rmSync(data, { recursive: true, force: true });
}
