import type { Browser } from 'playwright-core';
import { afterAll } from 'vitest';
import { launchBrowser } from './launch.ts';

let running: Promise<Browser> | undefined;

/** The browser of a test file; it is closed after the file's last test. */
export function browser(): Promise<Browser> {
  running ??= launchBrowser();
  return running;
}

afterAll(async () => {
  await (await running)?.close();
  running = undefined;
});
