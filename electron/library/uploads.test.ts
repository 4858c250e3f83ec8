import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from './temporary-folder.fixture.ts';
import { createUpload } from './uploads.ts';

const png = (rest: string) => Buffer.from(`\x89PNG\r\n\x1a\n${rest}`, 'latin1');
const jpeg = Buffer.from('\xff\xd8\xff\xe0 and more', 'latin1');

function setUp(shipped: Record<string, Uint8Array> = {}) {
  const folder = temporaryFolder();
  return { folder, upload: createUpload([folder, temporaryFolder(shipped)]) };
}

describe('uploading', () => {
  it('keeps a picture under its name, once', async () => {
    const { folder, upload } = setUp();
    expect(await upload('a.png', png('one'))).toBe('a.png');
    expect(await upload('a.png', png('one'))).toBe('a.png');
    expect(readdirSync(folder)).toEqual(['a.png']);
    expect(readFileSync(join(folder, 'a.png'))).toEqual(png('one'));
  });

  it('gives another picture of that name a number, also where it comes with Weft, and where both come at once', async () => {
    const { folder, upload } = setUp({ 'b.png': png('shipped') });
    const names = await Promise.all(['one', 'two', 'six', 'two'].map((content) => upload('a.png', png(content))));
    expect(names).toEqual(['a.png', 'a (1).png', 'a (2).png', 'a (1).png']);
    expect(await upload('b.png', png('shipped'))).toBe('b.png');
    expect(await upload('b.png', png('other'))).toBe('b (1).png');
    expect(readdirSync(folder).sort()).toEqual(['a (1).png', 'a (2).png', 'a.png', 'b (1).png']);
  });

  it.each([
    ['../../evil.png', 'evil.png'],
    ['C:\\pictures\\cat.png', 'cat.png'],
    ['NUL.png', '_NUL.png'],
    ['.png', 'picture.png'],
    ['photo.JPG', 'photo.png'],
    ['picture', 'picture.png'],
    ['a.b.PNG', 'a.b.png'],
    ['\u732b.png', '\u732b.png'],
  ])('makes a safe name with the right extension of %j', async (name, safe) => {
    expect(await setUp().upload(name, png(''))).toBe(safe);
  });

  it('keeps an extension that the kind goes by', async () => {
    expect(await setUp().upload('a.jpeg', jpeg)).toBe('a.jpeg');
    expect(await setUp().upload('a.png', jpeg)).toBe('a.jpg');
  });

  it.each([
    ['text', Buffer.from('not a picture')],
    ['nothing', Buffer.alloc(0)],
    ['SVG, which can hold scripts', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a sound in RIFF', Buffer.from('RIFF\0\0\0\0WAVEfmt ')],
  ])('refuses %s', async (_, bytes) => {
    const { folder, upload } = setUp();
    await expect(upload('a.png', bytes)).rejects.toThrow('not a picture that Weft can read');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses what is too large', async () => {
    await expect(setUp().upload('a.png', Buffer.alloc(200_000_001))).rejects.toThrow('too large: 200 MB');
  });
});
