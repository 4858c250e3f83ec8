import { expect, it } from 'vitest';
import { startEditor } from './editor.ts';
import { kept, patience } from './parts.ts';

it('brings edits back after the host was killed, those made while it was gone as well', async () => {
  const { page, kill, restart, expectMessages } = await startEditor();
  expectMessages(/WebSocket|ERR_CONNECTION/);
  const prompt = page.locator('textarea').first();
  await prompt.fill('a lighthouse in fog');
  await expect.poll(() => kept(page), patience).toContain('a lighthouse in fog');
  await kill();
  await page.getByText('The connection to Weft is lost.').waitFor();
  await prompt.fill('a lighthouse at dawn');
  await restart();
  await page.getByText('The connection to Weft is lost.').waitFor({ state: 'detached' });
  await expect.poll(() => kept(page), patience).toContain('a lighthouse at dawn');
  await page.reload();
  await expect.poll(() => page.locator('textarea').first().inputValue(), patience).toBe('a lighthouse at dawn');
  expect(JSON.parse(await kept(page)).answer.value.tabs).toHaveLength(1);
});

it('undoes fifty edits and does them again', async () => {
  const { page } = await startEditor();
  const prompt = page.locator('textarea').first();
  const before = await prompt.inputValue();
  for (let step = 0; step < 50; step++) {
    // Two fields in turn: typing in one field is one step.
    await page
      .locator('textarea')
      .nth(step % 2)
      .fill(`edit ${step}`);
  }
  await page.locator('textarea').first().blur();
  for (let step = 0; step < 50; step++) await page.keyboard.press('Control+z');
  await expect.poll(() => prompt.inputValue(), patience).toBe(before);
  for (let step = 0; step < 50; step++) await page.keyboard.press('Control+Shift+z');
  await expect.poll(() => prompt.inputValue(), patience).toBe('edit 48');
  expect(await page.locator('textarea').nth(1).inputValue()).toBe('edit 49');
});
