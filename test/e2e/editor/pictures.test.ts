import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it, onTestFinished } from 'vitest';
import { startEditor } from './editor.ts';
import { bytesOf, card, dropFile, expectState, keptWorkflow, newPicture, patience } from './parts.ts';

function pixels(file: Uint8Array): Promise<Buffer> {
  return sharp(file).raw().toBuffer();
}

it('opens the workflow of a dropped result, which makes the same pixels again elsewhere', { timeout: 120_000 }, async () => {
  const first = await startEditor();
  await card(first.page, 'Save Picture').waitFor();
  await first.page.locator('textarea').first().fill('a red hot air balloon');
  await first.page.keyboard.press('Control+Enter');
  await expectState(card(first.page, 'Save Picture'), 'done');
  const picture = await bytesOf(first.page, await newPicture(card(first.page, 'Save Picture')));
  await expect.poll(() => keptWorkflow(first.page).then(JSON.stringify), patience).toContain('a red hot air balloon');
  const { nodes } = await keptWorkflow(first.page);
  await first.page.close();

  // Another data folder: there is nothing in its cache.
  const { page } = await startEditor();
  await card(page, 'Save Picture').waitFor();
  const tabs = page.getByRole('navigation', { name: 'Open workflows' }).getByRole('listitem');
  await dropFile(page, 'result.png', picture);
  await expect.poll(() => tabs.count(), patience).toBe(2);
  await expect.poll(() => keptWorkflow(page).then((workflow) => workflow.nodes), patience).toEqual(nodes);
  await page.keyboard.press('Control+Enter');
  await expectState(card(page, 'Save Picture'), 'done');
  expect(await pixels(await bytesOf(page, await newPicture(card(page, 'Save Picture'))))).toEqual(await pixels(picture));
});

const maskWorkflow = {
  format: 'weft',
  version: 1,
  nodes: {
    load: { type: 'LoadImage', position: { x: 0, y: 0 }, inputs: { image: 'grey.png' } },
    show: { type: 'MaskToImage', position: { x: 400, y: 0 }, inputs: { mask: { link: ['load', 'MASK'] } } },
    save: { type: 'SaveImage', position: { x: 800, y: 0 }, inputs: { images: { link: ['show', 'IMAGE'] }, filename_prefix: 'mask' } },
  },
};

it('paints a mask, which the next run uses', { timeout: 120_000 }, async () => {
  const data = mkdtempSync(join(tmpdir(), 'weft-mask-'));
  onTestFinished(() => rmSync(data, { recursive: true, force: true, maxRetries: 3 }));
  mkdirSync(join(data, 'input'));
  await sharp({ create: { width: 64, height: 64, channels: 3, background: '#808080' } }).toFile(join(data, 'input/grey.png'));
  const { page } = await startEditor({ data });
  await card(page, 'Sampler').waitFor();
  await dropFile(page, 'mask.json', Buffer.from(JSON.stringify(maskWorkflow)));

  await card(page, 'Load Picture').getByRole('button', { name: 'Paint a mask' }).click();
  const editor = page.getByRole('dialog', { name: 'Mask editor' });
  const layer = editor.locator('canvas').last();
  await layer.waitFor();
  const box = await layer.boundingBox();
  if (box === null) throw new Error('The mask editor shows no picture.');
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  await editor.getByRole('button', { name: 'Use this mask' }).click();
  await editor.waitFor({ state: 'detached' });

  await page.keyboard.press('Control+Enter');
  await expectState(card(page, 'Save Picture'), 'done');
  const mask = await sharp(await bytesOf(page, await newPicture(card(page, 'Save Picture'))))
    .greyscale()
    .raw()
    .toBuffer();
  expect(mask[32 * 64 + 32]).toBe(255);
  expect(mask[0]).toBe(0);
});
