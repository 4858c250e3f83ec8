import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProblemError } from '../problem.ts';
import { openTensorFile } from './open-tensor-file.ts';
import { openSafetensors, writeSafetensors } from './safetensors.ts';
import { parseHeader } from './safetensors-header.ts';
import { tensor } from './tensor.ts';
import { readRows, readTensor } from './tensor-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-safetensors-'));
});
afterAll(() => rm(folder, { recursive: true }));

const bytesOf = (json: string) => new TextEncoder().encode(json);
const parse = (header: unknown, dataBytes: number) => {
  const bytes = bytesOf(typeof header === 'string' ? header : JSON.stringify(header));
  return parseHeader(bytes, 8 + bytes.length + dataBytes, 'model.safetensors');
};
const two = {
  a: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
  b: { dtype: 'F16', shape: [], data_offsets: [24, 26] },
};

describe('parseHeader', () => {
  it('finds tensors and metadata, whatever their order', () => {
    const { tensors, metadata } = parse({ b: two.b, __metadata__: { made: 'by hand' }, a: two.a }, 26);
    expect([...metadata]).toEqual([['made', 'by hand']]);
    const start = tensors.get('a')?.offset ?? 0;
    expect(tensors.get('a')).toEqual({ dtype: 'F32', shape: [2, 3], offset: start, length: 24 });
    expect(tensors.get('b')).toEqual({ dtype: 'F16', shape: [], offset: start + 24, length: 2 });
  });

  it('takes names that mean something in JavaScript as names', () => {
    const { tensors } = parse('{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 1);
    expect([...tensors.keys()]).toEqual(['__proto__']);
  });

  const range = (data_offsets: unknown, shape: unknown = [4], dtype: unknown = 'U8') => ({ dtype, shape, data_offsets });
  it.each([
    ['text that is not JSON', '{"a":', 0, 'not valid JSON'],
    ['a list', [], 0, 'not a JSON object'],
    [
      'a name twice',
      '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\\u0061":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}',
      2,
      'lists "a" twice',
    ],
    ['a field twice', '{"a":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}}', 1, 'lists "dtype" twice'],
    ['metadata that are not texts', { __metadata__: { a: 1 } }, 0, 'metadata'],
    ['an unknown number format', { a: range([0, 4], [4], 'Q4') }, 4, 'does not know'],
    ['a number format from the prototype', { a: range([0, 4], [4], 'toString') }, 4, 'does not know'],
    ['a negative size', { a: range([0, 4], [-4]) }, 4, 'wrongly'],
    ['offsets beyond 2^53', '{"a":{"dtype":"U8","shape":[1],"data_offsets":[9007199254740993,9007199254740994]}}', 1, 'wrongly'],
    ['a length that does not follow from the shape', { a: range([0, 3]) }, 3, 'needs 4'],
    ['a size that overflows', { a: range([0, 0], [2 ** 52, 2 ** 52]) }, 0, 'needs'],
    ['a size that overflows to zero', { a: range([0, 0], [2 ** 52, 2 ** 52, 0, 1]), b: range([8, 12]) }, 12, 'unused'],
    ['an overlap', { a: range([0, 4]), b: range([2, 6]) }, 6, 'overlaps'],
    ['the same range twice', { a: range([0, 4]), b: range([0, 4]) }, 4, 'overlaps'],
    ['a hole', { a: range([0, 4]), b: range([5, 9]) }, 9, 'unused bytes'],
    ['a hole in front', { a: range([1, 5]) }, 5, 'unused bytes'],
    ['a file that was cut off', { a: range([0, 4]) }, 3, 'only'],
    ['a file with something behind', { a: range([0, 4]) }, 5, 'should have'],
  ])('refuses %s', (_, header, dataBytes, sentence) => {
    expect(() => parse(header, dataBytes)).toThrow(ProblemError);
    expect(() => parse(header, dataBytes)).toThrow(sentence);
    expect(() => parse(header, dataBytes)).toThrow('model.safetensors');
  });

  it('refuses text that is not UTF-8', () => {
    expect(() => parseHeader(Uint8Array.of(0x7b, 0xff, 0x7d), 11, 'model.safetensors')).toThrow('not valid text');
  });

  it('either refuses a damaged header in words or finds tensors that lie in the file side by side', () => {
    const good = JSON.stringify({ __metadata__: { k: 'v"\\' }, ...two });
    const edits = fc.array(
      fc.record({
        at: fc.nat(good.length),
        cut: fc.nat(6),
        put: fc.oneof(
          fc.string({ maxLength: 3 }),
          fc.constantFrom('"', '\\', '{', '}', '[', ',', '0', '-1', '1e99', '9'.repeat(20), '"a":'),
        ),
      }),
      { minLength: 1, maxLength: 3 },
    );
    fc.assert(
      fc.property(edits, fc.integer({ min: 20, max: 30 }), (changes, dataBytes) => {
        const text = changes.reduce((json, { at, cut, put }) => json.slice(0, at) + put + json.slice(at + cut), good);
        const bytes = bytesOf(text);
        try {
          const { tensors } = parseHeader(bytes, 8 + bytes.length + dataBytes, 'model.safetensors');
          const ends = [...tensors.values()].map(({ offset, length }) => [offset, offset + length]).sort(([a], [b]) => a - b);
          expect(ends.reduce((end, [from, to]) => (from === end ? to : Number.NaN), 8 + bytes.length)).toBe(8 + bytes.length + dataBytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ProblemError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('openSafetensors', () => {
  it('reads back what was written', async () => {
    const path = join(folder, 'deep', 'round.safetensors');
    const values = tensor(Float32Array.of(1, -2, 3.5, 4, 5, 6), [3, 2]);
    await writeSafetensors(
      path,
      new Map([
        ['values', values],
        ['none', tensor(new Float32Array(), [0, 4])],
      ]),
      { format: 'test' },
    );
    const file = await openSafetensors(path);
    expect([...file.metadata]).toEqual([['format', 'test']]);
    expect(await readTensor(file, 'values')).toEqual(values);
    expect((await readTensor(file, 'none')).shape).toEqual([0, 4]);
    expect(await readRows(file, 'values', [2, 0])).toEqual([Float32Array.of(5, 6), Float32Array.of(1, -2)]);
    expect(await readdir(join(folder, 'deep'))).toEqual(['round.safetensors']);
  });

  it('leaves nothing behind when writing fails', async () => {
    const path = join(folder, 'taken.safetensors');
    const blocked = join(folder, 'taken.safetensors', 'inner.safetensors');
    await writeFile(path, 'a file where a folder would have to be');
    await expect(writeSafetensors(blocked, new Map())).rejects.toThrow();
    expect(await readFile(path, 'utf8')).toBe('a file where a folder would have to be');
  });

  it.each([
    ['an empty file', Buffer.alloc(0), 'is empty'],
    ['a few bytes', Buffer.from('abc'), 'only 3 bytes'],
    ['a web page', Buffer.from('\n<!DOCTYPE html><html><body>Not found'), 'web page'],
    ['a pointer of git lfs', Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n'), 'pointer'],
    ['a GGUF file', Buffer.from('GGUF\x03\0\0\0\x10\0\0\0\0\0\0\0'), 'GGUF'],
    ['a picture', Buffer.from('\x89PNG\r\n\x1a\n0123456789', 'latin1'), 'not a .safetensors file'],
    ['a header longer than the file', Buffer.from([200, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d]), 'file ends'],
  ])('says what %s is', async (_, bytes, sentence) => {
    const path = join(folder, 'other.safetensors');
    await writeFile(path, bytes);
    const error = await openTensorFile(path).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProblemError);
    expect(String(error)).toContain(sentence);
    expect(String(error)).toContain('other.safetensors');
  });

  it('says that a file is missing, or a folder', async () => {
    await expect(openSafetensors(folder)).rejects.toThrow('cannot be read (EISDIR)');
    await expect(openSafetensors(join(folder, 'nothing.safetensors'))).rejects.toThrow('cannot be opened');
  });
});
