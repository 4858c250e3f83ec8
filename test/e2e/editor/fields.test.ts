import { expect, it } from 'vitest';
import { startEditor } from './editor.ts';
import { card, keptWorkflow, patience } from './parts.ts';

it('drags numbers as one step, reads sums, steps by keys, and draws seeds', async () => {
  const { page } = await startEditor();
  const sampler = card(page, 'Sampler');
  const steps = sampler.getByRole('spinbutton', { name: 'steps' });
  await expect.poll(() => steps.inputValue(), patience).toBe('20');
  const box = await sampler.getByText('steps', { exact: true }).boundingBox();
  if (box === null) throw new Error('The field is not shown.');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 51, y, { steps: 10 });
  await page.mouse.up();
  await expect.poll(() => steps.inputValue(), patience).toBe('30');
  await page.keyboard.press('Control+z');
  await expect.poll(() => steps.inputValue(), patience).toBe('20');

  await steps.fill('4*(2+1)');
  await steps.press('Enter');
  expect(await steps.inputValue()).toBe('12');
  await steps.press('ArrowUp');
  await steps.press('Shift+ArrowUp');
  expect(await steps.inputValue()).toBe('23');
  // What is no number stays as it was.
  await steps.fill('many');
  await steps.press('Enter');
  await steps.blur();
  expect(await steps.inputValue()).toBe('23');

  const seed = sampler.getByRole('textbox', { name: 'seed' });
  const before = await seed.inputValue();
  await sampler.getByRole('button', { name: 'Draw another seed' }).click();
  await expect.poll(() => seed.inputValue(), patience).not.toBe(before);
});

it('weighs the word at the caret by keys', async () => {
  const { page } = await startEditor();
  const prompt = page.locator('textarea').first();
  await prompt.fill('a lighthouse in fog');
  await prompt.press('End');
  await prompt.press('Control+ArrowUp');
  await expect.poll(() => prompt.inputValue(), patience).toBe('a lighthouse in (fog:1.05)');
  await prompt.press('Control+ArrowDown');
  await prompt.press('Control+ArrowDown');
  await expect.poll(() => prompt.inputValue(), patience).toBe('a lighthouse in (fog:0.95)');
});

it('moves what lies in a group with the group', async () => {
  const { page } = await startEditor();
  const sampler = card(page, 'Sampler');
  await sampler.locator('header').click();
  await page.keyboard.press('Control+g');
  await page.keyboard.type('Draw');
  await page.keyboard.press('Enter');
  const placeOf = async (type: string) => {
    const { nodes } = await keptWorkflow(page);
    const found = Object.values(nodes).find((node) => node.type === type) as { position?: { x: number; y: number } } | undefined;
    return found?.position ?? { x: Number.NaN, y: Number.NaN };
  };
  const before = await placeOf('KSampler');
  const other = await placeOf('VAEDecode');
  const title = page.getByText('Draw', { exact: true });
  const box = await title.boundingBox();
  if (box === null) throw new Error('The group is not shown.');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2 - 60, { steps: 6 });
  await page.mouse.up();
  await expect.poll(() => placeOf('KSampler').then(({ y }) => y), patience).toBeLessThan(before.y - 20);
  expect(await placeOf('VAEDecode')).toEqual(other);
  await page.keyboard.press('Control+z');
  await expect.poll(() => placeOf('KSampler'), patience).toEqual(before);
});
