import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { startEditor } from './editor.ts';
import { bytesOf, card, dropFile, expectState, type Kept, keptWorkflow, newPicture, patience, socket } from './parts.ts';

/** The nodes by their types with what they get, whatever their ids are. */
function meaning({ nodes }: Kept): unknown {
  const typeOf = (value: unknown): unknown =>
    typeof value === 'object' && value !== null && 'link' in value && Array.isArray(value.link)
      ? [nodes[value.link[0]]?.type, value.link[1]]
      : value;
  return Object.values(nodes)
    .map(({ type, inputs }) => [type, Object.entries(inputs).map(([name, value]) => [name, typeOf(value)])])
    .map((node) => JSON.stringify(node))
    .sort();
}

it('makes a subgraph of two nodes, goes in and out, runs it, and unpacks it to what was there', { timeout: 120_000 }, async () => {
  const { page } = await startEditor();
  const save = card(page, 'Save Picture');
  const subgraph = card(page, 'Subgraph');
  await save.waitFor();
  await page.keyboard.press('Control+Enter');
  await expectState(save, 'done');
  const first = await newPicture(save);
  await expect.poll(() => keptWorkflow(page).then(({ nodes }) => Object.keys(nodes).length), patience).toBe(7);
  const before = await keptWorkflow(page);

  await card(page, 'Sampler').locator('header').click();
  await card(page, 'VAE Decode')
    .locator('header')
    .click({ modifiers: ['Shift'] });
  await page.keyboard.press('Control+Shift+g');
  await page.keyboard.press('Escape');
  await subgraph.waitFor();
  await card(page, 'Sampler').waitFor({ state: 'detached' });

  await subgraph.locator('header').dblclick();
  await card(page, 'Sampler').waitFor();
  await save.waitFor({ state: 'detached' });
  await page.keyboard.press('Control+ArrowUp');
  await save.waitFor();

  await page.keyboard.press('Control+Enter');
  await expect.poll(() => keptWorkflow(page).then(({ nodes }) => Object.keys(nodes).length), patience).toBe(6);
  await expectState(save, 'done', 'cached');
  expect(await bytesOf(page, await newPicture(save))).toEqual(await bytesOf(page, first));

  await subgraph.locator('header').click();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('Unpack the subgraph');
  await page.keyboard.press('Enter');
  await card(page, 'Sampler').waitFor();
  await expect.poll(() => keptWorkflow(page).then(meaning), patience).toEqual(meaning(before));
});

/** The numbers that a card shows, by their names, in their order. */
function numbersOf(owner: Locator): Promise<Record<string, string>> {
  return owner
    .locator('input[role="spinbutton"]')
    .evaluateAll((inputs) => Object.fromEntries(inputs.map((input) => [input.ariaLabel, (input as HTMLInputElement).value])));
}

it('shows fields and outputs outside, renames, orders and hides them, nested and from the library', { timeout: 120_000 }, async () => {
  const { page } = await startEditor();
  const subgraph = card(page, 'Subgraph');
  const sampler = card(page, 'Sampler');
  const choose = async (name: string) => {
    await page.getByRole('menuitem', { name, exact: true }).click();
    await page.getByRole('menu').waitFor({ state: 'detached' });
  };
  await sampler.locator('header').click();
  await page.keyboard.press('Control+Shift+g');
  await page.keyboard.press('Escape');
  await subgraph.locator('header').dblclick();
  await sampler.waitFor();

  // From the menus of a field and of a socket inside.
  for (const name of ['steps', 'cfg']) {
    await sampler.getByRole('spinbutton', { name }).click({ button: 'right' });
    await choose('Show on the outer node');
  }
  const empty = await keptWorkflow(page);
  await socket(card(page, 'Inputs'), 'output', 'steps').waitFor();
  await page.getByRole('navigation', { name: 'Way to this subgraph' }).getByRole('button', { name: 'Text to picture' }).click();
  await subgraph.waitFor();
  await expect.poll(() => numbersOf(subgraph), patience).toEqual({ steps: '20', cfg: '4.0' });
  expect(Object.keys(empty.nodes)).toHaveLength(7);

  // From the inspector of the node that stands for it.
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  await inspector.getByRole('textbox', { name: 'Name of steps' }).fill('count');
  await page.keyboard.press('Enter');
  await inspector.getByRole('button', { name: 'Move count down' }).click();
  await expect
    .poll(() => numbersOf(subgraph).then(Object.entries), patience)
    .toEqual([
      ['cfg', '4.0'],
      ['count', '20'],
    ]);
  await inspector.getByText('Show more of what is inside').click();
  await inspector.getByRole('button', { name: 'Show denoise of Sampler outside' }).click();
  await inspector.getByRole('button', { name: 'Hide cfg' }).click();
  await expect.poll(() => numbersOf(subgraph), patience).toEqual({ count: '20', denoise: '1.00' });
  await subgraph.getByRole('spinbutton', { name: 'denoise' }).click({ button: 'right' });
  await choose('Hide from this node');
  await expect.poll(() => numbersOf(subgraph), patience).toEqual({ count: '20' });
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+z');
  await expect.poll(() => numbersOf(subgraph), patience).toEqual({ cfg: '4.0', count: '20', denoise: '1.00' });

  // In a subgraph of its own, which the library keeps.
  await subgraph.getByRole('spinbutton', { name: 'count' }).fill('3');
  await page.keyboard.press('Enter');
  await subgraph.locator('header').click();
  await page.keyboard.press('Control+Shift+g');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('Outer');
  await page.keyboard.press('Enter');
  const outer = card(page, 'Subgraph');
  await outer.locator('header').dblclick();
  await page.getByRole('navigation', { name: 'Way to this subgraph' }).waitFor();
  await subgraph.getByRole('spinbutton', { name: 'count' }).click({ button: 'right' });
  await choose('Show on the outer node');
  await page.keyboard.press('Control+ArrowUp');
  await expect.poll(() => numbersOf(outer), patience).toEqual({ count: '3' });
  await page.keyboard.press('Control+k');
  await page.keyboard.type('Save the subgraph to the library');
  await page.keyboard.press('Enter');
  await page.getByText('is in the library').waitFor();
  await page.keyboard.press('Control+Alt+n');
  await outer.waitFor({ state: 'detached' });
  await page.keyboard.press('Alt+1');
  await page.getByRole('complementary', { name: 'Nodes' }).getByRole('button', { name: 'Subgraph', exact: true }).click();
  await expect.poll(() => numbersOf(outer), patience).toEqual({ count: '3' });
});

it('puts the card of a new subgraph where it lies over no other, as one step', async () => {
  const { page } = await startEditor();
  await card(page, 'Sampler').waitFor();
  const empty = (x: number) => ({ type: 'EmptyLatentImage', position: { x, y: 0 }, inputs: {} });
  const nodes = { left: empty(0), between: empty(260), right: empty(520) };
  await dropFile(page, 'row.json', Buffer.from(JSON.stringify({ format: 'weft', version: 1, nodes })));
  const between = page.locator('[data-card="between"]');
  await between.waitFor();
  await page.locator('[data-card="left"] header').click();
  await page.locator('[data-card="right"] header').click({ modifiers: ['Shift'] });
  await page.keyboard.press('Control+Shift+g');
  await page.keyboard.press('Escape');
  const [made, other] = await Promise.all([card(page, 'Subgraph').boundingBox(), between.boundingBox()]);
  if (made === null || other === null) throw new Error('The cards are not shown.');
  const apart =
    made.x + made.width <= other.x ||
    other.x + other.width <= made.x ||
    made.y + made.height <= other.y ||
    other.y + other.height <= made.y;
  expect(apart).toBe(true);
  await page.keyboard.press('Control+z');
  await page.locator('[data-card="left"]').waitFor();
});
