import { expect, it } from 'vitest';
import { startEditor } from './editor.ts';
import { card, expectState, patience } from './parts.ts';

it('shows the seed that was used once the field has moved on, and takes it back with a click', { timeout: 120_000 }, async () => {
  const { page } = await startEditor();
  const sampler = card(page, 'Sampler');
  const seed = sampler.getByRole('textbox', { name: 'seed' });
  await sampler.getByRole('button', { name: /^After each run/ }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Count up by one' }).click();
  // The greatest there is: what comes after it is 0, and JSON's numbers would not hold it.
  await seed.fill('18446744073709551615');
  await seed.press('Enter');
  await sampler.getByText('counts up after each run').waitFor();
  await page.keyboard.press('Control+Enter');
  await expect.poll(() => seed.inputValue(), patience).toBe('0');
  await expectState(card(page, 'Save Picture'), 'done');
  const used = sampler.getByRole('button', { name: /^used/ });
  expect(await used.textContent()).toBe('used 18446744073709551615');

  await sampler.locator('header').click();
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  const fact = (name: string) => inspector.locator('dl > div', { has: page.locator(`dt:text-is("${name}")`) }).locator('dd');
  expect(await fact('State').textContent()).toBe('Done');
  expect(await fact('Time').textContent()).toMatch(/^[\d.]+ s · [\d.]+ s a step$/);
  expect(await fact('Memory').textContent()).toMatch(/^[\d.]+ [MG]B$/);
  expect(await fact('Device').textContent()).toBe('CPU');
  expect(await fact('Seed used').textContent()).toBe('18446744073709551615');

  await used.click();
  await expect.poll(() => seed.inputValue(), patience).toBe('18446744073709551615');
  await sampler.getByText('used in the last run').waitFor();
  await page.keyboard.press('Control+Enter');
  await expectState(card(page, 'Save Picture'), 'cached');
  // What lies behind a result that is there has not run either.
  await expectState(sampler, 'cached');
  expect(await fact('State').textContent()).toBe('From the cache');
});
