import { describe, expect, it } from 'vitest';
import { filled, tensor } from '../diffusion/tensor.ts';
import { ProblemError } from '../problem.ts';
import { latentMeans, toImage, toVaeInput } from './vae-pixels.ts';

describe('toImage', () => {
  it('interleaves channels, shifts -1..1 to 0..1 and clamps', () => {
    const decoded = tensor(Float32Array.of(-1, 1, 0, 3, -5, 0.5), [1, 3, 1, 2]);
    expect(toImage(decoded)).toEqual(tensor(Float32Array.of(0, 0.5, 0, 1, 1, 0.75), [1, 1, 2, 3]));
  });

  it('refuses NaN with a sentence', () => {
    expect(() => toImage(filled([1, 3, 1, 1], Number.NaN))).toThrow(ProblemError);
  });
});

describe('toVaeInput', () => {
  it('cuts to multiples of 8 around the centre and leaves alpha out', () => {
    const image = tensor(
      Float32Array.from({ length: 10 * 11 * 4 }, (_, index) => (index % 4 === 3 ? 9 : Math.floor(index / 4) / 110)),
      [1, 10, 11, 4],
    );
    const input = toVaeInput(image);
    expect(input.shape).toEqual([1, 3, 8, 8]);
    expect(input.data[0]).toBeCloseTo((12 / 110) * 2 - 1, 6);
    expect(input.data[2 * 64 + 9]).toBeCloseTo((24 / 110) * 2 - 1, 6);
  });

  it('refuses pictures that are smaller than a latent pixel', () => {
    expect(() => toVaeInput(filled([1, 7, 64, 3], 0))).toThrow('too small');
  });
});

describe('latentMeans', () => {
  it('takes the first half of the channels of each item', () => {
    const moments = tensor(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), [2, 4, 1, 1]);
    expect(latentMeans(moments)).toEqual(tensor(Float32Array.of(1, 2, 5, 6), [2, 2, 1, 1]));
  });

  it('refuses NaN with a sentence', () => {
    expect(() => latentMeans(filled([1, 8, 1, 1], Number.NaN))).toThrow(ProblemError);
  });
});
