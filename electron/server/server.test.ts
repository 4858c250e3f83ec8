import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../nodes/problem.ts';
import { closeCode, nextMessage, outcome, startTestServer } from './server.fixture.ts';

const pathOf = (address: string | undefined) => {
  const { pathname, search } = new URL(address ?? '');
  return pathname + search;
};

describe('letting in', () => {
  it('gives a cookie for the token of the announced address, once, and announces another to who comes late', async () => {
    const { announced, cookie, get } = await startTestServer();
    const first = await get(pathOf(announced[0]), {});
    expect(first.headers['set-cookie']).toEqual([`${cookie}; Path=/; HttpOnly; SameSite=Strict`]);
    expect(first.headers.refresh).toBe('0; url=./');
    const second = await get(pathOf(announced[0]), {});
    expect(second).toMatchObject({ status: 401, headers: expect.not.objectContaining({ 'set-cookie': expect.anything() }) });
    expect(announced).toHaveLength(2);
    expect(announced[1]).not.toBe(announced[0]);
    expect(await get(pathOf(announced[1]), {})).toMatchObject({ status: 200 });
  });

  it('leads a page that has its cookie on from an address that was used', async () => {
    const { get } = await startTestServer();
    expect(await get('/open?token=used')).toMatchObject({ status: 200, headers: { refresh: '0; url=./' } });
  });

  it.each(['/', '/assets/a-1.js', '/pictures/output/a%20b.png', '/nothing'])('refuses %s without a cookie', async (path) => {
    const { get, announced } = await startTestServer();
    const wrong: Record<string, string>[] = [{}, { cookie: 'weft=the-secret' }, { cookie: 'weft-1=the-secret' }];
    for (const headers of wrong) {
      expect(await get(path, headers)).toMatchObject({ status: 401, text: expect.stringContaining('terminal') });
    }
    expect(announced).toHaveLength(1);
  });

  it('refuses a wrong cookie for its own port', async () => {
    const { get, server } = await startTestServer();
    expect(await get('/', { cookie: `weft-${server.port}=guess` })).toMatchObject({ status: 401 });
  });

  it.each(['evil.example', 'evil.example:80', '127.0.0.1', '127.0.0.1:1', 'localhost.evil.example'])(
    'refuses the host %s',
    async (host) => {
      const { get, cookie, server } = await startTestServer();
      const named = host === 'evil.example' ? `${host}:${server.port}` : host;
      expect(await get('/', { cookie, host: named })).toMatchObject({ status: 403 });
    },
  );

  it.each(['localhost', '127.0.0.1', '[::1]'])('answers to %s', async (name) => {
    const { get, cookie, server } = await startTestServer();
    expect(await get('/', { cookie, host: `${name}:${server.port}` })).toMatchObject({ status: 200 });
  });

  it('refuses to be written to from other pages, and otherwise says that it can only be read', async () => {
    const { get, cookie, origin } = await startTestServer();
    expect(await get('/', { cookie }, 'POST')).toMatchObject({ status: 403 });
    expect(await get('/', { cookie, origin: 'http://evil.example' }, 'DELETE')).toMatchObject({ status: 403 });
    expect(await get('/', { cookie, origin }, 'POST')).toMatchObject({ status: 405 });
  });
});

describe('files', () => {
  it('serves the page with its security headers', async () => {
    const { get } = await startTestServer();
    const page = await get('/');
    expect(page).toMatchObject({ status: 200, text: '<!doctype html>the page' });
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringMatching(/^default-src 'none'; script-src 'self';/),
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
    });
    expect((await get('/assets/a-1.js')).headers['cache-control']).toContain('immutable');
  });

  it('serves pictures, and 304 to who has them', async () => {
    const { get, cookie } = await startTestServer();
    const picture = await get('/pictures/output/a%20b.png');
    expect(picture).toMatchObject({ status: 200, text: 'picture', headers: { 'content-type': 'image/png', 'content-length': '7' } });
    const again = await get('/pictures/output/a%20b.png', { cookie, 'if-none-match': String(picture.headers.etag) });
    expect(again).toMatchObject({ status: 304, text: '' });
  });

  it.each([
    '/pictures/output/../secret.png',
    '/pictures/output/%2e%2e/secret.png',
    '/pictures/output/..%2fsecret.png',
    '/pictures/output/..%5csecret.png',
    '/pictures/output//etc/passwd.png',
    '/pictures/output/%00.png',
    '/pictures/output/.hidden.png',
    '/pictures/output/notes.html',
    '/pictures/output/link.png',
    '/pictures/output/folder.png',
    '/pictures/output',
    '/pictures/other/a%20b.png',
    '/../secret.png',
    '//evil.example/secret.png',
  ])('has nothing at %s', async (path) => {
    const { get, root } = await startTestServer();
    symlinkSync(join(root, 'secret.png'), join(root, 'output', 'link.png'));
    symlinkSync(join(root, 'output'), join(root, 'output', 'folder.png'));
    expect(await get(path)).toMatchObject({ status: 404 });
  });
});

it('refuses an address that cannot be decoded', async () => {
  const { get } = await startTestServer();
  expect(await get('/pictures/output/%ff.png')).toMatchObject({ status: 400 });
});

describe('the WebSocket', () => {
  it('answers calls by number and tells events', async () => {
    const { connect, events } = await startTestServer();
    const socket = connect();
    expect(await outcome(socket)).toBe('open');
    const answer = nextMessage(socket);
    socket.send(JSON.stringify({ id: 7, call: 'files.list', params: { folder: 'input' } }));
    expect(await answer).toEqual({ id: 7, answer: { ok: true, value: ['input'] } });
    const news = nextMessage(socket);
    events.tell('run.removed', { ids: ['a'] });
    expect(await news).toEqual({ event: 'run.removed', data: { ids: ['a'] } });
  });

  it.each([
    ['an unknown call', { id: 1, call: 'files.delete', params: {} }],
    ['wrong arguments', { id: 1, call: 'files.list', params: { folder: '..' } }],
    ['nothing as arguments', { id: 1, call: 'files.list', params: null }],
  ])('answers %s with a problem', async (_, request) => {
    const socket = (await startTestServer()).connect();
    await outcome(socket);
    socket.send(JSON.stringify(request));
    expect(await nextMessage(socket)).toMatchObject({ id: 1, answer: { ok: false, problems: [{ what: expect.any(String) }] } });
  });

  it('refuses other origins, other hosts, and who has no cookie', async () => {
    const { connect, cookie, origin } = await startTestServer();
    const refused: Record<string, string>[] = [
      { cookie },
      { cookie, origin: 'http://evil.example' },
      { cookie, origin: 'null' },
      { cookie, origin: origin.replace('127.0.0.1', 'localhost') },
      { cookie, origin: 'http://evil.example', host: 'evil.example' },
      { origin },
      { origin, cookie: 'weft=guess' },
    ];
    for (const headers of refused) expect(await outcome(connect(headers))).toBe(403);
  });

  it.each([
    'no JSON',
    '[]',
    '{"id":1,"call":"files.list"}',
    '{"id":-1,"call":"files.list","params":{}}',
    '{"id":"a","call":"files.list","params":{}}',
  ])('ends a connection that sends %s', async (text) => {
    const socket = (await startTestServer()).connect();
    await outcome(socket);
    socket.send(text);
    expect(await closeCode(socket)).toBe(1008);
  });

  it('ends a connection that sends a frame that is too large, and serves the others', async () => {
    const { connect } = await startTestServer({ maxFrameBytes: 1000 });
    const [greedy, other] = [connect(), connect()];
    await Promise.all([outcome(greedy), outcome(other)]);
    greedy.send('x'.repeat(1001));
    expect(await closeCode(greedy)).toBe(1009);
    other.send(JSON.stringify({ id: 1, call: 'files.list', params: { folder: 'input' } }));
    expect(await nextMessage(other)).toMatchObject({ id: 1, answer: { ok: true } });
  });

  it('tells a slow page no more previews, but all that matters', async () => {
    const { connect, events } = await startTestServer();
    const socket = connect();
    await outcome(socket);
    socket.pause();
    const picture = 'x'.repeat(2 ** 20);
    for (let i = 0; i < 64; i++) events.tell('node.preview', { run: 'r', tab: 't', node: 'n', picture });
    events.tell('run.removed', { ids: ['last'] });
    let previews = 0;
    const last = new Promise<void>((resolve) => {
      socket.on('message', (data) => {
        if (String(data).includes('run.removed')) resolve();
        else previews++;
      });
    });
    socket.resume();
    await last;
    expect(previews).toBeLessThan(32);
  });
});

describe('listening', () => {
  it('takes another port where it may', async () => {
    const { server } = await startTestServer();
    const { server: other } = await startTestServer({ port: server.port, otherPort: 0 });
    expect(other.port).not.toBe(server.port);
  });

  it('says that a port is not free', async () => {
    const { server } = await startTestServer();
    await expect(startTestServer({ port: server.port })).rejects.toThrow(ProblemError);
  });

  it('announces an address that can be opened when it listens on all', async () => {
    const { announced, server } = await startTestServer({ host: '0.0.0.0' });
    expect(announced[0]).toMatch(new RegExp(`^http://localhost:${server.port}/open\\?token=`));
  });
});
