import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Matrix, minimalFilter } from './minimal-filter.ts';

const times = (matrix: Matrix, vector: readonly number[]) =>
  matrix.map((row) => row.reduce((sum, factor, at) => sum + factor * vector[at], 0));

const numbers = (length: number) => fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: length, maxLength: length });

describe('minimal filtering', () => {
  it.each([
    { points: [0, 1, -1] },
    { points: [0, 2, -1 / 2] },
    { points: [0, 1, -1, 2, -2] },
    { points: [0, 3 / 4, -3 / 4, 3 / 2, -3 / 2] },
  ])('by the points $points is the same as filtering', ({ points }) => {
    const { input, kernel, back } = minimalFilter(points);
    fc.assert(
      fc.property(numbers(points.length + 1), numbers(3), (row, filter) => {
        const products = times(kernel, filter).map((factor, at) => factor * times(input, row)[at]);
        const filtered = times(back, products);
        const plain = row.slice(2).map((last, at) => row[at] * filter[0] + row[at + 1] * filter[1] + last * filter[2]);
        expect(filtered).toHaveLength(plain.length);
        filtered.forEach((number, at) => void expect(number).toBeCloseTo(plain[at], 8));
      }),
    );
  });
});
