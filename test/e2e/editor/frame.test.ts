import { expect, it } from 'vitest';
import { startEditor } from './editor.ts';

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
