import { request } from 'node:http';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type RawData, WebSocket } from 'ws';
import { createDispatch, type Handlers } from '../bridge/dispatch.ts';
import { createEventsHub } from '../bridge/events-hub.ts';
import { createWindows } from '../bridge/windows.ts';
import { temporaryFolder } from '../library/temporary-folder.fixture.ts';
import { type ServerOptions, startServer } from './server.ts';

export type Reply = { readonly status: number; readonly headers: NodeJS.Dict<string | string[]>; readonly text: string };

/** A server over a small page and a picture, which ends with the test. */
export async function startTestServer(options: Partial<ServerOptions> = {}) {
  const root = temporaryFolder({
    'page/index.html': '<!doctype html>the page',
    'page/assets/a-1.js': 'a',
    'output/a b.png': 'picture',
    'output/notes.html': '<script>',
    'output/.hidden.png': 'hidden',
    'secret.png': 'outside',
  });
  const announced: string[] = [];
  const logged: string[] = [];
  const events = createEventsHub((what) => logged.push(what));
  const handlers: Partial<Handlers> = { 'files.list': ({ folder }) => [folder] };
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    secret: 'the-secret',
    folders: { '': [join(root, 'page')], 'pictures/output': [join(root, 'output')] },
    dispatch: createDispatch(handlers as Handlers, (what) => logged.push(what)),
    events,
    windows: createWindows(),
    announce: (address) => announced.push(address),
    ...options,
  });
  onTestFinished(() => server.close());
  const origin = `http://127.0.0.1:${server.port}`;
  const cookie = `weft-${server.port}=the-secret`;

  /** Sends a request as it is: unlike `fetch`, it tidies no path and sets any header. */
  function get(path: string, headers: Record<string, string> = { cookie }, method = 'GET'): Promise<Reply> {
    return new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port: server.port, path, headers, method }, async (response) => {
        const chunks: Buffer[] = await response.toArray();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() });
      })
        .on('error', reject)
        .end();
    });
  }

  function connect(headers: Record<string, string> = { cookie, origin }): WebSocket {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, { headers });
    socket.on('error', () => {});
    onTestFinished(() => socket.terminate());
    return socket;
  }

  return { root, server, announced, logged, events, origin, cookie, get, connect };
}

/** What a connection comes to: `open`, or the status with which it was refused. */
export function outcome(socket: WebSocket): Promise<'open' | number | undefined> {
  return new Promise((resolve) => {
    socket.once('open', () => resolve('open'));
    socket.once('unexpected-response', (_, response) => resolve(response.statusCode));
  });
}

export function nextMessage(socket: WebSocket): Promise<unknown> {
  return new Promise((resolve) => socket.once('message', (data: RawData) => resolve(JSON.parse(String(data)))));
}

/** The code with which a connection ends. */
export function closeCode(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => socket.once('close', resolve));
}
