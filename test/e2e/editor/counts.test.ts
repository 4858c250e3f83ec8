import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { stringifyJson } from '../../../workflows/json.ts';
import { gridWorkflow } from '../../perf/editor/graphs.ts';
import { root, temporaryFolder } from '../cli.ts';
import { startEditor } from './editor.ts';

const count = 500;
const steps = 40;
const measured = z.object({ cardRenders: z.number(), cards: z.number(), moved: z.boolean() });

/** Counts from the next load of the page on. */
async function addProbe(page: Page): Promise<void> {
  await page.addInitScript({ path: join(root, 'test/perf/editor/probe.js') });
}

async function drawsOf(page: Page): Promise<number> {
  return Number(await page.evaluate('probe.draws()'));
}

// Counts, not times: they are the same on every machine, and are what the frame times of `npm run bench` come from.
it(`mounts and renders only what is needed of ${count} nodes`, { timeout: 120_000 }, async () => {
  const data = temporaryFolder();
  mkdirSync(join(data, 'workflows'));
  writeFileSync(join(data, 'workflows/grid.weft.json'), stringifyJson(gridWorkflow(count)));
  const { page } = await startEditor({ data });
  await addProbe(page);
  await page.reload();
  // Keys are heard once the page is there.
  await page.locator('[data-card]').first().waitFor();
  await page.keyboard.press('Alt+3');
  await page.getByRole('button', { name: /^grid/ }).click();
  await page.locator(`[data-cards="${count}"]`).waitFor();
  const mounted = () => page.locator('[data-card]').count();

  // All of them seen: cards are boxes on one canvas, and none is mounted.
  await page.keyboard.press('f');
  await expect.poll(mounted).toBeLessThan(2);

  // At their own size: those in the window and a margin around it.
  await page.keyboard.press('Control+0');
  await expect.poll(mounted).toBeGreaterThan(5);
  expect(await mounted()).toBeLessThan(60);

  const canvas = await page.locator('[data-canvas]').boundingBox();
  if (canvas === null) throw new Error('The canvas is not shown.');
  const headers = await page.locator('[data-card] header').all();
  const places = await Promise.all(headers.map((header) => header.boundingBox()));
  const inside = places.find(
    (place) =>
      place !== null &&
      place.x > canvas.x + 60 &&
      place.x + place.width < canvas.x + canvas.width - 60 &&
      place.y > canvas.y + 80 &&
      place.y < canvas.y + canvas.height - 180,
  );
  if (!inside) throw new Error('No card is in the middle of the window.');
  const drag = measured.parse(await page.evaluate(`probe.drag(${steps}, ${inside.x + 60}, ${inside.y + 12})`));
  expect(drag.moved).toBe(true);
  // That which is dragged, once a step at the most, and now and then the few that come into view.
  expect(drag.cardRenders).toBeGreaterThan(0);
  expect(drag.cardRenders).toBeLessThanOrEqual(steps * 1.5);

  const drawsDuring = async (call: string) => {
    const before = await drawsOf(page);
    const result = measured.parse(await page.evaluate(`probe.${call}`));
    expect(result.moved).toBe(true);
    return { ...result, draws: (await drawsOf(page)) - before };
  };
  // A key renders the card that it is typed in, and draws nothing; the card is selected at first.
  const typing = await drawsDuring(`type(${steps})`);
  expect(typing.cardRenders).toBeLessThanOrEqual(steps * 1.5);
  expect(typing.draws).toBeLessThanOrEqual(3);
  // Nor does a card that grows by a line, and another, as long as no link moves with it.
  const heightOf = () => page.locator('[data-card]:has(textarea:focus)').evaluate((card) => (card as HTMLElement).offsetHeight);
  const low = await heightOf();
  const growing = await drawsDuring(`type(${5 * steps})`);
  expect(await heightOf()).toBeGreaterThan(low + 60);
  expect(growing.draws).toBe(0);
  // A pan moves what has been drawn, and draws the cards that come into view; they are mounted once it rests.
  const ids = () => page.locator('[data-card]').evaluateAll((cards) => cards.map((card) => (card as HTMLElement).dataset.card));
  const before = new Set(await ids());
  const pan = await drawsDuring(`pan(${steps}, ${canvas.x + canvas.width / 2}, ${canvas.y + canvas.height / 2})`);
  expect(pan.draws).toBeLessThanOrEqual(5);
  expect(pan.cardRenders).toBeLessThan(60);
  await expect.poll(async () => (await ids()).filter((id) => !before.has(id)).length).toBeGreaterThan(3);
});

it('draws the links no more often for all the progress of a run than for its beginning and end', async () => {
  const { page } = await startEditor();
  await addProbe(page);
  let told = 0;
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      if (String(payload).includes('node.progress')) told++;
    }),
  );
  await page.reload();
  await page.locator('[data-card]').first().waitFor();
  await page.waitForTimeout(500);
  const draws = () => drawsOf(page);
  const before = await draws();
  expect(before).toBeGreaterThan(0);
  await page.getByRole('banner').getByRole('button', { name: 'Run', exact: true }).click();
  await page.locator('[data-card="save"] img').waitFor();
  // The host tells no more than thirty times a second: fewer than there are steps on a fast machine, but more than may be drawn.
  expect(told).toBeGreaterThan(8);
  expect((await draws()) - before).toBeLessThanOrEqual(6);
});
