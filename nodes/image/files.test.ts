import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runNode, testContext } from '../../test/run-node.ts';
import type { NodeContext } from '../context.ts';
import { filled, tensor } from '../diffusion/tensor.ts';
import { encodePng } from './codec.ts';
import { loadImage, loadImageMask, previewImage, saveImage } from './files.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-files-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function pictureFile(values: readonly number[], shape: readonly number[]) {
  const path = join(folder, 'picture.png');
  await writeFile(path, await encodePng(tensor(Float32Array.from(values), shape)));
  return { name: 'picture.png', path, fingerprint: '' };
}

describe('LoadImage', () => {
  it('masks what is transparent', async () => {
    const image = await pictureFile([1, 0, 0, 1, 0, 1, 0, 0.2], [1, 1, 2, 4]);
    const { IMAGE, MASK } = await runNode(loadImage, { image });
    expect(IMAGE).toEqual(tensor(Float32Array.of(1, 0, 0, 0, 1, 0), [1, 1, 2, 3]));
    expect(MASK).toEqual(tensor(Float32Array.of(0, 1 - Math.fround(0.2)), [1, 1, 2]));
  });
  it('gives an empty mask for an opaque picture', async () => {
    const { MASK } = await runNode(loadImage, { image: await pictureFile([0, 0, 0], [1, 1, 1, 3]) });
    expect(MASK).toEqual(filled([1, 64, 64], 0));
  });
});

describe('LoadImageMask', () => {
  it.each([
    ['alpha', 1 - Math.fround(0.4)],
    ['red', 1],
    ['green', Math.fround(0.6)],
    ['blue', 0],
  ])('reads %s', async (channel, expected) => {
    const image = await pictureFile([1, 0.6, 0, 0.4], [1, 1, 1, 4]);
    const { MASK } = await runNode(loadImageMask, { image, channel });
    expect(MASK).toEqual(tensor(Float32Array.of(expected), [1, 1, 1]));
  });
  it('takes an opaque picture as an empty mask', async () => {
    const { MASK } = await runNode(loadImageMask, { image: await pictureFile([0, 0, 0], [1, 1, 1, 3]) });
    expect(MASK).toEqual(tensor(Float32Array.of(0), [1, 1, 1]));
  });
});

describe('saving', () => {
  it.each([
    [saveImage, { filename_prefix: 'cats/tom' }, { prefix: 'cats/tom', folder: 'output' }],
    [previewImage, {}, { prefix: 'preview', folder: 'temp' }],
  ])('writes each picture of a batch once, in order', async (node, inputs, expected) => {
    const saved: Parameters<NodeContext['savePicture']>[0][] = [];
    const savePicture: NodeContext['savePicture'] = async (picture) => {
      saved.push(picture);
      return { path: '', width: picture.width, height: picture.height };
    };
    const images = tensor(
      Float32Array.from({ length: 12 }, (_, index) => (index < 6 ? 0 : 1)),
      [2, 1, 2, 3],
    );
    await runNode(node, { images, ...inputs }, testContext({ savePicture }));
    expect(saved).toMatchObject([
      { ...expected, width: 2, height: 1 },
      { ...expected, width: 2, height: 1 },
    ]);
    expect(saved[1].png).toEqual(await encodePng(filled([1, 1, 2, 3], 1)));
  });
});
