import { describe, expect, it } from 'vitest';
import { runNode, testContext } from '../../test/run-node.ts';
import type { DiffusionEngine } from '../diffusion/engine.ts';
import { filled, type Tensor, tensor } from '../diffusion/tensor.ts';
import { CancelledError, OutOfMemoryError, ProblemError } from '../problem.ts';
import type { UpscaleModelRecipe } from '../types.ts';
import { imageUpscaleWithModel } from './upscale-model.ts';

const file = { name: 'some.safetensors', path: '/some', fingerprint: 'some' };
const compact = { kind: 'compact', prefix: '', channels: 3, features: 1, layers: 1, scale: 2 } as const;
const model: UpscaleModelRecipe = { recipe: 'upscale_model', file, config: compact };

/** A network that sees 7 pixels around each, and nothing but black beyond its picture, as convolutions do: the mean, doubled in size. */
function blurDouble({ data, shape: [, channels, height, width] }: Tensor): Tensor {
  const mean = (c: number, y: number, x: number) => {
    let sum = 0;
    for (let dy = Math.max(y - 7, 0); dy <= Math.min(y + 7, height - 1); dy++) {
      for (let dx = Math.max(x - 7, 0); dx <= Math.min(x + 7, width - 1); dx++) sum += data[(c * height + dy) * width + dx];
    }
    return sum / 225;
  };
  const out = new Float32Array(4 * data.length);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = (c * 2 * height + 2 * y) * 2 * width + 2 * x;
        for (const place of [at, at + 1, at + 2 * width, at + 2 * width + 1]) out[place] = mean(c, y, x);
      }
    }
  }
  return tensor(out, [1, channels, 2 * height, 2 * width]);
}

/** Each pixel as a square of four. */
function repeatDouble({ data, shape: [, channels, height, width] }: Tensor): Tensor {
  const out = Float32Array.from({ length: 4 * data.length }, (_, index) => {
    const [plane, y, x] = [Math.floor(index / (4 * height * width)), Math.floor((index / (2 * width)) % (2 * height)), index % (2 * width)];
    return data[(plane * height + Math.floor(y / 2)) * width + Math.floor(x / 2)];
  });
  return tensor(out, [1, channels, 2 * height, 2 * width]);
}

function contextOf(upscale: (tile: Tensor) => Tensor, limit = Number.POSITIVE_INFINITY, cancelAt = Number.POSITIVE_INFINITY) {
  const steps: [number, number][] = [];
  const tiles: string[] = [];
  const engine = {
    upscale: async (_: UpscaleModelRecipe, tile: Tensor) => {
      if (tile.data.length > limit) throw new OutOfMemoryError({ what: 'No memory.' });
      tiles.push(tile.shape.slice(2).join('x'));
      return upscale(tile);
    },
  };
  const context = testContext({
    // The node asks for nothing else of it.
    engine: engine as Partial<DiffusionEngine> as DiffusionEngine,
    progress(value, max) {
      steps.push([value, max]);
      if (value >= cancelAt) throw new CancelledError();
    },
  });
  return { context, steps, tiles };
}

const run = async (image: Tensor, { context }: ReturnType<typeof contextOf>, upscale_model = model) =>
  (await runNode(imageUpscaleWithModel, { upscale_model, image }, context)).IMAGE as Tensor;

const pattern = (height: number, width: number, channels = 3) =>
  tensor(
    Float32Array.from({ length: height * width * channels }, (_, index) => 0.5 + 0.5 * Math.sin(index * index)),
    [1, height, width, channels],
  );

const largest = ({ data }: Tensor, f: (value: number, index: number) => number) =>
  data.reduce((most, value, index) => Math.max(most, f(value, index)), 0);

describe('ImageUpscaleWithModel', () => {
  it('leaves no seams: a network whose sight ends within the margins makes of tiles what it makes of the whole', async () => {
    const image = pattern(150, 201);
    const whole = await run(image, contextOf(blurDouble));
    const small = contextOf(blurDouble, 3 * 128 * 128);
    const tiled = await run(image, small);
    expect(small.tiles).toEqual(['128x128', '128x128', '128x128', '128x128']);
    expect(tiled.shape).toEqual([1, 300, 402, 3]);
    expect(largest(tiled, (value, index) => Math.abs(value - whole.data[index]))).toBeLessThan(1e-6);
  });

  it('keeps a picture of one colour at that colour', async () => {
    const enlarged = await run(filled([1, 130, 140, 3], 0.3), contextOf(repeatDouble, 3 * 64 * 64));
    expect(largest(enlarged, (value) => Math.abs(value - 0.3))).toBeLessThan(1e-6);
  });

  it('halves its tiles where memory runs out, keeps them so for the rest of the batch, and tells of each tile', async () => {
    const one = pattern(100, 90);
    const batch = tensor(Float32Array.of(...one.data, ...one.data), [2, 100, 90, 3]);
    const work = contextOf(repeatDouble, 3 * 64 * 64);
    const enlarged = await run(batch, work);
    expect(enlarged.shape).toEqual([2, 200, 180, 3]);
    expect(work.tiles).toEqual(Array.from({ length: 8 }, () => '64x64'));
    expect(work.steps).toEqual(Array.from({ length: 8 }, (_, index) => [index + 1, 8]));
  });

  it('gives up where the smallest tiles are too large, and stops between tiles', async () => {
    await expect(run(pattern(80, 80), contextOf(repeatDouble, 100))).rejects.toBeInstanceOf(OutOfMemoryError);
    const stopped = contextOf(repeatDouble, 3 * 64 * 64, 2);
    await expect(run(pattern(100, 100), stopped)).rejects.toBeInstanceOf(CancelledError);
    expect(stopped.tiles).toHaveLength(2);
  });

  it('keeps opacity, and values in 0..1', async () => {
    const image = pattern(6, 5, 4);
    const brighter = (tile: Tensor) => {
      const { data, shape } = repeatDouble(tile);
      return tensor(
        data.map((value) => value + 0.5),
        shape,
      );
    };
    const enlarged = await run(image, contextOf(brighter));
    expect(enlarged.shape).toEqual([1, 12, 10, 4]);
    expect(largest(enlarged, (value) => value)).toBe(1);
    const opaque = await run(
      tensor(
        image.data.map((value, index) => (index % 4 === 3 ? 1 : value)),
        image.shape,
      ),
      contextOf(brighter),
    );
    expect(opaque.data.every((value, index) => index % 4 !== 3 || value === 1)).toBe(true);
    expect(enlarged.data[3]).not.toBe(1);
  });

  it('asks a network of unknown scale what it makes of a small picture', async () => {
    const unknown = { ...model, config: { kind: 'onnx', input: 'x', output: 'y', channels: 3, precision: 'float32' } } as const;
    const work = contextOf(repeatDouble);
    expect((await run(pattern(5, 4), work, unknown)).shape).toEqual([1, 10, 8, 3]);
    expect(work.tiles).toEqual(['64x64', '5x4']);
  });

  it('cuts tiles for a graph that takes one size to that size', async () => {
    const fixed = {
      ...model,
      config: { kind: 'onnx', input: 'x', output: 'y', channels: 3, precision: 'float32', scale: 2, size: { height: 32, width: 48 } },
    } as const;
    const work = contextOf(repeatDouble);
    expect((await run(pattern(40, 20), work, fixed)).shape).toEqual([1, 80, 40, 3]);
    expect(work.tiles).toEqual(['32x20', '32x20']);
  });

  it('says so where the network computes no numbers', async () => {
    const broken = contextOf((tile) => filled([1, 3, 2 * tile.shape[2], 2 * tile.shape[3]], Number.NaN));
    await expect(run(pattern(4, 4), broken)).rejects.toThrow('"some.safetensors"');
    await expect(
      run(filled([1, 1, 1, 3], 0), contextOf(repeatDouble), { ...model, config: { ...compact, scale: 40_000 } }),
    ).rejects.toThrow(ProblemError);
  });
});
