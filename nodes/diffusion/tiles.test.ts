import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Tensor, tensor } from './tensor.ts';
import { runTiled, tileAxis } from './tiles.ts';

const percent = fc.integer({ min: 0, max: 50 });
const axis = fc
  .record({ length: fc.integer({ min: 1, max: 90 }), size: fc.integer({ min: 2, max: 40 }), share: percent, blind: percent })
  .map(({ length, size, share, blind }) => {
    const overlap = Math.floor((size * share) / 100);
    return { length, size, overlap, margin: Math.min(Math.floor((overlap * blind) / 100), Math.max(Math.ceil(overlap / 2) - 1, 0)) };
  });

describe('tileAxis', () => {
  it('covers every place with weights that add up to 1, in tiles of one length', () => {
    fc.assert(
      fc.property(axis, fc.constantFrom(1, 8), ({ length, size, overlap, margin }, scale) => {
        const tiles = tileAxis(length, { size, overlap, margin, scale });
        const sums = new Float64Array(length * scale);
        for (const { target, weights } of tiles) for (const [at, weight] of weights.entries()) sums[target + at] += weight;
        for (const sum of sums) expect(sum).toBeCloseTo(1, 5);
        for (const tile of tiles) {
          if (tile.start > 0) expect(tile.weights.subarray(0, margin * scale).every((weight) => weight === 0)).toBe(true);
          expect(tile.length).toBe(Math.min(size, length));
          expect(tile.start + tile.length).toBeLessThanOrEqual(length);
        }
      }),
    );
  });
});

describe('runTiled', () => {
  it('gives back what a network that changes nothing is fed', async () => {
    await fc.assert(
      fc.asyncProperty(axis, axis, async (vertical, horizontal) => {
        const shape = [1, 2, vertical.length, horizontal.length];
        const source = tensor(
          Float32Array.from({ length: 2 * vertical.length * horizontal.length }, (_, index) => Math.sin(index)),
          shape,
        );
        const { size, overlap, margin } = vertical;
        const sizes = { size, overlap, margin, scale: 1, channels: 2 };
        const result = await runTiled(source, sizes, async (tile) => tile);
        expect(result.shape).toEqual(shape);
        for (const [index, value] of result.data.entries()) expect(value).toBeCloseTo(source.data[index], 5);
      }),
      { numRuns: 40 },
    );
  });

  it('puts enlarged tiles where their sources lie', async () => {
    const source = tensor(
      Float32Array.from({ length: 35 }, (_, index) => index),
      [1, 1, 5, 7],
    );
    const result = await runTiled(source, { size: 3, overlap: 0, scale: 2, channels: 1 }, async (tile) => doubled(tile));
    expect(result).toEqual(doubled(source));
  });
});

/** Each pixel as a square of four. */
function doubled({ data, shape: [, , height, width] }: Tensor): Tensor {
  const large = Float32Array.from({ length: 4 * height * width }, (_, index) => {
    const y = Math.floor(index / (2 * width));
    return data[Math.floor(y / 2) * width + Math.floor((index % (2 * width)) / 2)];
  });
  return tensor(large, [1, 1, 2 * height, 2 * width]);
}
