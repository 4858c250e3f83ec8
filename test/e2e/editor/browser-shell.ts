import type { Page } from 'playwright-core';
import { browser } from './browser.ts';
import { startHost } from './host.ts';
import type { Shell, WindowOptions } from './shell.ts';

/** Opens the editor as `weft serve` does, in a browser without a window. `watch` is told the page before it loads anything. */
export async function openInBrowser(data: string, window: WindowOptions, watch: (page: Page) => void): Promise<Shell> {
  let host = await startHost(data);
  const context = await (await browser()).newContext(window);
  const page = await context.newPage();
  watch(page);
  await page.goto(host.address);
  await page.waitForURL((url) => !url.pathname.endsWith('/open'));
  return {
    page,
    context,
    pid: () => host.pid,
    kill: () => host.kill(),
    async restart() {
      host = await startHost(data, Number(new URL(host.address).port));
    },
    async close() {
      await context.close();
      await host.stop();
    },
  };
}
