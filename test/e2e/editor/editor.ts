import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import { browser } from './browser.ts';
import { type HostProcess, startHost } from './host.ts';

export type EditorOptions = {
  /** A folder that the test has filled; a fresh one where absent. */
  readonly data?: string;
  /** Size, theme (`colorScheme`), language (`locale`) and the like of the browser window. */
  readonly window?: BrowserContextOptions;
};

/** The running editor: a real host on a data folder of its own, and its page in a browser. */
export type Editor = {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly data: string;
  /** The id of the host's process. */
  pid(): number;
  /** Ends the host as a power cut does; the page stays open. */
  kill(): Promise<void>;
  /** Starts the host again, on the same data folder and port, so that an open page finds back to it. */
  restart(): Promise<void>;
  /** Lets a test that breaks something on purpose have the console messages that match. */
  expectMessages(pattern: RegExp): void;
};

/** Errors and warnings of a page, and of what it could not load. */
function collectMessages(page: Page): string[] {
  const messages: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') messages.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => messages.push(`uncaught: ${error.stack ?? error.message}`));
  page.on('response', (response) => {
    if (response.status() >= 400) messages.push(`${response.status()}: ${response.url()}`);
  });
  return messages;
}

function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'weft-editor-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** Lets the page in, and waits until it shows the editor. */
async function openPage(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.waitForURL((url) => !url.pathname.endsWith('/open'));
  await page.locator('#root > *').first().waitFor();
  // The canvas comes later than the frame around it; without it the page is not whole.
  await page.waitForLoadState('networkidle');
}

/**
 * Opens the editor for one test; called inside the test. All ends with the test, which fails if the page has written an
 * error or a warning to its console, or could not load something.
 */
export async function startEditor({ data = dataFolder(), window = {} }: EditorOptions = {}): Promise<Editor> {
  let host: HostProcess = await startHost(data);
  onTestFinished(() => host.stop().then(() => undefined));
  const context = await (await browser()).newContext({ viewport: { width: 1440, height: 900 }, locale: 'en', ...window });
  const page = await context.newPage();
  const messages = collectMessages(page);
  const expected: RegExp[] = [];
  onTestFinished(async () => {
    await context.close();
    expect(messages.filter((message) => !expected.some((pattern) => pattern.test(message)))).toEqual([]);
  });
  await openPage(page, host.address);
  return {
    page,
    context,
    data,
    pid: () => host.pid,
    kill: () => host.kill(),
    async restart() {
      host = await startHost(data, Number(new URL(host.address).port));
    },
    expectMessages: (pattern) => expected.push(pattern),
  };
}
