import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectUpscaler } from '../../../nodes/diffusion/models/upscaler-detect.ts';
import { detectOnnxUpscaler } from '../../../nodes/diffusion/models/upscaler-onnx.ts';
import { GraphBuilder } from '../../../nodes/diffusion/onnx/graph.ts';
import { openTensorFile } from '../../../nodes/diffusion/open-tensor-file.ts';
import { writeSafetensors } from '../../../nodes/diffusion/safetensors.ts';
import { sliceBatch, type Tensor, tensor } from '../../../nodes/diffusion/tensor.ts';
import { type TestValue, writeTorchZip } from '../../../nodes/diffusion/torch/torch-file.fixture.ts';
import { OutOfMemoryError, ProblemError } from '../../../nodes/problem.ts';
import type { UpscaleModelRecipe } from '../../../nodes/types.ts';
import { referenceCompact, referenceRrdb } from '../../../test/fixtures/reference-upscaler.ts';
import { bilinearCompact, randomCompact, randomPicture, randomRrdb } from '../../../test/fixtures/upscaler-weights.ts';
import { createEngine } from '../engine.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-upscale-'));
});
afterAll(() => rm(folder, { recursive: true }));

const engine = createEngine({ budgetBytes: 2 ** 30 });

async function load(name: string, weights: ReadonlyMap<string, Tensor>): Promise<UpscaleModelRecipe> {
  const path = join(folder, `${name}.safetensors`);
  await writeSafetensors(path, weights);
  return { recipe: 'upscale_model', file: { name, path, fingerprint: name }, config: detectUpscaler(await openTensorFile(path)) };
}

function renamed(weights: ReadonlyMap<string, Tensor>, rename: (key: string) => string): Map<string, Tensor> {
  return new Map([...weights].map(([key, value]) => [rename(key), value]));
}

function expectClose(actual: Tensor, expected: readonly number[]): void {
  expect(actual.data.length).toBe(expected.length);
  const largest = Math.max(...expected.map(Math.abs));
  expect(Math.max(...expected.map((value, index) => Math.abs(value - actual.data[index])))).toBeLessThan(1e-5 * largest);
}

const colour = { inputs: 3, outputs: 3, features: 5, growth: 3, blocks: 2, doublings: 2, plus: false };

/** Real-ESRGAN's names as the first ESRGAN's, whose numbers are places in a sequence that ends with two convolutions. */
const toEsrgan = (doublings: number) => (key: string) =>
  key
    .replace('conv_first', 'model.0')
    .replace(/^body\.(\d+)\.rdb(\d)\.(conv\d)\.(\w+)$/, 'model.1.sub.$1.RDB$2.$3.0.$4')
    .replace(/^body\.(\d+)\.rdb(\d)\.conv1x1/, 'model.1.sub.$1.RDB$2.conv1x1')
    .replace('conv_body', 'model.1.sub.2')
    .replace('conv_up1', 'model.3')
    .replace('conv_up2', 'model.6')
    .replace('conv_hr', ['model.2', 'model.5', 'model.8'][doublings])
    .replace('conv_last', ['model.4', 'model.7', 'model.10'][doublings]);

const toBsrgan = (key: string) =>
  key
    .replace(/^body\./, 'RRDB_trunk.')
    .replace('.rdb', '.RDB')
    .replace('conv_body', 'trunk_conv')
    .replace('conv_up', 'upconv')
    .replace('conv_hr', 'HRconv');

describe('an RRDB network', () => {
  const cases = [
    { name: "in BSRGAN's names", sizes: colour, rename: toBsrgan },
    { name: "in BSRGAN's names, x2", sizes: { ...colour, doublings: 1 }, rename: toBsrgan },
    { name: 'of ESRGAN+, in the first names', sizes: { ...colour, plus: true }, rename: toEsrgan(2) },
    { name: 'that cleans at the same size, in the first names', sizes: { ...colour, doublings: 0 }, rename: toEsrgan(0) },
    { name: 'of Real-ESRGAN x2, whose pixels are unshuffled', sizes: { ...colour, inputs: 12 }, rename: (key: string) => key },
    { name: 'of Real-ESRGAN x1, whose pixels are unshuffled', sizes: { ...colour, inputs: 48 }, rename: (key: string) => key },
    { name: 'inside the wrappers of training programs', sizes: colour, rename: (key: string) => `params_ema.module.${key}` },
    { name: 'that doubles thrice', sizes: { ...colour, doublings: 3 }, rename: (key: string) => key },
  ];
  it.each(cases)('$name computes what its paper says, at odd sizes', async ({ name, sizes, rename }) => {
    const weights = randomRrdb(sizes);
    const picture = randomPicture(5, 7);
    const enlarged = await engine.upscale(await load(name, renamed(weights, rename)), picture);
    const scale = 2 ** sizes.doublings / Math.sqrt(sizes.inputs / 3);
    expect(enlarged.shape).toEqual([1, 3, 5 * scale, 7 * scale]);
    expectClose(enlarged, referenceRrdb(weights, sizes, picture));
  });

  it('for grey pictures sees one colour after the other', async () => {
    const sizes = { ...colour, inputs: 1, outputs: 1, blocks: 1 };
    const weights = randomRrdb(sizes);
    const picture = randomPicture(4, 3);
    const enlarged = await engine.upscale(await load('grey', weights), picture);
    expect(enlarged.shape).toEqual([1, 3, 16, 12]);
    const colours = tensor(picture.data, [3, 1, 4, 3]);
    expectClose(
      enlarged,
      [0, 1, 2].flatMap((at) => referenceRrdb(weights, sizes, sliceBatch(colours, at, at + 1))),
    );
  });
});

describe('a Compact network', () => {
  it.each([
    { channels: 3, features: 6, layers: 3, scale: 2 },
    { channels: 3, features: 4, layers: 1, scale: 3 },
    { channels: 3, features: 4, layers: 2, scale: 1 },
  ])('of scale $scale computes what its authors say', async (sizes) => {
    const weights = randomCompact(sizes);
    const picture = randomPicture(5, 4);
    const enlarged = await engine.upscale(await load(`compact ${sizes.scale}`, weights), picture);
    expect(enlarged.shape).toEqual([1, 3, 5 * sizes.scale, 4 * sizes.scale]);
    expectClose(enlarged, referenceCompact(weights, sizes, picture));
  });
});

/** An .onnx file that repeats each pixel as a square of 4, for pictures of any size or of one. */
async function onnxFile(
  name: string,
  side: number | undefined,
  scale = 2,
  type: 'float32' | 'float16' = 'float32',
): Promise<UpscaleModelRecipe> {
  const graph = new GraphBuilder('enlarge');
  const sizes = (factor: number): (number | string)[] =>
    side === undefined ? ['batch', 3, `height${factor}`, `width${factor}`] : [1, 3, factor * side, factor * side];
  const image = graph.input('any name', type, sizes(1));
  const scales = graph.floats(Float32Array.of(1, 1, scale, scale), [4]);
  const attributes = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
  graph.output('result', graph.node('Resize', [image, undefined, scales], { attributes }), sizes(2), type);
  const { model } = graph.build();
  const path = join(folder, name);
  await writeFile(path, model);
  return { recipe: 'upscale_model', file: { name, path, fingerprint: name }, config: detectOnnxUpscaler(model, name) };
}

describe('a network in a .pth file', () => {
  it('is taken from the averaged weights, where a training program left both', async () => {
    const path = join(folder, 'both.pth');
    const nested = (weights: ReadonlyMap<string, Tensor>): TestValue =>
      new Map([...weights].map(([key, { data, shape }]): [string, TestValue] => [key, { tensor: { values: [...data], shape } }]));
    const good = bilinearCompact(2);
    const plain = randomCompact({ channels: 3, features: 3, layers: 0, scale: 2 });
    await writeTorchZip(
      path,
      new Map([
        ['params', nested(plain)],
        ['params_ema', nested(good)],
      ]),
    );
    const config = detectUpscaler(await openTensorFile(path));
    const picture = randomPicture(4, 5);
    const enlarged = await engine.upscale({ recipe: 'upscale_model', file: { name: 'both', path, fingerprint: 'both' }, config }, picture);
    expectClose(enlarged, referenceCompact(good, { channels: 3, features: 3, layers: 0, scale: 2 }, picture));
  });
});

describe('an engine with little memory', () => {
  it('refuses pieces that would not fit, before it runs them, but for the smallest', async () => {
    const small = createEngine({ budgetBytes: 1_000_000 });
    const model = await load('little memory', randomRrdb(colour));
    await expect(small.upscale(model, randomPicture(128, 128))).rejects.toBeInstanceOf(OutOfMemoryError);
    expect((await small.upscale(model, randomPicture(64, 64))).shape).toEqual([1, 3, 256, 256]);
  });
});

describe('an upscaler in the ONNX format', () => {
  it.each([
    ['any size', undefined, undefined],
    ['one size', 6, 2],
  ])('for pictures of %s enlarges pictures that are smaller too', async (name, side, scale) => {
    const model = await onnxFile(`${name}.onnx`, side);
    expect(model.config).toMatchObject({ kind: 'onnx', input: 'any name', output: 'result' });
    expect(model.config.kind === 'onnx' && model.config.scale).toBe(scale);
    const picture = randomPicture(3, 5);
    const enlarged = await engine.upscale(model, picture);
    expect(enlarged.shape).toEqual([1, 3, 6, 10]);
    for (const [index, value] of enlarged.data.entries()) {
      const [plane, y, x] = [Math.floor(index / 60), Math.floor((index % 60) / 10), index % 10];
      expect(value).toBe(picture.data[plane * 15 + Math.floor(y / 2) * 5 + Math.floor(x / 2)]);
    }
  });

  it('that computes in float16 is fed with float16', async () => {
    const model = await onnxFile('halves.onnx', undefined, 2, 'float16');
    expect(model.config).toMatchObject({ precision: 'float16' });
    const picture = randomPicture(3, 5);
    const enlarged = await engine.upscale(model, picture);
    expect(enlarged.data[0]).not.toBe(picture.data[0]);
    expect(enlarged.data[0]).toBe(Math.f16round(picture.data[0]));
    expect(enlarged.shape).toEqual([1, 3, 6, 10]);
  });

  it('that gives no enlarged picture is named', async () => {
    const error = await engine.upscale(await onnxFile('odd.onnx', undefined, 1.5), randomPicture(3, 3)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProblemError);
    expect(String(error)).toContain('"odd.onnx"');
  });
});
