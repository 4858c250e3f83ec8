import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensor } from '../diffusion/tensor.ts';
import { dilate } from './vae-inpaint.ts';

describe('dilate', () => {
  it('turns one pixel into a square, as a convolution with a block of ones does', () => {
    const mask = tensor(new Float32Array(49), [1, 7, 7]);
    mask.data[3 * 7 + 3] = 1;
    const rows = (side: number) => [...dilate(mask, side).data].flatMap((value, index) => (value === 1 ? [Math.floor(index / 7)] : []));
    expect([...new Set(rows(3))]).toEqual([2, 3, 4]);
    // An even square cannot be centred: it reaches one pixel further down and right.
    expect([...new Set(rows(4))]).toEqual([2, 3, 4, 5]);
    expect(rows(4)).toHaveLength(16);
  });

  it('agrees with looking at every place of the square', () => {
    const masks = fc.array(fc.constantFrom(0, 0, 0, 1), { minLength: 60, maxLength: 60 });
    fc.assert(
      fc.property(masks, fc.integer({ min: 0, max: 9 }), (values, side) => {
        const height = 5;
        const width = 6;
        const grown = dilate(tensor(Float32Array.from(values), [2, height, width]), side);
        const before = Math.ceil((side - 1) / 2);
        for (let index = 0; index < 60; index++) {
          const item = Math.floor(index / 30);
          const y = Math.floor((index % 30) / width);
          const x = index % width;
          let expected: number = side === 0 ? values[index] : 0;
          for (let dy = -before; dy < side - before; dy++) {
            for (let dx = -before; dx < side - before; dx++) {
              const inside = y + dy >= 0 && y + dy < height && x + dx >= 0 && x + dx < width;
              if (inside) expected = Math.max(expected, values[item * 30 + (y + dy) * width + x + dx]);
            }
          }
          expect(grown.data[index]).toBe(expected);
        }
      }),
    );
  });
});
