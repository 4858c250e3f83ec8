import { expect, it } from 'vitest';
import { startEditor } from './editor.ts';
import { keptWorkflow, patience } from './parts.ts';

it('calls an empty workflow no problem, and says of a problem at which node it is', async () => {
  const { page } = await startEditor();
  const bar = page.getByRole('banner');
  await page.locator('[data-card="checkpoint"]').waitFor();
  await bar.getByRole('button', { name: 'New workflow' }).click();
  await page.getByText('An empty workflow').waitFor();
  // Longer than a workflow waits to be checked.
  await page.waitForTimeout(600);
  expect(await bar.getByRole('button', { name: /problem/ }).count()).toBe(0);

  await bar.getByRole('button', { name: 'Text to picture', exact: true }).click();
  await page.locator('[data-card="checkpoint"] header').click();
  await page.keyboard.press('Delete');
  await bar.getByRole('button', { name: '4 problems' }).click();
  const problem = page.getByRole('region', { name: 'Problems' }).getByRole('listitem').first();
  expect(await problem.textContent()).toMatch(
    /^Prompt clip needs CLIP, but nothing is linked to it\. Add a node that gives CLIP, such as Load Checkpoint or /,
  );
});

it('puts a closed workflow back where it was, and says no longer that it is closed', async () => {
  const { page } = await startEditor();
  const tabs = page.getByRole('navigation', { name: 'Open workflows' }).getByRole('listitem');
  const titles = () => tabs.evaluateAll((all) => all.map((one) => one.textContent));
  await page.locator('[data-card="sampler"]').waitFor();
  await page.locator('[data-card="positive"] textarea').fill('a lighthouse');
  for (const count of [2, 3]) {
    await page.getByRole('button', { name: 'New workflow' }).click();
    await expect.poll(() => tabs.count()).toBe(count);
  }
  const before = await titles();
  await tabs.first().getByRole('button').first().click({ button: 'middle' });
  const notice = page.getByText('“Text to picture” is closed.');
  await notice.waitFor();
  expect(await tabs.count()).toBe(2);
  await page.keyboard.press('Alt+Shift+W');
  await expect.poll(titles).toEqual(before);
  await notice.waitFor({ state: 'detached', timeout: 3_000 });
});

it('finds a command by its name alone, and shows one that can do nothing now', async () => {
  const { page } = await startEditor();
  await page.locator('[data-card="sampler"]').waitFor();
  await page.keyboard.press('Control+k');
  const found = page.getByRole('dialog').getByRole('option');
  await page.keyboard.type('snap');
  await expect.poll(() => found.allTextContents()).toEqual(['Snap to grid']);
  await page.keyboard.press('Control+a');
  await page.keyboard.type('mute');
  await expect.poll(() => found.first().getAttribute('aria-disabled')).toBe('true');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('snap');
  await page.keyboard.press('Enter');

  const card = page.locator('[data-card="latent"]');
  const header = await card.locator('header').boundingBox();
  if (header === null) throw new Error('The card is not shown.');
  await page.mouse.move(header.x + 40, header.y + 8);
  await page.mouse.down();
  await page.mouse.move(header.x + 67, header.y + 33, { steps: 6 });
  await page.mouse.up();
  const place = () => keptWorkflow(page).then(({ nodes }) => Object(nodes.latent).position);
  await expect.poll(async () => (await place()).x % 8 === 0 && (await place()).y % 8 === 0 && (await place()).y > 354, patience).toBe(true);
});
