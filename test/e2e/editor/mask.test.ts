import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { startEditor } from './editor.ts';

it('keeps a painted mask as the transparency of a new picture, whose colours stay', async () => {
  const { page, data } = await startEditor();
  await page.locator('[data-id]').first().waitFor();
  await page.keyboard.press('Alt+3');
  await page.getByRole('button', { name: /^Repaint a part/ }).click();
  await page.getByRole('button', { name: 'Paint a mask' }).click();
  const editor = page.getByRole('dialog', { name: 'Mask editor' });
  await editor.getByRole('button', { name: 'Clear the mask' }).click();
  const canvas = await editor.locator('canvas').last().boundingBox();
  if (canvas === null) throw new Error('The mask is not shown.');
  const middle = { x: canvas.x + canvas.width / 2, y: canvas.y + canvas.height / 2 };
  await page.mouse.move(middle.x, middle.y);
  await page.mouse.down();
  await page.mouse.move(middle.x + 30, middle.y, { steps: 4 });
  await page.mouse.up();
  await editor.getByRole('button', { name: 'Use this mask' }).click();
  await editor.waitFor({ state: 'detached' });

  const raw = (path: string) => sharp(path).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const before = await raw('workflows/examples/input/desert-with-mask.png');
  const after = await raw(join(data, 'input', 'desert-with-mask mask.png'));
  const { width, height } = after.info;
  const at = ((height >> 1) * width + (width >> 1)) * 4;
  expect(after.data[at + 3]).toBeLessThan(10);
  expect(after.data[3]).toBe(255);
  const colors = (bytes: Buffer) => bytes.filter((_, index) => index % 4 !== 3);
  expect(Buffer.compare(colors(before.data), colors(after.data))).toBe(0);
});
