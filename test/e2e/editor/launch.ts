import { type Browser, chromium } from 'playwright-core';
import { findChrome } from '../../../scripts/find-chrome.ts';

/** Starts this machine's Chrome or Chromium, without a window. */
export async function launchBrowser(): Promise<Browser> {
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
