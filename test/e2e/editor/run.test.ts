import { expect, it } from 'vitest';
import { startEditor } from './editor.ts';
import { card, expectState, newPicture, patience } from './parts.ts';

it('runs, runs again with another prompt and the loader from the cache, and shows each picture in its card', {
  timeout: 120_000,
}, async () => {
  const { page } = await startEditor();
  const save = card(page, 'Save Picture');
  await save.waitFor();
  await page.keyboard.press('Control+Enter');
  await expectState(save, 'done');
  const first = await newPicture(save);
  await page.locator('textarea').first().fill('a lighthouse in fog');
  await page.keyboard.press('Control+Enter');
  await newPicture(save, first);
  await expectState(save, 'done');
  await expectState(card(page, 'Load Checkpoint'), 'cached');
  await expectState(card(page, 'Sampler'), 'done');
});

it('shows step, time left and a preview of a long run, stops it at once, and runs again', { timeout: 120_000 }, async () => {
  const { page } = await startEditor();
  const sampler = card(page, 'Sampler');
  const steps = sampler.getByRole('spinbutton', { name: 'steps' });
  await steps.fill('10000');
  await steps.press('Enter');
  await page.keyboard.press('Control+Enter');
  await expectState(sampler, 'running');
  await sampler.getByText(/^\d+ \/ 10000 · \d+(:\d\d|\.\d+ s| s)$/).waitFor();
  const preview = sampler.getByRole('img', { name: 'What is being made' });
  await preview.waitFor();
  const first = await preview.getAttribute('src');
  await expect.poll(() => preview.getAttribute('src'), patience).not.toBe(first);
  await page.keyboard.press('Control+.');
  await expectState(sampler, 'idle');
  await page.getByRole('button', { name: 'Queue empty' }).waitFor();
  await steps.fill('2');
  await steps.press('Enter');
  await page.keyboard.press('Control+Enter');
  await expectState(card(page, 'Save Picture'), 'done');
});

it('stands still while it runs, where less motion is asked for', { timeout: 120_000 }, async () => {
  const { page } = await startEditor({ window: { reducedMotion: 'reduce' } });
  const sampler = card(page, 'Sampler');
  await page.keyboard.press('Control+Enter');
  await expectState(sampler, 'running');
  const moving = () => page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === 'running').length);
  expect(await moving()).toBe(0);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await expect.poll(moving, { timeout: 10_000 }).toBeGreaterThan(0);
  await expectState(card(page, 'Save Picture'), 'done');
});

it('tells screen readers what a card does', { timeout: 120_000 }, async () => {
  const { page } = await startEditor();
  const save = card(page, 'Save Picture');
  const told = () => save.evaluate((element) => document.getElementById(element.getAttribute('aria-describedby') ?? '')?.textContent);
  await save.waitFor();
  expect(await told()).toBe('');
  await page.keyboard.press('Control+Enter');
  await expect.poll(told, { timeout: 10_000, interval: 20 }).toBe('Waiting');
  await expectState(save, 'done');
  expect(await told()).toMatch(/^[\d.]+ s$/);
});
