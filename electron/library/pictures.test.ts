import { symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findServedFile } from '../server/served-files.ts';
import { openDataFolder } from './paths.ts';
import { listPictures, pictureFolders, pictureOf } from './pictures.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

/** As much of a PNG as has its size in it. */
function png(width: number, height: number): Uint8Array {
  const bytes = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR        \x08\x02\0\0\0', 'latin1');
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

async function setUp(files: Record<string, Uint8Array | string>) {
  const paths = await openDataFolder(temporaryFolder(files));
  return { paths, folders: pictureFolders(paths, [paths.input], '/templates') };
}

describe('the list of pictures', () => {
  it('has the newest first, with sizes and addresses that lead to them, page by page', async () => {
    const { paths, folders } = await setUp({
      'output/old.png': png(1, 2),
      'output/a b/n\u00e4her #1.png': png(70_000, 4),
      'output/new.png': png(5, 6),
    });
    const times: Record<string, number> = { 'old.png': 100, 'a b/n\u00e4her #1.png': 200, 'new.png': 300 };
    for (const [name, time] of Object.entries(times)) utimesSync(join(paths.output, name), time, time);
    const all = await listPictures(folders, 10, null);
    expect(all).toMatchObject([
      { name: 'new.png', url: 'pictures/output/new.png', width: 5, height: 6, madeAt: 300_000 },
      { name: 'n\u00e4her #1.png', width: 70_000, height: 4 },
      { name: 'old.png', width: 1, height: 2 },
    ]);
    for (const { url, name } of all) expect((await findServedFile(folders, url))?.path).toContain(name);
    expect(await listPictures(folders, 1, 300_000)).toEqual([all[1]]);
    expect(await listPictures(folders, 1, 100_000)).toEqual([]);
  });

  it('leaves out what is no picture', async () => {
    const { paths, folders } = await setUp({
      'output/good.png': png(1, 1),
      'output/empty.png': '',
      'output/text.png': 'this is no picture at all, only text',
      'output/.weft-part.png': png(1, 1),
      'output/notes.txt': 'text',
    });
    symlinkSync('/nowhere', join(paths.output, 'gone.png'));
    expect((await listPictures(folders, 10, null)).map(({ name }) => name)).toEqual(['good.png']);
  });

  it('is empty where nothing has been made', async () => {
    const { folders } = await setUp({});
    expect(await listPictures(folders, 10, null)).toEqual([]);
  });
});

describe('a picture of a node', () => {
  it('has an address where the page may see it', async () => {
    const { paths, folders } = await setUp({});
    const size = { width: 1, height: 2 };
    expect(pictureOf(folders, { path: join(paths.cache, 'preview', 'a.png'), ...size })).toEqual({
      url: 'pictures/preview/a.png',
      name: 'a.png',
      ...size,
    });
    expect(pictureOf(folders, { path: '/elsewhere/a.png', ...size })).toBeUndefined();
  });
});
