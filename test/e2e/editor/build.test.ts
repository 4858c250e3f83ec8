import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { startEditor } from './editor.ts';
import { card, expectState, newPicture, patience, socket } from './parts.ts';

/** Text to image: what it is made of, and its links from output to input. */
const types = ['Load Checkpoint', 'Prompt', 'Empty Latent', 'Sampler', 'VAE Decode', 'Save Picture'];
const links = [
  ['Load Checkpoint', 'CLIP', 'Prompt', 'clip'],
  ['Load Checkpoint', 'MODEL', 'Sampler', 'model'],
  ['Prompt', 'CONDITIONING', 'Sampler', 'positive'],
  ['Prompt', 'CONDITIONING', 'Sampler', 'negative'],
  ['Empty Latent', 'LATENT', 'Sampler', 'latent_image'],
  ['Sampler', 'LATENT', 'VAE Decode', 'samples'],
  ['Load Checkpoint', 'VAE', 'VAE Decode', 'vae'],
  ['VAE Decode', 'IMAGE', 'Save Picture', 'images'],
] as const;

/** Where cards are dropped, in the window, so that none covers another. */
const places = [
  [480, 100],
  [480, 420],
  [480, 760],
  [860, 100],
  [1240, 100],
  [1240, 420],
] as const;

const spacious = { viewport: { width: 1920, height: 1080 } };

/** Presses Tab until an element has the focus, backwards where that is nearer. */
async function tabTo(page: Page, selector: string): Promise<void> {
  const steps = () =>
    page.evaluate((wanted) => {
      const target = document.querySelector(wanted);
      if (target === null || document.activeElement === null) return 0;
      if (target === document.activeElement) return 'there';
      return document.activeElement.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_PRECEDING ? -1 : 1;
    }, selector);
  for (let presses = 0; presses < 200; presses++) {
    const next = await steps();
    if (next === 'there') return;
    await page.keyboard.press(next === -1 ? 'Shift+Tab' : 'Tab');
  }
  throw new Error(`Tab never comes to ${selector}.`);
}

function socketSelector(type: string, side: 'input' | 'output', name: string): string {
  return `[data-card][aria-label$=", node ${type}"] button[data-side="${side}"][data-name="${name}"]`;
}

it('builds text to image from nothing by keyboard alone', { timeout: 120_000 }, async () => {
  const { page } = await startEditor({ window: spacious });
  await card(page, 'Sampler').waitFor();
  await page.keyboard.press('Control+Alt+n');
  await card(page, 'Sampler').waitFor({ state: 'detached' });
  for (const type of types) {
    await page.keyboard.press('Space');
    await page.getByRole('dialog', { name: 'Add a node' }).waitFor();
    await page.keyboard.type(type);
    await page.keyboard.press('Enter');
    await card(page, type).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')), patience).toContain(`node ${type}`);
  }
  await tabTo(page, '[data-card][aria-label$=", node Load Checkpoint"] [data-row="field"] button:not([data-side])');
  await page.keyboard.press('Enter');
  await page.getByRole('option', { name: 'starter.safetensors' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  for (const [from, output, to, input] of links) {
    await tabTo(page, socketSelector(from, 'output', output));
    await page.keyboard.press('Enter');
    await tabTo(page, socketSelector(to, 'input', input));
    await page.keyboard.press('Enter');
    await expect.poll(() => socket(card(page, to), 'input', input).getAttribute('data-linked'), patience).toBe('true');
  }
  const last = card(page, 'Save Picture');
  const before = await last.boundingBox();
  await page.keyboard.press('Control+Shift+l');
  await expect.poll(() => last.boundingBox(), patience).not.toEqual(before);
  await tabTo(page, '[data-card][aria-label$=", node Prompt"] textarea');
  await page.keyboard.type('a lighthouse');
  await tabTo(page, '[data-card][aria-label$=", node Sampler"] input[aria-label="steps"]');
  await page.keyboard.press('Control+a');
  await page.keyboard.type('2');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+Enter');
  await expectState(card(page, 'Save Picture'), 'done');
  await newPicture(card(page, 'Save Picture'));
});

it('builds text to image from nothing by mouse alone', { timeout: 120_000 }, async () => {
  const { page } = await startEditor({ window: spacious });
  await card(page, 'Sampler').waitFor();
  await page.getByRole('button', { name: 'New workflow' }).click();
  await card(page, 'Sampler').waitFor({ state: 'detached' });
  const list = page.getByRole('complementary', { name: 'Nodes' });
  const pane = page.locator('.react-flow__pane');
  for (const [index, type] of types.entries()) {
    const [x, y] = places[index];
    const around = await pane.boundingBox();
    if (around === null) throw new Error('There is no canvas.');
    await list.getByRole('button', { name: type, exact: true }).dragTo(pane, { targetPosition: { x: x - around.x, y: y - around.y } });
    await card(page, type).waitFor();
  }
  for (const [from, output, to, input] of links) {
    await socket(card(page, from), 'output', output).hover();
    await page.mouse.down();
    await socket(card(page, to), 'input', input).hover({ force: true });
    await page.mouse.up();
    await expect.poll(() => socket(card(page, to), 'input', input).getAttribute('data-linked'), patience).toBe('true');
  }
  await card(page, 'Load Checkpoint').locator('[data-row="field"] button:not([data-side])').click();
  await page.getByRole('option', { name: 'starter.safetensors' }).click();
  // A drag to the left takes steps away: fewer are enough here.
  await card(page, 'Sampler').getByRole('spinbutton', { name: 'steps' }).hover();
  await page.mouse.down();
  await page.mouse.move(400, 300, { steps: 5 });
  await page.mouse.up();
  await page.getByRole('banner').getByRole('button', { name: 'Run', exact: true }).click();
  await expectState(card(page, 'Save Picture'), 'done');
  await newPicture(card(page, 'Save Picture'));
});
