import { expect, it } from 'vitest';
import { startEditor } from './editor.ts';
import { card, kept, patience } from './parts.ts';

it('brings back a saved workflow with what was edited since, and the one beside it, after the host was killed', {
  timeout: 120_000,
}, async () => {
  const { page, kill, restart, expectMessages } = await startEditor();
  expectMessages(/WebSocket|ERR_CONNECTION/);
  await card(page, 'Save Picture').waitFor();
  await page.keyboard.press('Control+Shift+s');
  const dialog = page.getByRole('dialog', { name: 'Save the workflow' });
  await dialog.getByRole('textbox').fill('Lighthouse');
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  const tabs = page.getByRole('navigation', { name: 'Open workflows' });
  const saved = tabs.getByRole('button', { name: 'Lighthouse', exact: true });
  await saved.waitFor();
  await page.locator('textarea').first().fill('a lighthouse at dawn');
  await tabs.getByRole('button', { name: 'New workflow' }).click();
  await expect.poll(() => kept(page).then((text) => JSON.parse(text).answer.value.tabs.length), patience).toBe(2);
  await expect.poll(() => kept(page), patience).toContain('a lighthouse at dawn');

  await kill();
  await restart();
  await page.reload();
  await expect.poll(() => tabs.getByRole('listitem').count(), patience).toBe(2);
  await tabs.getByRole('button', { name: /^Lighthouse/ }).click();
  await expect.poll(() => page.locator('textarea').first().inputValue(), patience).toBe('a lighthouse at dawn');
  await tabs.getByRole('img', { name: 'not saved' }).first().waitFor();
});
