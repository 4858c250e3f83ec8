import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProblemError } from '../../nodes/problem.ts';
import { createOutputFile } from './output-files.ts';
import { expandPrefix, outputFileName, parseOutputFileName, parsePrefix } from './output-names.ts';

describe('expandPrefix', () => {
  const now = new Date(2026, 2, 5, 7, 8, 9);
  it.each([
    ['Weft', 'Weft'],
    ['%width%x%height%', '640x480'],
    ['%year%-%month%-%day% %hour%%minute%%second%', '2026-03-05 070809'],
    ['%date:yyyy-MM-dd%/%date:hhmmss%', '2026-03-05/070809'],
    ['%date:yy M d h:m:s%', '26 3 5 7:8:9'],
    ['100% %unknown% %constructor%', '100% %unknown% %constructor%'],
  ])('turns %s into %s', (prefix, expanded) => {
    expect(expandPrefix(prefix, { width: 640, height: 480 }, now)).toBe(expanded);
  });
});

describe('parsePrefix', () => {
  it.each([
    ['cat', { folders: [], base: 'cat' }],
    ['a/b\\cat', { folders: ['a', 'b'], base: 'cat' }],
    ['./a//cat', { folders: ['a'], base: 'cat' }],
    ['a/', { folders: ['a'], base: 'picture' }],
    ['', { folders: [], base: 'picture' }],
    ['7:8<9>|?*"\u0007. ', { folders: [], base: '7_8_9_______' }],
  ])('splits %s', (prefix, name) => {
    expect(parsePrefix(prefix)).toEqual(name);
  });

  it.each(['../cat', 'a/../../cat', '/etc/cat', '\\\\server\\cat', 'C:\\cat', 'c:cat', '..'])('refuses %s', (prefix) => {
    expect(() => parsePrefix(prefix)).toThrow(ProblemError);
  });

  it('never leads out of the folder', () => {
    const text = fc.string({ unit: fc.constantFrom('.', '/', '\\', ':', 'a', 'C', ' ', '\u0000') });
    fc.assert(
      fc.property(text, (prefix) => {
        try {
          const { folders, base } = parsePrefix(prefix);
          for (const part of [...folders, base]) expect(part).toMatch(/^(?!\.{1,2}$)[^/\\:]+$/);
        } catch (error) {
          expect(error).toBeInstanceOf(ProblemError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('picture file names', () => {
  it('are read back as they were made', () => {
    expect(outputFileName('cat', 7, 'picture')).toBe('cat_00007_.png');
    expect(parseOutputFileName('cat_00007_.png', 'picture')).toEqual({ base: 'cat', counter: 7 });
    expect(parseOutputFileName(outputFileName('a_00001_', 123456, 'checkpoint'), 'checkpoint')).toEqual({
      base: 'a_00001_',
      counter: 123456,
    });
    expect(parseOutputFileName('cat.png', 'picture')).toBeUndefined();
  });
});

describe('createOutputFile', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weft-pictures-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('takes the number after the highest, and replaces nothing', async () => {
    await writeFile(join(folder, 'cat_00041_.png'), 'mine');
    const path = await createOutputFile(folder, { folders: [], base: 'cat' }, 'picture', (file) => file.writeFile('new'));
    expect(path).toBe(join(folder, 'cat_00042_.png'));
    expect(await readFile(join(folder, 'cat_00041_.png'), 'utf8')).toBe('mine');
  });

  it('gives each of many at once a name of its own', async () => {
    const name = { folders: ['sub'], base: 'cat' };
    const paths = await Promise.all(
      Array.from({ length: 40 }, (_, index) => createOutputFile(folder, name, 'picture', (file) => file.writeFile(`${index}`))),
    );
    expect(new Set(paths).size).toBe(40);
    const contents = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
    expect(contents).toEqual(Array.from({ length: 40 }, (_, index) => String(index)));
    expect((await readdir(join(folder, 'sub'))).sort()).toEqual(
      Array.from({ length: 40 }, (_, index) => outputFileName('cat', index + 1, 'picture')),
    );
  });

  it('clears away what a killed process left, but not what another may be writing', async () => {
    const [old, young] = ['0', '1'].map((digit) => join(folder, `.weft-${digit.repeat(8)}-0000-0000-0000-000000000000.part`));
    await writeFile(old, 'half');
    await writeFile(young, 'half');
    const hourAgo = new Date(Date.now() - 3_600_000);
    await utimes(old, hourAgo, hourAgo);
    const path = await createOutputFile(folder, { folders: [], base: 'cat' }, 'picture', (file) => file.writeFile('new'));
    expect((await readdir(folder)).map((name) => join(folder, name)).sort()).toEqual([young, path].sort());
  });

  it('leaves nothing behind where writing fails', async () => {
    const writing = createOutputFile(folder, { folders: [], base: 'cat' }, 'picture', async (file) => {
      await file.writeFile('half');
      throw new Error('no more');
    });
    await expect(writing).rejects.toThrow('no more');
    expect(await readdir(folder)).toEqual([]);
  });

  it('tells in a sentence where it cannot write', async () => {
    await writeFile(join(folder, 'file'), '');
    const writing = createOutputFile(folder, { folders: ['file'], base: 'cat' }, 'picture', async () => {});
    await expect(writing).rejects.toThrow(/cannot be written.*Choose another/s);
  });
});
