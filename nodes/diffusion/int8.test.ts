import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openInt8File, quantizeWeight, writeInt8File } from './int8.ts';
import { createGenerator } from './noise.ts';

describe('quantizeWeight', () => {
  it('is never off by more than half a step of the row', () => {
    const rows = fc.array(fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 6, maxLength: 6 }), { minLength: 1 });
    fc.assert(
      fc.property(rows, (weight) => {
        const { values, scales } = quantizeWeight(Float32Array.from(weight.flat()), weight.length, 1);
        for (const [row, columns] of weight.entries()) {
          for (const [column, value] of columns.entries()) {
            const error = Math.abs(values[row * 6 + column] * scales[row] - Math.fround(value));
            expect(error).toBeLessThanOrEqual(scales[row] * 0.5001 + 1e-30);
          }
        }
      }),
    );
  });

  it('puts the channels of one place of the kernel side by side', () => {
    // Two channels, a kernel of three places: c0 = 1 2 3, c1 = 10 20 127.
    const { values } = quantizeWeight(Float32Array.of(1, 2, 3, 10, 20, 127), 1, 3);
    expect([...values]).toEqual([1, 10, 2, 20, 3, 127]);
  });

  it('reads float16 by its bits', () => {
    const halves = Float16Array.of(0.5, -1, 0.25, -6e-8, 6e4, -3e4);
    const bits = new Uint16Array(halves.buffer);
    expect(quantizeWeight(bits, 2, 1)).toEqual(quantizeWeight(Float32Array.from(halves), 2, 1));
  });

  it('leaves rows of zeros zero', () => {
    expect([...quantizeWeight(new Float32Array(4), 1, 1).values]).toEqual([0, 0, 0, 0]);
  });
});

describe('a file of 8-bit weights', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weft-int8-test-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('holds the large weights inside the network, and reads no others', async () => {
    const large = [256, 256];
    const shapes = new Map<string, readonly number[]>([
      ['model.diffusion_model.output_blocks.1.1.transformer_blocks.0.attn1.to_q.weight', large],
      ['model.diffusion_model.middle_block.0.in_layers.2.weight', [64, 256, 3, 3]],
      ['model.diffusion_model.time_embed.0.weight', large],
      ['model.diffusion_model.input_blocks.1.0.emb_layers.1.weight', large],
      ['model.diffusion_model.input_blocks.0.0.weight', [320, 256, 3, 3]],
      ['model.diffusion_model.out.2.weight', [256, 320, 3, 3]],
      ['model.diffusion_model.input_blocks.3.0.op.weight', [256, 256, 3, 3]],
      ['model.diffusion_model.middle_block.0.in_layers.0.weight', [256 * 256]],
      ['model.diffusion_model.input_blocks.1.1.proj_in.weight', [8, 8]],
    ]);
    const read: string[] = [];
    const path = join(folder, 'weights.safetensors');
    await writeInt8File(path, shapes, async (key) => {
      read.push(key);
      return createGenerator(1n).randn(shapes.get(key) ?? []).data;
    });
    const expected = [...shapes.keys()].slice(0, 2);
    expect(read).toEqual(expected);
    const source = await openInt8File(path);
    expect(expected.map((key) => source(key)?.shape)).toEqual([large, [64, 256 * 9]]);
    expect(source('model.diffusion_model.time_embed.0.weight')).toBeUndefined();
  });
});
