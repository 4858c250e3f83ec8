import { networkInterfaces } from 'node:os';
import { expect, it, onTestFinished } from 'vitest';
import { startCli, temporaryFolder } from '../cli.ts';
import { buildPage } from '../page.ts';
import { browser } from './browser.ts';
import { card, expectState } from './parts.ts';

const own = Object.values(networkInterfaces())
  .flatMap((infos) => infos ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address;

it.skipIf(own === undefined)('serves other computers, and lets in only who brings the token', { timeout: 120_000 }, async () => {
  buildPage();
  const { process: child, ended } = startCli(['serve', '--host', '0.0.0.0', '--port', '0', '--no-open', '--data', temporaryFolder()]);
  onTestFinished(async () => {
    child.kill('SIGINT');
    await ended;
  });
  const address = await new Promise<string>((resolve) => {
    let text = '';
    child.stdout?.on('data', (chunk: string) => {
      text += chunk;
      const found = /From other computers: (\S+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
  expect(new URL(address).hostname).toBe(own);

  const context = await (await browser()).newContext({ locale: 'en', viewport: { width: 1440, height: 900 } });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const refused = await page.goto(new URL('.', address).href);
  expect(refused?.status()).toBe(401);
  expect(await page.content()).toContain('terminal');

  await page.goto(address);
  await card(page, 'Save Picture').waitFor();
  // This page is not one that browsers trust with the clipboard: copying works within it all the same.
  expect(await page.evaluate(() => isSecureContext)).toBe(false);
  await card(page, 'VAE Decode').locator('header').click();
  await page.keyboard.press('Control+c');
  await page.keyboard.press('Control+Shift+v');
  await page.locator('[data-card][aria-label$=", node VAE Decode"]').nth(1).waitFor();
  await page.keyboard.press('Control+z');
  await page.keyboard.press('Control+Enter');
  await expectState(card(page, 'Save Picture'), 'done');
});
