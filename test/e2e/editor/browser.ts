import { type Browser, chromium } from 'playwright-core';
import { afterAll } from 'vitest';
import { findChrome } from '../../../scripts/find-chrome.ts';

let running: Promise<Browser> | undefined;

/** The browser of a test file; it is closed after the file's last test. */
export function browser(): Promise<Browser> {
  running ??= launch();
  return running;
}

afterAll(async () => {
  await (await running)?.close();
  running = undefined;
});

async function launch(): Promise<Browser> {
  const executablePath = findChrome();
  if (executablePath === undefined) {
    throw new Error('The tests of the page need Chrome or Chromium: `npm test` installs one, or name yours in WEFT_CHROME.');
  }
  return chromium.launch({
    executablePath,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
