import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGenerator, initialNoise } from './noise.ts';
import { sliceBatch } from './tensor.ts';

describe('createGenerator', () => {
  it('goes on where the last call stopped, with the half of a pair that it kept', () => {
    const generator = createGenerator(3n);
    // torch 2.13: Generator().manual_seed(3), then randn(3), randn(2), randn(20), randn(1)
    const few = [...generator.randn([3]).data, ...generator.randn([2]).data];
    const tail = generator.randn([20]).data.slice(-2);
    const last = generator.randn([1]).data;
    const expected = [
      0.8032760620117188, 0.17483338713645935, 0.08897809684276581, -0.6137180328369141, 0.04618244990706444, 0.6589139103889465,
      0.8194591999053955, -1.3682591915130615,
    ];
    [...few, ...tail, ...last].forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 6);
    });
  });

  it('heeds the low 32 bits of the seed only', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (seed) => {
        expect(createGenerator(seed).randn([17])).toEqual(createGenerator(seed % 2n ** 32n).randn([17]));
      }),
      { numRuns: 20 },
    );
  });

  it('gives mean 0 and variance 1', () => {
    const { data } = createGenerator(11n).randn([100_000]);
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
    const variance = data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length;
    expect(Math.abs(mean)).toBeLessThan(0.01);
    expect(Math.abs(variance - 1)).toBeLessThan(0.02);
  });
});

describe('initialNoise', () => {
  it('is one draw over the whole batch', () => {
    expect(initialNoise([2, 4, 3, 5], 8n)).toEqual(createGenerator(8n).randn([2, 4, 3, 5]));
  });

  it('gives an item the noise of its place in the batch that it came from', () => {
    const whole = initialNoise([4, 4, 3, 5], 8n, [0, 1, 2, 3]);
    const taken = initialNoise([3, 4, 3, 5], 8n, [3, 1, 3]);
    [3, 1, 3].forEach((from, at) => {
      expect(sliceBatch(taken, at, at + 1)).toEqual(sliceBatch(whole, from, from + 1));
    });
  });
});
