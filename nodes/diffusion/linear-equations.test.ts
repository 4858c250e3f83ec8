import fc from 'fast-check';
import { expect, it } from 'vitest';
import { solveLinear } from './linear-equations.ts';

const coefficient = fc.integer({ min: -9, max: 9 });

it('finds the unknowns of any system that has one solution', () => {
  const system = fc.record({
    matrix: fc.array(fc.array(coefficient, { minLength: 3, maxLength: 3 }), { minLength: 3, maxLength: 3 }),
    unknowns: fc.array(coefficient, { minLength: 3, maxLength: 3 }),
  });
  fc.assert(
    fc.property(system, ({ matrix, unknowns }) => {
      fc.pre(determinant(matrix) !== 0);
      const rows = matrix.map((row) => [...row, row.reduce((sum, value, i) => sum + value * unknowns[i], 0)]);
      solveLinear(rows).forEach(([value], i) => {
        expect(value).toBeCloseTo(unknowns[i], 6);
      });
    }),
  );
});

function determinant([[a, b, c], [d, e, f], [g, h, i]]: readonly (readonly number[])[]): number {
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}
