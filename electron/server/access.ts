import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';

/** Who may come in: requests that name this server, from its own page, with the cookie that a token was given for. */
export type Access = {
  /** Whether a Host header names this server; another one is a page elsewhere whose name was pointed here (DNS rebinding). */
  isOwnHost(host: string | undefined): boolean;
  /** Whether an Origin header is that of a page of this server, reached under that Host. */
  isOwnOrigin(origin: string | undefined, host: string | undefined): boolean;
  hasCookie(cookies: string | undefined): boolean;
  /** A token that opens once, in exchange for the one before. */
  newToken(): string;
  /** Whether a token is there that nobody has used. */
  hasToken(): boolean;
  /** The Set-Cookie header for a token; undefined if it is wrong or has been used. */
  redeem(token: string): string | undefined;
};

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];
const anyAddress = new Set(['0.0.0.0', '::']);

export function isAnyAddress(host: string): boolean {
  return anyAddress.has(host);
}

/** The IPv4 addresses by which other computers of the network reach this one. */
export function networkAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((infos) => infos ?? []);
  return all.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address);
}

/** A host as it stands in an address: IPv6 in brackets. */
export function hostInAddress(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** The names under which a server that listens on `host` is reached. */
function namesOf(host: string): readonly string[] {
  if (!anyAddress.has(host)) return [...loopbackNames, hostInAddress(host).toLowerCase()];
  const addresses = Object.values(networkInterfaces()).flatMap((infos) => infos ?? []);
  const name = hostname().toLowerCase();
  return [...loopbackNames, ...addresses.map(({ address }) => hostInAddress(address)), name, `${name}.local`];
}

/** Compares without telling by its time how much was right. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** `secret`: what the cookie holds; the same after a restart, so that an open page finds back. */
export function createAccess({ host, port, secret }: { host: string; port: number; secret: string }): Access {
  const hosts = new Set(namesOf(host).flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])));
  // Browsers send cookies of one port to all ports of a host.
  const cookieName = `weft-${port}`;
  let token: string | undefined;
  const isOwnHost = (given: string | undefined) => given !== undefined && hosts.has(given.toLowerCase());
  return {
    isOwnHost,
    isOwnOrigin: (origin, given) => isOwnHost(given) && origin?.toLowerCase() === `http://${given?.toLowerCase()}`,
    hasCookie(cookies = '') {
      const values = cookies.split(';').map((cookie) => cookie.trim().split('='));
      return values.some(([name, value]) => name === cookieName && isSame(value ?? '', secret));
    },
    newToken() {
      token = randomBytes(24).toString('base64url');
      return token;
    },
    hasToken: () => token !== undefined,
    redeem(given) {
      if (token === undefined || !isSame(given, token)) return undefined;
      token = undefined;
      return `${cookieName}=${secret}; Path=/; HttpOnly; SameSite=Strict`;
    },
  };
}
