import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { openInBrowser } from './browser-shell.ts';
import { openInElectron } from './desktop-shell.ts';
import type { Shell } from './shell.ts';

export type EditorOptions = {
  /** A folder that the test has filled; a fresh one where absent. */
  readonly data?: string;
  /** Size, theme (`colorScheme`), language (`locale`) and the like of the window. */
  readonly window?: BrowserContextOptions;
};

/** The running editor: a real host on a data folder of its own, and its page in a browser or in Electron. */
export type Editor = Omit<Shell, 'close'> & {
  readonly data: string;
  /** Lets a test that breaks something on purpose have the console messages that match. */
  expectMessages(pattern: RegExp): void;
};

/** Errors and warnings of a page, and of what it could not load. */
function collectMessages(page: Page, messages: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') messages.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => messages.push(`uncaught: ${error.stack ?? error.message}`));
  page.on('response', (response) => {
    if (response.status() >= 400) messages.push(`${response.status()}: ${response.url()}`);
  });
}

function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'weft-editor-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/**
 * Opens the editor for one test; called inside the test. All ends with the test, which fails if the page has written an
 * error or a warning to its console, or could not load something.
 */
export async function startEditor({ data = dataFolder(), window = {} }: EditorOptions = {}): Promise<Editor> {
  const messages: string[] = [];
  const expected: RegExp[] = [];
  const options = { locale: 'en', ...window, viewport: window.viewport ?? { width: 1440, height: 900 } };
  const watch = (page: Page) => collectMessages(page, messages);
  // Set by the project that runs the same specs in Electron.
  const binary = process.env.WEFT_ELECTRON;
  const { close, ...shell } = await (binary === undefined
    ? openInBrowser(data, options, watch)
    : openInElectron(binary, data, options, watch));
  onTestFinished(async () => {
    await close();
    expect(messages.filter((message) => !expected.some((pattern) => pattern.test(message)))).toEqual([]);
  });
  await shell.page.locator('#root > *').first().waitFor();
  // The canvas comes later than the frame around it; without it the page is not whole.
  await shell.page.waitForLoadState('networkidle');
  return { ...shell, data, expectMessages: (pattern) => expected.push(pattern) };
}
