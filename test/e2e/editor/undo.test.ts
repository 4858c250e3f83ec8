import { expect, it } from 'vitest';
import { startEditor } from './editor.ts';
import { card, keptWorkflow, patience } from './parts.ts';

it('undoes fifty-one edits of nodes and texts and does them again: the workflows are the same', { timeout: 120_000 }, async () => {
  const { page } = await startEditor();
  const header = card(page, 'Sampler').locator('header');
  await header.waitFor();
  const keptNodes = () => keptWorkflow(page).then(({ nodes }) => nodes);
  await expect.poll(() => keptNodes().then(Object.keys), patience).toHaveLength(7);
  const before = await keptNodes();
  await header.click();
  // Five edits a round, which leave one muted node more.
  for (let round = 0; round < 10; round++) {
    for (const keys of ['Control+d', 'Control+m', 'Control+b', 'Alt+c', 'Control+m']) await page.keyboard.press(keys);
  }
  await page.locator('textarea').first().fill('the last edit');
  await page.locator('textarea').first().blur();
  await expect.poll(() => keptNodes().then(JSON.stringify), patience).toContain('the last edit');
  const after = await keptNodes();
  for (let step = 0; step < 51; step++) await page.keyboard.press('Control+z');
  await expect.poll(keptNodes, patience).toEqual(before);
  for (let step = 0; step < 51; step++) await page.keyboard.press('Control+Shift+z');
  await expect.poll(keptNodes, patience).toEqual(after);
});
