import type { WebSocket } from 'ws';
import type { EventName } from './contract.ts';
import type { Dispatch } from './dispatch.ts';
import type { EventsHub } from './events-hub.ts';
import { type Frame, requestSchema } from './frames.ts';

/** News that the next news of its kind makes worthless: a slow page does without. */
const passing: ReadonlySet<EventName> = new Set(['node.preview', 'node.progress']);
/** Bytes waiting for a page; above the first it is slow, above the second it is lost. */
const slowBytes = 2 ** 20;
const lostBytes = 2 ** 27;
const pingMs = 15_000;

function requestOf(data: string) {
  try {
    return requestSchema.safeParse(JSON.parse(data)).data;
  } catch {
    return undefined;
  }
}

/** Serves a page over its WebSocket until either side ends it: answers its requests and tells it the news. */
export function serveSocket(socket: WebSocket, { dispatch, events }: { dispatch: Dispatch; events: EventsHub }): void {
  const send = (frame: Frame) => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > lostBytes) socket.terminate();
    else socket.send(JSON.stringify(frame));
  };
  const leave = events.subscribe((event, data) => {
    if (!(passing.has(event) && socket.bufferedAmount > slowBytes)) send({ event, data });
  });
  let alive = true;
  const pinging = setInterval(() => {
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
  }, pingMs);
  socket.on('pong', () => {
    alive = true;
  });
  socket.on('message', async (data) => {
    alive = true;
    const request = requestOf(String(data));
    if (request === undefined) return socket.close(1008, 'This is no request.');
    send({ id: request.id, answer: await dispatch(request.call, request.params) });
  });
  // A frame that is too large or broken: `ws` ends the connection by itself.
  socket.on('error', () => {});
  socket.on('close', () => {
    clearInterval(pinging);
    leave();
  });
}
