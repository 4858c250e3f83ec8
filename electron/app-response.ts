import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { appOrigin } from './app-origin.ts';
import { cacheControl, findServedFile, type ServedFolders, securityHeaders } from './server/served-files.ts';

/** What the page is answered under `app:`: a file of the folders, with the headers that it has over HTTP as well. */
export async function respond(folders: ServedFolders, { url, method }: Pick<Request, 'url' | 'method'>): Promise<Response> {
  // `URL` leaves an address of a scheme that it does not know as it is, dots and all: findServedFile refuses those.
  const path = url.startsWith(`${appOrigin}/`) ? (url.slice(appOrigin.length + 1).split(/[?#]/)[0] ?? '') : undefined;
  const file = path === undefined || method !== 'GET' ? undefined : await findServedFile(folders, path);
  if (path === undefined || file === undefined)
    return new Response('There is nothing at this address.\n', { status: 404, headers: securityHeaders });
  const headers = {
    ...securityHeaders,
    'Content-Type': file.type,
    'Content-Length': String(file.bytes),
    'Cache-Control': cacheControl(path),
  };
  return new Response(Readable.toWeb(createReadStream(file.path)) as ReadableStream, { headers });
}
