import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { startEditor } from './editor.ts';

async function isWithinCanvas(picture: Locator): Promise<boolean> {
  const [seen, canvas] = [await picture.boundingBox(), await picture.page().locator('[data-canvas]').boundingBox()];
  if (seen === null || canvas === null) return false;
  const isIn = (from: 'x' | 'y', size: 'width' | 'height') =>
    seen[from] >= canvas[from] && seen[from] + seen[size] <= canvas[from] + canvas[size];
  return isIn('x', 'width') && isIn('y', 'height');
}

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
  expect(await isWithinCanvas(picture)).toBe(true);

  // Nobody has moved the view: what was shown whole stays so beside a panel, however wide it is.
  await page.keyboard.press('Alt+4');
  await page.getByRole('complementary', { name: 'Queue and history' }).waitFor();
  await expect.poll(() => isWithinCanvas(picture)).toBe(true);
});
