import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { runCli, startCli, temporaryFolder } from './cli.ts';
import { buildPage } from './page.ts';

/** The address that a starting host prints. */
function printedAddress(output: NodeJS.ReadableStream | null): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    output?.on('data', (chunk: string) => {
      text += chunk;
      const found = /http:\S+\/open\?token=\S+/.exec(text);
      if (found !== null) resolve(found[0]);
    });
  });
}

it.each([
  { command: ['serve', '--port', '0'], first: /^Weft is at http/ },
  { command: [], first: /^Electron's program is not installed \(.+\)\. Weft opens in a browser instead\.\nWeft is at http/ },
])('serves the page until Ctrl+C: weft $command', async ({ command, first }) => {
  buildPage();
  // Where Electron has been downloaded, it would open.
  const env = { ELECTRON_OVERRIDE_DIST_PATH: temporaryFolder() };
  const { process: child, ended } = startCli([...command, '--no-open', '--data', temporaryFolder()], env);
  const address = await printedAddress(child.stdout);
  const entry = await fetch(address, { redirect: 'manual' });
  const cookie = entry.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const page = await fetch(new URL('.', address), { headers: { cookie } });
  expect(await page.text()).toContain('<div id="root">');
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(first) });
});

it('says that a port is not free', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const taken = other.address();
  const port = taken !== null && typeof taken === 'object' ? taken.port : 0;
  const result = await runCli('serve', '--no-open', '--data', temporaryFolder(), '--port', String(port));
  other.close();
  expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining('another program uses that port') });
});

it.each([['serve', '--port', '99999'], ['serve', '--port', 'x'], ['frobnicate'], ['--frobnicate']])(
  'refuses wrong arguments: weft %s',
  async (...args) => {
    expect(await runCli(...args)).toMatchObject({ code: 2, stderr: expect.stringContaining('error:') });
  },
);
