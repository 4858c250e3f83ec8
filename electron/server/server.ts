import { createReadStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { WebSocketServer } from 'ws';
import { ProblemError } from '../../nodes/problem.ts';
import type { Dispatch } from '../bridge/dispatch.ts';
import type { EventsHub } from '../bridge/events-hub.ts';
import { maxFrameBytes, socketPath } from '../bridge/frames.ts';
import { serveSocket } from '../bridge/socket.ts';
import type { Windows } from '../bridge/windows.ts';
import { type Access, createAccess, hostInAddress, isAnyAddress, networkAddresses } from './access.ts';
import { cacheControl, findServedFile, type ServedFolders, securityHeaders } from './served-files.ts';

export type ServerOptions = {
  /** The name or address to listen on. */
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Taken where `port` is not free; without it that is a problem. */
  readonly otherPort?: number;
  readonly secret: string;
  readonly folders: ServedFolders;
  readonly dispatch: Dispatch;
  readonly events: EventsHub;
  readonly windows: Windows;
  /**
   * Told an address that opens the page once: at the start, and when somebody asks whose address has been used. `elsewhere`:
   * the same for other computers of the network, where the server listens to them.
   */
  readonly announce: (address: string, elsewhere: readonly string[]) => void;
  readonly maxFrameBytes?: number;
};

export type Server = { readonly port: number; close(): Promise<void> };

const sentences = {
  host: 'This address does not belong to Weft. Open the address that Weft printed in its terminal.',
  origin: 'This request came from a page that is not Weft.',
  token:
    'Weft opens with the address that it printed in its terminal; each works once. If this one was used before, a new one stands there now.',
  method: 'Weft can only be read here.',
  missing: 'There is nothing at this address.',
};

function say(reply: FastifyReply, status: number, sentence: string): FastifyReply {
  return reply.code(status).type('text/plain; charset=utf-8').send(`${sentence}\n`);
}

/** The path of a request below the page's, still percent-encoded, its token, and the window that it comes from. */
function addressIn(url: string): { path: string; token: string; window: string } {
  const { pathname, searchParams } = new URL(url, 'http://weft');
  return { path: pathname.slice(1), token: searchParams.get('token') ?? '', window: searchParams.get('window') ?? '' };
}

async function listen(app: FastifyInstance, { host, port, otherPort }: ServerOptions): Promise<number> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (otherPort === undefined || code !== 'EADDRINUSE') {
      const reason = code === 'EADDRINUSE' ? 'another program uses that port' : String(code ?? error);
      throw new ProblemError(
        { what: `Weft cannot listen on ${host}, port ${port}: ${reason}.`, fix: 'Choose others with --host and --port.' },
        { cause: error },
      );
    }
    await app.listen({ host, port: otherPort });
  }
  return (app.server.address() as AddressInfo).port;
}

/** Refuses what does not come from Weft's own page; lets in who brings a token. */
function guard(app: FastifyInstance, access: () => Access, announceNew: () => void): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders);
    const { host, origin, cookie } = request.headers;
    if (!access().isOwnHost(host)) return say(reply, 403, sentences.host);
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (!reads && !access().isOwnOrigin(origin, host)) return say(reply, 403, sentences.origin);
    const { path, token } = addressIn(request.url);
    if (path === 'open') return letIn(request, reply, token);
    if (access().hasCookie(cookie)) return;
    announceNew();
    return say(reply, 401, sentences.token);
  });

  function letIn(request: FastifyRequest, reply: FastifyReply, token: string): FastifyReply {
    const cookie = access().redeem(token);
    if (cookie === undefined && !access().hasCookie(request.headers.cookie)) {
      announceNew();
      return say(reply, 401, sentences.token);
    }
    if (cookie !== undefined) reply.header('Set-Cookie', cookie);
    // Not a redirect by status: to a browser that came by a link from elsewhere, the next page would be from elsewhere too,
    // and go without the cookie.
    return reply
      .header('Refresh', '0; url=./')
      .header('Cache-Control', 'no-store')
      .type('text/html; charset=utf-8')
      .send('<!doctype html><title>Weft</title><link rel="icon" href="data:,">');
  }
}

function serveFiles(app: FastifyInstance, folders: ServedFolders): void {
  app.get('*', async (request, reply) => {
    const { path } = addressIn(request.url);
    const file = await findServedFile(folders, path);
    if (file === undefined) return say(reply, 404, sentences.missing);
    reply.headers({ ETag: file.etag, 'Cache-Control': cacheControl(path) });
    if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
    reply.type(file.type).header('Content-Length', file.bytes);
    return reply.send(createReadStream(file.path));
  });
  app.setNotFoundHandler((_, reply) => say(reply, 405, sentences.method));
}

/** Weft's page, its pictures and its bridge over HTTP; throws a ProblemError if the port can't be had. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const app = Fastify({ forceCloseConnections: true });
  let access: Access = createAccess(options);
  const announce = () => {
    const token = access.newToken();
    const addressAt = (name: string) => `http://${hostInAddress(name)}:${port}/open?token=${token}`;
    const all = isAnyAddress(options.host);
    options.announce(addressAt(all ? 'localhost' : options.host), all ? networkAddresses().map(addressAt) : []);
  };
  const announceNew = () => {
    if (!access.hasToken()) announce();
  };
  guard(app, () => access, announceNew);
  serveFiles(app, options.folders);

  const sockets = new WebSocketServer({ noServer: true, maxPayload: options.maxFrameBytes ?? maxFrameBytes });
  app.server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    connection.on('error', () => connection.destroy());
    const { host, origin, cookie } = request.headers;
    const { path, window } = addressIn(request.url ?? '/');
    const isOurs = path === socketPath && access.isOwnOrigin(origin, host) && access.hasCookie(cookie);
    if (isOurs) {
      sockets.handleUpgrade(request, connection, head, (socket) => {
        if (window !== '') socket.once('close', options.windows.attach(window));
        serveSocket(socket, options);
      });
    } else connection.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });

  const port = await listen(app, options);
  access = createAccess({ ...options, port });
  announce();
  return {
    port,
    async close() {
      for (const socket of sockets.clients) socket.close(1001, 'Weft ends.');
      await app.close();
      sockets.close();
    },
  };
}
