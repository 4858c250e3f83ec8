import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { startEditor } from './editor.ts';
import { card, expectState, patience } from './parts.ts';

/** Sets the steps of the sampler's card. */
async function setSteps(page: Page, count: number): Promise<void> {
  const steps = card(page, 'Sampler').getByRole('spinbutton', { name: 'steps' });
  await steps.fill(String(count));
  await steps.press('Enter');
}

/** The states of the listed runs: what is open first, then what is over, the latest first. */
function states(panel: Locator): Promise<(string | undefined)[]> {
  return panel.locator('li[data-state]').evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.state));
}

async function choose(page: Page, command: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(command);
  await page.keyboard.press('Enter');
}

it('runs up to what is selected, several times, on every change, and stops all', { timeout: 120_000 }, async () => {
  const { page } = await startEditor();
  const [sampler, save] = [card(page, 'Sampler'), card(page, 'Save Picture')];
  await setSteps(page, 2);
  await page.keyboard.press('Alt+4');
  const panel = page.getByRole('complementary', { name: 'Queue and history' });
  const expectDone = (count: number) => expect.poll(() => states(panel), patience).toEqual(new Array(count).fill('done'));

  await sampler.locator('header').click();
  await page.keyboard.press('Alt+Enter');
  await expectState(sampler, 'done');
  await expectDone(1);
  expect(await save.locator('[data-state]').first().getAttribute('data-state')).toBe('idle');

  // Each of several runs has a seed of its own where the field says so, and so a picture of its own.
  await sampler.getByRole('button', { name: /^After each run/ }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Count up by one' }).click();
  await page.getByRole('button', { name: 'Ways to run' }).click();
  await page.getByRole('menuitem', { name: 'Run 2 times' }).click();
  await expectDone(3);
  const pictures = await panel.locator('li img').evaluateAll((images) => images.map((image) => (image as HTMLImageElement).src));
  expect(new Set(pictures).size).toBe(2);

  await choose(page, 'Run on every change');
  await page.locator('textarea').first().fill('a lighthouse in fog');
  await expectDone(4);
  await choose(page, 'Run on every change');

  await setSteps(page, 10_000);
  for (let count = 0; count < 3; count++) await page.keyboard.press('Control+Enter');
  await expectState(sampler, 'running');
  await expect.poll(async () => (await states(panel)).length, patience).toBe(7);
  await page.keyboard.press('Control+Shift+.');
  await page.getByRole('button', { name: 'Queue empty' }).waitFor();
  await expect.poll(() => states(panel), patience).toEqual(['cancelled', 'cancelled', 'cancelled', 'done', 'done', 'done', 'done']);
});

it('opens from the history what a run was, whatever was edited since, and runs it again', { timeout: 120_000 }, async () => {
  const { page } = await startEditor();
  await setSteps(page, 3);
  const prompt = page.locator('textarea').first();
  const before = await prompt.inputValue();
  await page.keyboard.press('Control+Enter');
  // An edit while it waits or runs belongs to the next run.
  await prompt.fill('edited in the meantime');
  await page.keyboard.press('Alt+4');
  const panel = page.getByRole('complementary', { name: 'Queue and history' });
  await expect.poll(() => states(panel), patience).toEqual(['done']);
  const more = panel.getByRole('button', { name: 'More' }).first();

  await more.click();
  await page.getByRole('menuitem', { name: 'Run again' }).click();
  await expect.poll(() => states(panel), patience).toEqual(['done', 'done']);

  await more.click();
  await page.getByRole('menuitem', { name: 'Open this workflow' }).click();
  await expect.poll(() => prompt.inputValue(), patience).toBe(before);
  const tabs = page.getByRole('navigation', { name: 'Open workflows' });
  expect(await tabs.getByRole('listitem').count()).toBe(2);
  await tabs.getByRole('listitem').first().getByRole('button').first().click();
  await expect.poll(() => prompt.inputValue(), patience).toBe('edited in the meantime');
});

it('compares two pictures, copies the seed, and opens the workflow of the one that is shown', { timeout: 120_000 }, async () => {
  const { page } = await startEditor();
  const prompt = page.locator('textarea').first();
  await setSteps(page, 2);
  await prompt.fill('the first');
  await page.keyboard.press('Control+Enter');
  await prompt.fill('the second');
  await page.keyboard.press('Control+Enter');
  await page.keyboard.press('Alt+5');
  const made = page.getByRole('complementary', { name: 'Pictures' }).getByRole('button', { name: /^Show / });
  await expect.poll(() => made.count(), patience).toBe(2);

  // The newest comes first.
  await made.nth(1).click();
  const viewer = page.locator('[role="dialog"]:not([aria-modal="false"])');
  await viewer.getByRole('button', { name: 'Compare' }).click();
  const slider = viewer.getByRole('slider', { name: 'Compare' });
  const other = slider.locator('xpath=preceding-sibling::*[contains(@style, "clip-path")]');
  expect(await other.getAttribute('style')).toContain('50%');
  await slider.focus();
  await page.keyboard.press('Home');
  await expect.poll(() => other.getAttribute('style'), patience).toMatch(/0px 0px 0px 0%|0 0 0 0%/);

  await viewer.getByRole('button', { name: 'Copy seed' }).click();
  await page.getByText('The seed is on the clipboard.').waitFor();
  await viewer.getByRole('button', { name: 'Open this workflow' }).click();
  await viewer.waitFor({ state: 'detached' });
  await expect.poll(() => prompt.inputValue(), patience).toBe('the first');
});
