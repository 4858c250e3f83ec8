import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { startEditor } from './editor.ts';

/** Waits until what fades in is there, and asks axe. */
async function expectAccessible(page: Page, place: string): Promise<void> {
  await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
  expect(found, place).toEqual([]);
}

describe.each([
  ['dark', 'en', { width: 1440, height: 900 }],
  ['light', 'zh-CN', { width: 1024, height: 700 }],
] as const)('the page in %s, %s', (colorScheme, locale, viewport) => {
  it('shows every panel, dialog and drawer without a violation, an error or a warning', async () => {
    const { page } = await startEditor({ window: { colorScheme, locale, viewport } });
    await page.locator('[data-id]').first().waitFor();
    await expectAccessible(page, 'start');
    for (const digit of ['2', '3', '4', '5', '1']) {
      await page.keyboard.press(`Alt+${digit}`);
      await page.locator('aside h2').first().waitFor();
      await expectAccessible(page, `panel ${digit}`);
    }
    await page.keyboard.press('Control+j');
    await page.keyboard.press('Control+a');
    await expectAccessible(page, 'drawer and selection');
    for (const keys of ['Control+k', 'Control+,', '?', 'Control+Shift+s']) {
      await page.keyboard.press(keys);
      await page.getByRole('dialog').waitFor();
      await expectAccessible(page, keys);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
  });

  it('says what it is in the language of the system', async () => {
    const { page } = await startEditor({ window: { colorScheme, locale, viewport } });
    const run = page.getByRole('banner').getByRole('button', { name: locale === 'en' ? 'Run' : '运行', exact: true });
    await run.waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe(locale === 'en' ? 'en' : 'zh-Hans');
  });
});
