import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { startEditor } from './editor.ts';
import { keptWorkflow, patience } from './parts.ts';

type Box = NonNullable<Awaited<ReturnType<Locator['boundingBox']>>>;

async function boxOf(shown: Locator): Promise<Box> {
  const box = await shown.boundingBox();
  if (box === null) throw new Error('It is not shown.');
  return box;
}

const cardOf = (page: Page, id: string) => page.locator(`[data-card="${id}"]`);

async function positions(page: Page): Promise<Record<string, { readonly x: number; readonly y: number }>> {
  const { nodes } = await keptWorkflow(page);
  return Object.fromEntries(Object.entries(nodes).map(([id, node]) => [id, Object(node).position]));
}

it('goes where the map is pressed, and follows a drag on it', async () => {
  const { page } = await startEditor();
  const shown = cardOf(page, 'sampler');
  await shown.waitFor();
  const map = await boxOf(page.getByRole('img', { name: 'Map of the workflow' }));
  const [x, y] = [map.x + map.width / 2, map.y + map.height / 2];
  // A press in the middle of the map may move the view a little; where it comes to lie from there is what counts.
  await page.mouse.click(x, y);
  const middle = await boxOf(shown);
  await page.mouse.move(x - 12, y - 8);
  await page.mouse.down();
  await expect.poll(() => boxOf(shown).then((box) => box.x), patience).toBeGreaterThan(middle.x + 20);
  expect((await boxOf(shown)).y).toBeGreaterThan(middle.y + 10);
  await page.mouse.move(x + 12, y + 8, { steps: 4 });
  await expect.poll(() => boxOf(shown).then((box) => box.x), patience).toBeLessThan(middle.x - 20);
  expect((await boxOf(shown)).y).toBeLessThan(middle.y - 10);
  await page.mouse.up();
  // Nothing is held any more: the pointer alone moves nothing.
  const end = await boxOf(shown);
  await page.mouse.move(x, y, { steps: 4 });
  expect(await boxOf(shown)).toEqual(end);
});

it('aligns and spreads out what is selected from the bar above it', async () => {
  const { page } = await startEditor();
  await cardOf(page, 'sampler').locator('header').click();
  const bar = page.getByRole('toolbar', { name: 'Selection' });
  await bar.getByRole('button', { name: 'Mute' }).waitFor();
  // One card alone has nothing to be arranged with.
  expect(await bar.getByRole('button', { name: 'Arrange' }).count()).toBe(0);

  for (const id of ['positive', 'latent'])
    await cardOf(page, id)
      .locator('header')
      .click({ modifiers: ['Shift'] });
  const before = await positions(page);
  const arrange = async (name: string) => {
    await bar.getByRole('button', { name: 'Arrange' }).click();
    await page.getByRole('menuitem', { name }).click();
  };
  await arrange('Align left');
  const left = Math.min(before.positive.x, before.latent.x, before.sampler.x);
  const across = async () => {
    const { positive, latent, sampler } = await positions(page);
    return [positive.x, latent.x, sampler.x];
  };
  await expect.poll(across, patience).toEqual([left, left, left]);
  const { checkpoint, sampler } = await positions(page);
  expect([checkpoint, sampler.y]).toEqual([before.checkpoint, before.sampler.y]);

  await arrange('Distribute down');
  const gaps = async () => {
    const boxes = await Promise.all(['positive', 'latent', 'sampler'].map((id) => boxOf(cardOf(page, id))));
    const [first, second, third] = boxes.sort((a, b) => a.y - b.y);
    return [second.y - first.y - first.height, third.y - second.y - second.height];
  };
  await expect.poll(() => gaps().then(([one, two]) => Math.abs(one - two)), patience).toBeLessThan(2);
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await expect.poll(() => positions(page), patience).toEqual(before);
});

it('collapses a card to its header and opens it again', async () => {
  const { page } = await startEditor();
  const shown = cardOf(page, 'sampler');
  await shown.locator('header').click();
  const steps = shown.getByRole('spinbutton', { name: 'steps' });
  await steps.waitFor();
  const open = await boxOf(shown);
  const collapse = page.getByRole('toolbar', { name: 'Selection' }).getByRole('button', { name: 'Collapse' });
  await collapse.click();
  await steps.waitFor({ state: 'detached' });
  const header = await boxOf(shown.locator('header'));
  expect((await boxOf(shown)).height).toBeLessThan(1.5 * header.height);
  await expect.poll(() => keptWorkflow(page).then(({ nodes }) => Object(nodes.sampler).collapsed), patience).toBe(true);
  await collapse.click();
  await steps.waitFor();
  expect((await boxOf(shown)).height).toBeCloseTo(open.height, 0);
});
