import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { computeFingerprint, createFingerprints } from './fingerprints.ts';
import { temporaryFolder } from './temporary-folder.fixture.ts';

/** A file of the size with bytes at some places and holes between, always of the same modification time. */
function largeFile(size: number, bytes: readonly (readonly [number, string])[] = []): string {
  const path = join(temporaryFolder(), 'large');
  const file = openSync(path, 'w');
  ftruncateSync(file, size);
  for (const [place, text] of bytes) writeSync(file, text, place);
  closeSync(file);
  utimesSync(path, 1e9, 1e9);
  return path;
}

describe('computeFingerprint', () => {
  it('is the SHA-256 of the content up to 32 MiB', async () => {
    const path = join(temporaryFolder({ a: 'content' }), 'a');
    expect(await computeFingerprint(path)).toBe(`sha256:${createHash('sha256').update('content').digest('hex')}`);
    expect(await computeFingerprint(largeFile(32 * 2 ** 20))).toMatch(/^sha256:/);
  });

  it('of a larger file depends on size, beginning, samples and end', async () => {
    const size = 100 * 2 ** 20;
    const prints = await Promise.all([
      computeFingerprint(largeFile(size)),
      computeFingerprint(largeFile(size + 1)),
      computeFingerprint(largeFile(size, [[500_000, 'x']])),
      computeFingerprint(largeFile(size, [[size - 1, 'x']])),
      computeFingerprint(largeFile(size, [[(size - 65536) / 2, 'x']])),
    ]);
    expect(prints[0]).toMatch(/^sampled:/);
    expect(new Set(prints).size).toBe(prints.length);
    expect(await computeFingerprint(largeFile(size))).toBe(prints[0]);
  });

  it('reads a file of many GB in samples', async () => {
    expect(await computeFingerprint(largeFile(64 * 2 ** 30, [[0, 'x']]))).toMatch(/^sampled:/);
  });
});

describe('createFingerprints', () => {
  it('follows changes of a file, and is the same for equal content', async () => {
    const root = temporaryFolder({ a: 'one', b: 'one' });
    const fingerprints = createFingerprints(join(root, 'index.json'));
    const before = await fingerprints.of(join(root, 'a'));
    expect(await fingerprints.of(join(root, 'b'))).toBe(before);
    writeFileSync(join(root, 'a'), 'another');
    expect(await fingerprints.of(join(root, 'a'))).not.toBe(before);
  });

  it('follows changes of any piece of a model that was cut, and of the weights beside a graph', async () => {
    const root = temporaryFolder({
      'm.safetensors.index.json': '{"weight_map": {"a": "m-1.safetensors", "b": "m-2.safetensors"}}',
      'm-1.safetensors': 'one',
      'm-2.safetensors': 'two',
      'other.safetensors': 'three',
      'g.onnx': 'graph',
      'g.onnx_data': 'weights',
    });
    const of = (name: string) => createFingerprints(join(root, 'index.json')).of(join(root, name));
    const before = await Promise.all([of('m.safetensors.index.json'), of('g.onnx')]);
    writeFileSync(join(root, 'other.safetensors'), 'changed');
    expect(await Promise.all([of('m.safetensors.index.json'), of('g.onnx')])).toEqual(before);
    writeFileSync(join(root, 'm-2.safetensors'), 'changed');
    writeFileSync(join(root, 'g.onnx_data'), 'changed!');
    expect(await of('m.safetensors.index.json')).not.toBe(before[0]);
    expect(await of('g.onnx')).not.toBe(before[1]);
  });

  it('takes the fingerprint from the index while the file has not changed', async () => {
    const root = temporaryFolder({ a: 'one' });
    const [path, index] = [join(root, 'a'), join(root, 'index.json')];
    const fingerprint = await createFingerprints(index).of(path);
    writeFileSync(index, readFileSync(index, 'utf8').replace(fingerprint, 'from the index'));
    expect(await createFingerprints(index).of(path)).toBe('from the index');
    const { atime, mtimeMs } = statSync(path);
    utimesSync(path, atime, mtimeMs / 1000 + 5);
    expect(await createFingerprints(index).of(path)).toBe(fingerprint);
  });

  it.each(['', '{"broken', '[1]', '{"/a": {"size": 1}}'])('does without an index that holds %j', async (content) => {
    const root = temporaryFolder({ a: 'one', 'index.json': content });
    expect(await createFingerprints(join(root, 'index.json')).of(join(root, 'a'))).toMatch(/^sha256:/);
  });

  it('writes an index of all files asked for at once, and leaves nothing else behind', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `file${index}`);
    const root = temporaryFolder(Object.fromEntries(names.map((name) => [name, name])));
    const fingerprints = createFingerprints(join(root, 'index.json'));
    await Promise.all([...names, ...names].map((name) => fingerprints.of(join(root, name))));
    expect(Object.keys(JSON.parse(readFileSync(join(root, 'index.json'), 'utf8'))).length).toBe(20);
    expect(readdirSync(root).length).toBe(21);
  });

  it('works where the index cannot be written, and reports a missing file', async () => {
    const root = temporaryFolder({ a: 'one' });
    const fingerprints = createFingerprints(join(root, 'no such folder', 'index.json'));
    expect(await fingerprints.of(join(root, 'a'))).toMatch(/^sha256:/);
    await expect(fingerprints.of(join(root, 'missing'))).rejects.toThrow(/ENOENT/);
  });
});
