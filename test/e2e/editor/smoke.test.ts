import { expect, it } from 'vitest';
import { startEditor } from './editor.ts';

it('shows the page without an error or a warning', async () => {
  const { page } = await startEditor();
  expect(await page.title()).toContain('Weft');
});

it('runs only what comes with the page: no script in it, no page around it', async () => {
  const { page, expectMessages } = await startEditor();
  expectMessages(/Content Security Policy/);
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.intruded = true';
    document.body.append(script);
    return 'intruded' in globalThis;
  });
  expect(ran).toBe(false);
});

it('asks the host over the WebSocket, and again after the host was killed and started', async () => {
  const { page, kill, restart, expectMessages } = await startEditor();
  expectMessages(/WebSocket|ERR_CONNECTION/);
  const ask = () =>
    page.evaluate(
      () =>
        new Promise<string>((resolve, reject) => {
          const socket = new WebSocket(new URL('ws', location.href.replace(/^http/, 'ws')));
          socket.onerror = () => reject(new Error('no connection'));
          socket.onopen = () => socket.send(JSON.stringify({ id: 0, call: 'app.info', params: {} }));
          socket.onmessage = ({ data }) => resolve(String(data));
        }),
    );
  expect(JSON.parse(await ask())).toMatchObject({ id: 0, answer: { ok: true, value: { desktop: false } } });
  await kill();
  await expect(ask()).rejects.toThrow('no connection');
  await restart();
  expect(JSON.parse(await ask())).toMatchObject({ id: 0, answer: { ok: true } });
});
