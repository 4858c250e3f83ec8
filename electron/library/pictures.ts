import { open, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { PictureRef } from '../../nodes/context.ts';
import type { Picture } from '../bridge/contract.ts';
import { addressOf, type ServedFolders } from '../server/served-files.ts';
import { listFiles } from './list-files.ts';
import type { DataPaths } from './paths.ts';

/** Where the pictures lie that the page shows, by the first parts of their addresses. */
export function pictureFolders(paths: DataPaths, inputs: readonly string[], templates: string): ServedFolders {
  return {
    'pictures/output': [paths.output],
    'pictures/preview': [join(paths.cache, 'preview')],
    inputs,
    'pictures/templates': [templates],
  };
}

/** A node's picture as the page gets it; undefined if it lies where the page sees nothing. */
export function pictureOf(folders: ServedFolders, { path, width, height }: PictureRef): Picture | undefined {
  const url = addressOf(folders, path);
  return url === undefined ? undefined : { url, name: basename(path), width, height };
}

export type MadePicture = Picture & { readonly madeAt: number };

/** The pictures below the output folder, the newest first; with `before` only those that were made earlier. */
export async function listPictures(folders: ServedFolders, limit: number, before: number | null): Promise<MadePicture[]> {
  const found = await Promise.all((folders['pictures/output'] ?? []).map((folder) => listFiles(folder, new Set(['.png']))));
  const dated = await Promise.all(
    found
      .flatMap((files) => [...files.values()])
      .map(async (path) => ({
        path,
        madeAt: await stat(path).then(
          ({ mtimeMs }) => mtimeMs,
          () => Number.POSITIVE_INFINITY,
        ),
      })),
  );
  const newest = dated
    .filter(({ madeAt }) => madeAt < (before ?? Number.POSITIVE_INFINITY))
    .sort((a, b) => b.madeAt - a.madeAt || (a.path < b.path ? 1 : -1))
    .slice(0, limit);
  const pictures = await Promise.all(
    newest.map(async ({ path, madeAt }): Promise<MadePicture[]> => {
      const size = await pngSize(path).catch(() => undefined);
      const picture = size === undefined ? undefined : pictureOf(folders, { path, ...size });
      return picture === undefined ? [] : [{ ...picture, madeAt }];
    }),
  );
  return pictures.flat();
}

/** Width and height from the header (PNG specification, third edition, section 11.2.1); undefined if it is no PNG. */
async function pngSize(path: string): Promise<{ width: number; height: number } | undefined> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(24), 0, 24, 0);
  if (bytesRead < 24 || buffer.toString('latin1', 0, 8) !== '\x89PNG\r\n\x1a\n' || buffer.toString('latin1', 12, 16) !== 'IHDR')
    return undefined;
  return { width: buffer.readUInt32BE(16), height: buffer.readUInt32BE(20) };
}
