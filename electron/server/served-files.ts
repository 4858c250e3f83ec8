import { realpath, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

/**
 * The folders that a page may read, by the first parts of the addresses: `{ 'pictures/output': ['/data/output'] }`.
 * Where an address has several folders, the first that has the file is taken. The key `''` holds the page itself.
 */
export type ServedFolders = Readonly<Record<string, readonly string[]>>;

export type ServedFile = {
  readonly path: string;
  /** The value of Content-Type. */
  readonly type: string;
  readonly bytes: number;
  readonly etag: string;
};

const pictureTypes: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.gif': 'image/gif',
  '.avif': 'image/avif',
  '.tif': 'image/tiff',
  '.tiff': 'image/tiff',
};

const pageTypes: Readonly<Record<string, string>> = {
  ...pictureTypes,
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** The parts of an address, decoded; undefined if one of them could lead elsewhere, on any platform. */
function safeParts(address: string): readonly string[] | undefined {
  try {
    const parts = address.split('/').map(decodeURIComponent);
    return parts.every((part) => part !== '' && !part.startsWith('.') && !/[/\\:]|\p{Cc}/u.test(part)) ? parts : undefined;
  } catch {
    return undefined;
  }
}

async function fileBelow(folder: string, parts: readonly string[], type: string): Promise<ServedFile | undefined> {
  try {
    const root = await realpath(folder);
    const path = await realpath(join(root, ...parts));
    if (!path.startsWith(root + sep)) return undefined;
    const { mtimeMs, size } = await stat(path).then((found) => (found.isFile() ? found : { mtimeMs: 0, size: -1 }));
    return size < 0 ? undefined : { path, type, bytes: size, etag: `"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}"` };
  } catch {
    return undefined;
  }
}

/**
 * The file of an address relative to the page's (percent-encoded, without a leading slash); undefined if there is none.
 * It lies in one of the folders, links followed, and has the type of a picture, or of a part of the page.
 */
export async function findServedFile(folders: ServedFolders, address: string): Promise<ServedFile | undefined> {
  const parts = safeParts(address === '' ? 'index.html' : address);
  if (parts === undefined) return undefined;
  const depth = [2, 1].find((depth) => parts.length > depth && Object.hasOwn(folders, parts.slice(0, depth).join('/'))) ?? 0;
  const type = (depth === 0 ? pageTypes : pictureTypes)[extname(parts.at(-1) ?? '').toLowerCase()];
  if (type === undefined) return undefined;
  for (const folder of folders[parts.slice(0, depth).join('/')] ?? []) {
    const file = await fileBelow(folder, parts.slice(depth), type);
    if (file !== undefined) return file;
  }
  return undefined;
}

/** The address of a file, relative to the page's; undefined if it lies in none of the folders. */
export function addressOf(folders: ServedFolders, path: string): string | undefined {
  for (const [prefix, [folder]] of Object.entries(folders)) {
    if (folder === undefined || prefix === '' || !path.startsWith(folder + sep)) continue;
    return [prefix, ...relative(folder, path).split(sep).map(encodeURIComponent)].join('/');
  }
  return undefined;
}

/** What the page and its pictures are sent with, over HTTP and over Electron's `app:` alike. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    // Previews come as data: addresses; pictures that are pasted or painted are blobs.
    "img-src 'self' blob: data:",
    "connect-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

/** How long a browser may keep a file: parts with a hash in their name for good, the rest until asked again. */
export function cacheControl(address: string): string {
  return address.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
}
