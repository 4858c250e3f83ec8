import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import i18next from 'i18next';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import type { Answer, CallName } from '../../electron/bridge/contract.ts';
import { createEventsHub } from '../../electron/bridge/events-hub.ts';
import { serveSocket } from '../../electron/bridge/socket.ts';
import { connectSocket } from './socket.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

type Asked = { readonly name: string; readonly params: unknown };

/** The host's side of the bridge, which notes what it is asked; while `silent` it never answers. */
async function startHost(port = 0, silent = false) {
  const asked: Asked[] = [];
  const events = createEventsHub((what) => {
    throw new Error(what);
  });
  const http: Server = createServer();
  const sockets = new WebSocketServer({ server: http, path: '/ws' });
  const dispatch = async (name: string, params: unknown): Promise<Answer<CallName>> => {
    asked.push({ name, params });
    if (silent) await new Promise(() => {});
    return { ok: true, value: name === 'runs.add' ? { id: 'run' } : {} } as Answer<CallName>;
  };
  sockets.on('connection', (socket) => serveSocket(socket, { dispatch, events }));
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
  const stop = async () => {
    for (const client of sockets.clients) client.terminate();
    sockets.close();
    await new Promise((resolve) => http.close(resolve));
  };
  stops.push(stop);
  return { asked, events, stop, port: (http.address() as AddressInfo).port };
}

function until(condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => (condition() ? resolve() : setTimeout(look, 5));
    look();
  });
}

/** A bridge that tries again at once, and no longer when the test is over. */
function connect(port: number) {
  let over = false;
  const open: WebSocket[] = [];
  const bridge = connectSocket(new URL(`http://127.0.0.1:${port}/`), 'window', (url) => {
    const socket = new WebSocket(over ? 'ws://127.0.0.1:1/' : url);
    open.push(socket);
    return socket;
  });
  stops.push(async () => {
    over = true;
    const last = open.at(-1);
    if (last !== undefined) last.onclose = null;
    last?.close();
  });
  return bridge;
}

const run = { tab: 't', title: '', text: '{}', front: false };

// Texts are told by their keys.
beforeAll(() => i18next.init({ lng: 'cimode' }).then(() => undefined));

describe('the bridge over a WebSocket', () => {
  it('asks, hears events, and checks answers against the contract', async () => {
    const host = await startHost();
    const bridge = connect(host.port);
    expect(await bridge.call('runs.add', run)).toEqual({ ok: true, value: { id: 'run' } });
    const heard: unknown[] = [];
    bridge.on('run.removed', (data) => heard.push(data));
    host.events.tell('run.removed', { ids: ['x'] });
    await until(() => heard.length > 0);
    expect(heard).toEqual([{ ids: ['x'] }]);
    expect((await bridge.call('app.info', {})).ok).toBe(false);
  });

  it('connects again by itself, and sends again only what may come twice', async () => {
    const first = await startHost(0, true);
    const bridge = connect(first.port);
    const kept = bridge.call('session.arrange', { order: [], active: null });
    const identified = bridge.call('runs.add', { ...run, request: 'q' });
    const unsafe = bridge.call('runs.add', run);
    await until(() => first.asked.length === 3);
    await first.stop();
    expect(await unsafe).toMatchObject({ ok: false, problems: [{ what: 'connection.lost' }] });
    await until(() => bridge.connection.getState() === 'reconnecting');
    const later = bridge.call('runs.cancelAll', {});
    const second = await startHost(first.port);
    expect(await Promise.all([kept, identified, later])).toEqual([
      { ok: true, value: {} },
      { ok: true, value: { id: 'run' } },
      { ok: true, value: {} },
    ]);
    expect(second.asked.map(({ name }) => name)).toEqual(['session.arrange', 'runs.add', 'runs.cancelAll']);
    expect(bridge.connection.getState()).toBe('connected');
  });
});
