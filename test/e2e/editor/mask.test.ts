import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { startEditor } from './editor.ts';

/** Opens the mask editor on the picture of a template. */
async function openMaskEditor(page: Page): Promise<Locator> {
  await page.locator('[data-id]').first().waitFor();
  await page.keyboard.press('Alt+3');
  await page.getByRole('button', { name: /^Repaint a part/ }).click();
  await page.getByRole('button', { name: 'Paint a mask' }).click();
  return page.getByRole('dialog', { name: 'Mask editor' });
}

/** Drags across the middle of the picture. */
async function stroke(page: Page, editor: Locator): Promise<void> {
  const canvas = await editor.locator('canvas').last().boundingBox();
  if (canvas === null) throw new Error('The mask is not shown.');
  const middle = { x: canvas.x + canvas.width / 2, y: canvas.y + canvas.height / 2 };
  await page.mouse.move(middle.x, middle.y);
  await page.mouse.down();
  await page.mouse.move(middle.x + 30, middle.y, { steps: 4 });
  await page.mouse.up();
}

/** The picture with the mask that was painted, and how opaque it is in its middle and in a corner. */
async function saved(editor: Locator, data: string) {
  await editor.getByRole('button', { name: 'Use this mask' }).click();
  await editor.waitFor({ state: 'detached' });
  const picture = await raw(join(data, 'input', 'desert-with-mask mask.png'));
  const { width, height } = picture.info;
  return { picture, middle: picture.data[((height >> 1) * width + (width >> 1)) * 4 + 3], corner: picture.data[3] };
}

const raw = (path: string) => sharp(path).ensureAlpha().raw().toBuffer({ resolveWithObject: true });

it('keeps a painted mask as the transparency of a new picture, whose colours stay', async () => {
  const { page, data } = await startEditor();
  const editor = await openMaskEditor(page);
  await editor.getByRole('button', { name: 'Clear the mask' }).click();
  await stroke(page, editor);
  const { picture: after, middle, corner } = await saved(editor, data);
  expect(middle).toBeLessThan(10);
  expect(corner).toBe(255);
  const before = await raw('workflows/examples/input/desert-with-mask.png');
  const colors = (bytes: Buffer) => bytes.filter((_, index) => index % 4 !== 3);
  expect(Buffer.compare(colors(before.data), colors(after.data))).toBe(0);
});

it('erases, masks everything, turns the mask round, and undoes each', async () => {
  const { page, data } = await startEditor();
  const editor = await openMaskEditor(page);
  await editor.getByRole('button', { name: 'Mask everything' }).click();
  await page.keyboard.press('e');
  await stroke(page, editor);
  await editor.getByRole('button', { name: 'Invert the mask' }).click();
  // Three changes that are undone are as if they had not been.
  await editor.getByRole('button', { name: 'Clear the mask' }).click();
  await editor.getByRole('button', { name: 'Mask everything' }).click();
  await stroke(page, editor);
  for (let step = 0; step < 3; step++) await page.keyboard.press('Control+z');
  const { middle, corner } = await saved(editor, data);
  expect(middle).toBeLessThan(10);
  expect(corner).toBe(255);
});
