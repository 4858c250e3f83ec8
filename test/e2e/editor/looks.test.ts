import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { startEditor } from './editor.ts';

/** Waits until what fades in is there, and asks axe. */
async function expectAccessible(page: Page, place: string): Promise<void> {
  await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
  // The ends of a menu that hand the focus on as soon as they get it are nothing that it rests on.
  const { violations } = await new AxeBuilder({ page }).exclude('[data-base-ui-focus-guard]').analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
  expect(found, place).toEqual([]);
}

describe.each([
  ['dark', 'en', { width: 1440, height: 900 }],
  ['light', 'zh-CN', { width: 1024, height: 700 }],
] as const)('the page in %s, %s', (colorScheme, locale, viewport) => {
  it('shows every panel, dialog and drawer without a violation, an error or a warning', { timeout: 180_000 }, async () => {
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

  it('shows what opens above the page without a violation, an error or a warning', { timeout: 180_000 }, async () => {
    const { page } = await startEditor({ window: { colorScheme, locale, viewport } });
    // Notices are dialogs too, of a kind that covers nothing.
    const dialog = page.locator('[role="dialog"]:not([aria-modal="false"])');
    const close = async () => {
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    };
    await page.locator('[data-card]').first().waitFor();
    await page.keyboard.press('Control+Enter');
    const result = page.locator('[data-card="save"] button:has(img)');
    await result.first().waitFor();
    await result.first().click();
    await dialog.locator('img').first().waitFor();
    await expectAccessible(page, 'viewer');
    await close();

    // Both side panels, and a node with a result beside the canvas.
    await page.locator('[data-card="sampler"] header').click();
    if (!(await page.locator('aside h2', { hasText: /Sampler|采样器/ }).isVisible())) await page.keyboard.press('i');
    await page.locator('aside dl').first().waitFor();
    await expectAccessible(page, 'inspector');
    const canvas = await page.locator('[data-canvas]').boundingBox();
    expect(canvas?.width).toBeGreaterThanOrEqual(500);

    await page.keyboard.press('Control+Shift+s');
    await dialog.waitFor();
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.locator('textarea').first().fill('a lighthouse');
    await page.locator('textarea').first().blur();
    await page.keyboard.press('Control+s');
    const tab = page.getByRole('navigation').first().getByRole('listitem').first();
    await tab.click({ button: 'right' });
    await page.getByRole('menu').waitFor();
    await expectAccessible(page, 'menu of a tab');
    await page
      .getByRole('menuitem', { name: /^Versions|^历史版本/ })
      .first()
      .click();
    await dialog.locator('time').first().waitFor();
    await expectAccessible(page, 'versions');
    await close();

    await page.locator('[data-card="sampler"] header').click({ button: 'right' });
    await page.getByRole('menu').waitFor();
    await expectAccessible(page, 'menu of a node');
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await page.keyboard.press('Space');
    await dialog.waitFor();
    await page.keyboard.type('vae');
    await expectAccessible(page, 'search');
    await close();

    await page.keyboard.press('Control+Shift+g');
    await page.keyboard.press('Escape');
    await page.locator('[data-card][data-selected] header').dblclick();
    await page.locator('[data-canvas] nav').waitFor();
    await expectAccessible(page, 'inside a subgraph');

    await page.keyboard.press('Alt+3');
    await page.locator('aside button', { hasText: /^(Repaint a part|局部重绘)/ }).click();
    await page
      .getByRole('button', { name: /Paint a mask|绘制遮罩/ })
      .first()
      .click();
    await dialog.locator('canvas').last().waitFor();
    await expectAccessible(page, 'mask editor');
    await close();
  });

  it('says what it is in the language of the system', async () => {
    const { page } = await startEditor({ window: { colorScheme, locale, viewport } });
    const run = page.getByRole('banner').getByRole('button', { name: locale === 'en' ? 'Run' : '运行', exact: true });
    await run.waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe(locale === 'en' ? 'en' : 'zh-Hans');
  });
});
