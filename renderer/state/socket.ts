import { createStore } from 'zustand/vanilla';
import { socketPath } from '../../electron/bridge/frames.ts';
import type { Bridge, Connection } from './bridge-type.ts';
import { createCalls } from './calls.ts';
import { createListeners } from './listeners.ts';

/** Milliseconds until the first, and at most until any further attempt to connect again. */
const firstPause = 200;
const longestPause = 5000;

/** The part of a WebSocket that is used. */
export type Socket = Pick<WebSocket, 'send' | 'close' | 'onopen' | 'onclose' | 'onmessage'>;

/**
 * The bridge over a WebSocket, which it opens again by itself whenever it closes, at growing intervals.
 *
 * `page`: the address below which the host serves. `window`: what this window is called there. The browser sends the cookie that lets it in.
 */
export function connectSocket(page: URL, window: string, open: (url: URL) => Socket = (url) => new WebSocket(url)): Bridge {
  const url = new URL(socketPath, page);
  url.searchParams.set('window', window);
  url.protocol = page.protocol === 'https:' ? 'wss:' : 'ws:';
  const listeners = createListeners();
  const calls = createCalls(listeners.tell);
  const connection = createStore<Connection>(() => 'connected');
  let pause = firstPause;

  const start = () => {
    const socket = open(url);
    socket.onopen = () => {
      pause = firstPause;
      calls.opened((request) => socket.send(JSON.stringify(request)));
      connection.setState('connected', true);
    };
    socket.onmessage = ({ data }) => calls.received(String(data));
    socket.onclose = () => {
      connection.setState('reconnecting', true);
      calls.closed();
      setTimeout(start, pause);
      pause = Math.min(pause * 2, longestPause);
    };
  };
  start();
  return { call: calls.call, on: listeners.on, connection };
}
