import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiskIndex, type Entry } from './disk-index.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-index-'));
  path = join(folder, 'deep', 'index.sqlite');
});
afterEach(() => rm(folder, { recursive: true }));

const entryOf = (fileBytes: number, ms: number): Entry => ({
  value: { outputs: { IMAGE: { type: 'IMAGE', shapes: [[1, 2, 2, 3], null] } }, bytes: fileBytes },
  ms,
  fileBytes,
  saved: [
    {
      outputFolder: '/out',
      files: [{ kind: 'picture', path: '/out/a.png', width: 1, height: 2, folder: 'output', size: 3, mtimeMs: 4.5 }],
    },
  ],
});

describe('the index on disk', () => {
  it('has what was put there, at once and after a restart', () => {
    const entry = entryOf(1000, 5);
    const first = new DiskIndex(path);
    first.put('a', entry);
    first.put('b', entry);
    first.remove('b');
    expect(first.get('a')).toEqual(entry);
    expect(first.get('b')).toBeUndefined();
    first.close();
    const second = new DiskIndex(path);
    expect(second.get('a')).toEqual(entry);
    expect(second.get('b')).toBeUndefined();
    expect(second.totalBytes).toBe(first.totalBytes);
    second.close();
  });

  it('evicts what is worth least for its size, but nothing pinned', () => {
    const index = new DiskIndex(path);
    index.put('cheap and large', entryOf(100_000, 10));
    index.put('dear', entryOf(100_000, 10_000));
    index.put('small', entryOf(100, 10));
    index.put('pinned', entryOf(100_000, 1));
    expect(index.trim(1e6, new Set())).toEqual([]);
    expect(index.trim(230_000, new Set(['pinned']))).toEqual(['cheap and large']);
    expect(index.get('cheap and large')).toBeUndefined();
    expect(index.get('small')).toEqual(entryOf(100, 10));
    expect(index.trim(0, new Set(['pinned'])).toSorted()).toEqual(['dear', 'small']);
    index.close();
  });

  it('takes rows that it cannot read for absent', () => {
    new DiskIndex(path).close();
    const database = new DatabaseSync(path);
    database.exec(`INSERT INTO results VALUES ('a', '{"value": 1}', 1, 1), ('b', 'nonsense', 1, 1)`);
    database.close();
    const index = new DiskIndex(path);
    expect([index.get('a'), index.get('b')]).toEqual([undefined, undefined]);
    index.close();
  });

  it('does without a file where none can be made', async () => {
    await writeFile(join(folder, 'deep'), 'in the way');
    const index = new DiskIndex(path);
    index.put('a', entryOf(1, 1));
    expect(index.trim(1e6, new Set())).toEqual([]);
    expect(index.get('a')).toEqual(entryOf(1, 1));
    index.close();
  });

  it('may be open in several processes', () => {
    const [one, other] = [new DiskIndex(path), new DiskIndex(path)];
    one.put('a', entryOf(1, 1));
    other.put('b', entryOf(2, 2));
    one.close();
    expect(other.get('a')).toEqual(entryOf(1, 1));
    other.close();
  });
});
