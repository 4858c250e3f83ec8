import { join } from 'node:path';
import { _electron as electron, type Page } from 'playwright-core';
import { root } from '../cli.ts';
import { buildPage } from '../page.ts';
import type { Shell, WindowOptions } from './shell.ts';

/** Specs that end the host under an open page, or open several pages, have no meaning where host and window are one program. */
function onlyInBrowser(): never {
  throw new Error('In Electron the window ends with its host.');
}

/** Opens the editor in Electron, by its binary. `watch` is told the page as soon as there is one. */
export async function openInElectron(
  binary: string,
  data: string,
  { viewport, colorScheme, locale }: WindowOptions,
  watch: (page: Page) => void,
): Promise<Shell> {
  buildPage();
  const app = await electron.launch({
    executablePath: binary,
    args: [join(root, 'electron/main.ts')],
    env: { ...process.env, WEFT_DATA: data } as Record<string, string>,
    ...(colorScheme !== undefined && { colorScheme }),
    ...(locale !== undefined && { locale }),
  });
  const page = await app.firstWindow();
  watch(page);
  await app.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size.width, size.height), viewport);
  return {
    page,
    context: app.context(),
    pid: () => app.process().pid ?? 0,
    kill: onlyInBrowser,
    restart: onlyInBrowser,
    close: () => app.close(),
  };
}
