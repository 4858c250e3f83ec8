import { expect, it } from 'vitest';
import { startEditor } from './editor.ts';

it.each([
  ['the usual window', { width: 1440, height: 900 }, 0.85],
  ['a small window', { width: 1024, height: 700 }, 0.7],
  ['a large window, with both panels', { width: 1920, height: 1080 }, 0.85],
])('opens the starter large enough to read, and shows its picture, in %s', async (_name, viewport, leastZoom) => {
  const { page } = await startEditor({ window: { viewport } });
  await page.locator('[data-card="sampler"]').waitFor();
  const percent = await page.getByRole('toolbar', { name: 'View' }).getByText('%').textContent();
  expect(Number.parseInt(percent ?? '', 10) / 100).toBeGreaterThanOrEqual(leastZoom);

  await page.getByRole('banner').getByRole('button', { name: 'Run', exact: true }).click();
  const picture = page.locator('[data-card="save"] img');
  await picture.waitFor({ timeout: 60_000 });
  const [seen, canvas] = [await picture.boundingBox(), await page.locator('[data-canvas]').boundingBox()];
  if (seen === null || canvas === null) throw new Error('The picture is not shown.');
  expect(seen.x).toBeGreaterThanOrEqual(canvas.x);
  expect(seen.x + seen.width).toBeLessThanOrEqual(canvas.x + canvas.width);
  expect(seen.y + seen.height).toBeLessThanOrEqual(canvas.y + canvas.height);
});
