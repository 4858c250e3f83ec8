import { expect, it } from 'vitest';
import { startEditor } from './editor.ts';

type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

it('shows no card of any template over another', { timeout: 180_000 }, async () => {
  const { page } = await startEditor();
  await page.locator('[data-card="sampler"]').waitFor();
  await page.keyboard.press('Alt+3');
  const templates = page.locator('aside').getByRole('button', { name: /\./ });
  await templates.first().waitFor();
  const found: string[] = [];
  for (let index = 0; index < (await templates.count()); index++) {
    const title = (await templates.nth(index).locator('span > span').first().textContent()) ?? '';
    await templates.nth(index).click();
    await page.getByRole('banner').locator('[aria-current="page"]').filter({ hasText: title }).waitFor();
    await page.locator('[data-card]').first().waitFor();
    // The cards that are seen are mounted once the view rests.
    await page.waitForTimeout(400);
    const boxes = await page.locator('[data-card]').evaluateAll((cards) =>
      cards.map((card) => {
        const { x, y, width, height } = card.getBoundingClientRect();
        return { id: card.getAttribute('data-card'), x, y, width, height };
      }),
    );
    for (const [at, one] of boxes.entries())
      for (const other of boxes.slice(at + 1)) if (overlap(one, other)) found.push(`${title}: ${one.id} and ${other.id}`);
  }
  expect(found).toEqual([]);
});
