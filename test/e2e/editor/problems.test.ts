import { expect, it } from 'vitest';
import { startEditor } from './editor.ts';
import { patience } from './parts.ts';

it('calls nodes by their titles, and by their ids only where two share one', async () => {
  const { page } = await startEditor();
  const latent = page.locator('[data-card="latent"] header');
  await latent.click();
  await page.keyboard.press('Control+m');
  await page.keyboard.press('Control+j');
  const drawer = page.getByRole('region', { name: 'Problems' });
  const sentence = drawer.getByRole('listitem').filter({ hasText: 'is muted' });
  await expect.poll(() => sentence.textContent(), patience).toMatch(/needs LATENT, but "Empty Latent", to which it is linked/);
  expect(await page.getByText('node latent').count()).toBe(0);

  await latent.click();
  await page.keyboard.press('Control+d');
  await expect.poll(() => sentence.textContent(), patience).toMatch(/but "Empty Latent" \(node latent\), to which/);
  await latent.click();
  await page.getByRole('complementary', { name: 'Inspector' }).getByText('node latent').waitFor();
});
