import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../cli.ts';
import { startEditor } from './editor.ts';
import { card, keptWorkflow, patience } from './parts.ts';

async function choose(page: Page, command: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(command);
  await page.keyboard.press('Enter');
}

it('exports a workflow as a file, which it imports again without loss', async () => {
  const { page } = await startEditor();
  await card(page, 'Sampler').waitFor();
  await page.locator('textarea').first().fill('a lighthouse in fog');
  await page.locator('textarea').first().blur();
  const download = page.waitForEvent('download');
  await choose(page, 'Export as a file');
  const path = join(temporaryFolder(), 'exported.weft.json');
  expect((await download).suggestedFilename()).toBe('Text to picture.weft.json');
  await (await download).saveAs(path);
  const exported = JSON.parse(readFileSync(path, 'utf8'));
  expect(JSON.stringify(exported.nodes)).toContain('a lighthouse in fog');

  // Shortcuts mean the graph once the palette is gone.
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const chooser = page.waitForEvent('filechooser');
  await page.keyboard.press('Control+Shift+o');
  await (await chooser).setFiles(path);
  const tabs = page.getByRole('navigation', { name: 'Open workflows' }).getByRole('listitem');
  await expect.poll(() => tabs.count(), patience).toBe(2);
  await expect.poll(() => keptWorkflow(page).then(({ nodes }) => nodes), patience).toEqual(exported.nodes);
});

it('takes nodes from one window to another, and a whole workflow as text', async () => {
  const { page: first, context } = await startEditor();
  await card(first, 'Sampler').waitFor();
  const second = await context.newPage();
  await second.goto(first.url());
  await card(second, 'Sampler').waitFor();
  await second.keyboard.press('Control+Alt+n');
  await card(second, 'Sampler').waitFor({ state: 'detached' });

  await first.bringToFront();
  await card(first, 'Sampler').locator('header').click();
  await card(first, 'VAE Decode')
    .locator('header')
    .click({ modifiers: ['Shift'] });
  await first.keyboard.press('Control+c');
  await second.bringToFront();
  await second.keyboard.press('Control+v');
  await card(second, 'VAE Decode').waitFor();
  expect(await second.locator('[data-card]').count()).toBe(2);

  await first.bringToFront();
  await choose(first, 'Copy the workflow as text');
  await first.getByText('The workflow is on the clipboard.').waitFor();
  await first.keyboard.press('Control+Alt+n');
  await card(first, 'Sampler').waitFor({ state: 'detached' });
  await first.keyboard.press('Control+v');
  await expect.poll(() => keptWorkflow(first).then(({ nodes }) => Object.keys(nodes)), patience).toHaveLength(7);
});

it('goes back to an earlier version of a saved workflow, which can be undone', async () => {
  const { page } = await startEditor();
  const prompt = page.locator('textarea').first();
  await prompt.fill('the first version');
  await page.keyboard.press('Control+s');
  await page.getByRole('dialog', { name: 'Save the workflow' }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('is saved.').first().waitFor();
  await prompt.fill('the second version');
  await page.keyboard.press('Control+s');
  await page.getByRole('img', { name: 'not saved' }).waitFor({ state: 'detached' });
  await choose(page, 'Versions');
  const dialog = page.getByRole('dialog', { name: /^Versions of/ });
  await dialog.getByRole('button', { name: 'Go back to this' }).first().click();
  await expect.poll(() => prompt.inputValue(), patience).toBe('the first version');
  await page
    .locator('[data-canvas]')
    .focus()
    .catch(() => undefined);
  await page.keyboard.press('Control+z');
  await expect.poll(() => prompt.inputValue(), patience).toBe('the second version');
});
