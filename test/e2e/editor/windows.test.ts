import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { startEditor } from './editor.ts';
import { card, kept, patience } from './parts.ts';

function titles(page: Page): Promise<string[]> {
  const list = page.getByRole('navigation', { name: 'Open workflows' }).getByRole('listitem');
  return list.evaluateAll((tabs) => tabs.map((tab) => tab.querySelector('button')?.textContent ?? ''));
}

/** The titles of all tabs that the host has, of whichever window. */
async function keptTitles(page: Page): Promise<string[]> {
  const { tabs } = JSON.parse(await kept(page)).answer.value;
  return tabs.map(({ title }: { title: string }) => title);
}

async function rename(page: Page, from: string, to: string): Promise<void> {
  const tabs = page.getByRole('navigation', { name: 'Open workflows' });
  await tabs.getByRole('button', { name: from, exact: true }).dblclick();
  await tabs.getByRole('textbox').fill(to);
  await page.keyboard.press('Enter');
  await expect.poll(() => titles(page), patience).toContain(to);
}

it('keeps the tabs of two windows apart, and brings all of them back in one', { timeout: 120_000 }, async () => {
  const { page: first, context, kill, restart, expectMessages } = await startEditor();
  expectMessages(/WebSocket|ERR_CONNECTION/);
  await card(first, 'Sampler').waitFor();
  await rename(first, 'Text to picture', 'First');
  await first.keyboard.press('Control+Alt+n');
  await expect.poll(() => titles(first), patience).toEqual(['First', 'Untitled']);

  const second = await context.newPage();
  await second.goto(first.url());
  await card(second, 'Sampler').waitFor();
  expect(await titles(second)).toEqual(['Text to picture']);
  await rename(second, 'Text to picture', 'Second');
  await second.locator('textarea').first().fill('a lighthouse in fog');
  await expect.poll(() => keptTitles(second), patience).toEqual(expect.arrayContaining(['First', 'Untitled', 'Second']));

  // A window that orders and closes its own leaves the other's as they are.
  await first.keyboard.press('Alt+Shift+PageUp');
  await expect.poll(() => titles(first), patience).toEqual(['Untitled', 'First']);
  await second.reload();
  await card(second, 'Sampler').waitFor();
  expect(await titles(second)).toEqual(['Second']);
  expect(await second.locator('textarea').first().inputValue()).toBe('a lighthouse in fog');
  await first.reload();
  await expect.poll(() => titles(first), patience).toEqual(['Untitled', 'First']);

  // The host dies, and one window after it: another one takes up what was in both, each tab once.
  await expect.poll(() => keptTitles(first), patience).toHaveLength(3);
  await kill();
  await first.close();
  await second.close();
  await restart();
  const third = await context.newPage();
  await third.goto(first.url());
  await expect.poll(() => titles(third), patience).toHaveLength(3);
  expect((await titles(third)).toSorted()).toEqual(['First', 'Second', 'Untitled']);
});

it('renames and moves a tab by keyboard, closes it with the middle button, and brings it back', async () => {
  const { page } = await startEditor();
  await card(page, 'Sampler').waitFor();
  const tabs = page.getByRole('navigation', { name: 'Open workflows' });
  await tabs.getByRole('button', { name: 'Text to picture', exact: true }).focus();
  await page.keyboard.press('F2');
  await page.keyboard.type('Lighthouse');
  await page.keyboard.press('Enter');
  await expect.poll(() => titles(page), patience).toEqual(['Lighthouse']);
  await page.keyboard.press('Control+s');
  await page.getByRole('dialog', { name: 'Save the workflow' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('“Lighthouse” is saved.').waitFor();
  // The file goes with the name.
  await rename(page, 'Lighthouse', 'Tower');
  await page.keyboard.press('Alt+3');
  await page
    .getByRole('complementary', { name: 'Workflows and templates' })
    .getByRole('button', { name: /^Tower/ })
    .waitFor();

  await page.keyboard.press('Control+Alt+n');
  await page.keyboard.press('Alt+Shift+PageUp');
  await expect.poll(() => titles(page), patience).toEqual(['Untitled', 'Tower']);
  await tabs.getByRole('button', { name: 'Tower', exact: true }).dragTo(tabs.getByRole('button', { name: 'Untitled', exact: true }));
  await expect.poll(() => titles(page), patience).toEqual(['Tower', 'Untitled']);
  await tabs.getByRole('button', { name: 'Tower', exact: true }).click({ button: 'middle' });
  await expect.poll(() => titles(page), patience).toEqual(['Untitled']);
  await page.keyboard.press('Alt+Shift+w');
  await expect.poll(() => titles(page), patience).toEqual(['Tower', 'Untitled']);
});
