import { expect, it } from 'vitest';
import { startEditor } from './editor.ts';
import { bytesOf, card, expectState, type Kept, keptWorkflow, newPicture, patience } from './parts.ts';

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
