import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import en from '../../../renderer/i18n/en.json' with { type: 'json' };
import zh from '../../../renderer/i18n/zh.json' with { type: 'json' };
import { startEditor } from './editor.ts';
import { card } from './parts.ts';

type Texts = { readonly [key: string]: string | Texts };

/** All texts by their keys. */
function flat(texts: Texts, path = ''): [string, string][] {
  return Object.entries(texts).flatMap(([key, text]) => (typeof text === 'string' ? [[path + key, text]] : flat(text, `${path}${key}.`)));
}

const chinese = new Map(flat(zh));
/** What must not be seen once the page is Chinese: names such as VAE are the same in both languages. */
const english = new Set(
  flat(en)
    .filter(([key, text]) => chinese.get(key) !== text)
    .map(([, text]) => text),
);

/** Everything that the page shows or tells a screen reader, but for cards and names of nodes, which are their own. */
function textsOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const skipped = '[data-card], button[draggable="true"], kbd, script, style, aside p';
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node instanceof Element ? node : node.parentElement;
      if (element === null || element.closest(skipped) !== null) continue;
      if (!(node instanceof Element)) found.push(node.textContent?.trim() ?? '');
      else for (const name of ['aria-label', 'title', 'placeholder']) found.push(node.getAttribute(name) ?? '');
    }
    return found.filter((text) => text !== '');
  });
}

async function expectChinese(page: Page): Promise<void> {
  expect((await textsOf(page)).filter((text) => english.has(text))).toEqual([]);
}

it('leaves no English in its own texts once Chinese is switched on', { timeout: 120_000 }, async () => {
  const { page } = await startEditor({ window: { locale: 'en' } });
  await card(page, 'Sampler').waitFor();
  const shown = await textsOf(page);
  // So that the test looks at what it is about.
  expect(shown.filter((text) => english.has(text)).length).toBeGreaterThan(10);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('简体中文');
  await page.keyboard.press('Enter');
  await page.getByRole('banner').getByRole('button', { name: '运行', exact: true }).waitFor();
  for (const digit of ['2', '3', '4', '5', '1']) {
    await page.keyboard.press(`Alt+${digit}`);
    await page.locator('aside h2').first().waitFor();
    await expectChinese(page);
  }
  await page.keyboard.press('Control+j');
  await page.keyboard.press('Control+a');
  await expectChinese(page);
  for (const keys of ['Control+k', 'Control+,', '?', 'Control+Shift+s', 'Space']) {
    await page.keyboard.press(keys);
    await page.getByRole('dialog').waitFor();
    await expectChinese(page);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
});

it('gives the nodes of a template names in the language of the page, and leaves the prompt alone', async () => {
  const { page } = await startEditor({ window: { locale: 'zh-CN' } });
  const prompt = page.locator('[data-card="positive"]');
  await prompt.waitFor();
  expect(await prompt.locator('header').textContent()).toContain('提示词');
  expect(await prompt.locator('textarea').inputValue()).toBe('a beautiful sunset over the ocean');
});
