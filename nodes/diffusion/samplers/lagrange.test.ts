import fc from 'fast-check';
import { expect, it } from 'vitest';
import { integrate, lagrangeBasis } from './lagrange.ts';

const points = fc.uniqueArray(fc.integer({ min: -10, max: 10 }), { minLength: 1, maxLength: 5 });

it('interpolates: basis polynomials sum to 1 and are 1 at one point each', () => {
  fc.assert(
    fc.property(points, fc.double({ min: -10, max: 10, noNaN: true }), (places, t) => {
      const sum = places.reduce((total, _, j) => total + lagrangeBasis(places, j, t), 0);
      expect(sum).toBeCloseTo(1, 6);
      for (const [j, place] of places.entries()) {
        places.forEach((_, k) => {
          expect(lagrangeBasis(places, k, place)).toBeCloseTo(k === j ? 1 : 0, 9);
        });
      }
    }),
  );
});

it('integrates polynomials and exponentials', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 12 }), fc.double({ min: -2, max: 2, noNaN: true }), (degree, to) => {
      expect(integrate((t) => t ** degree, 0, to)).toBeCloseTo(to ** (degree + 1) / (degree + 1), 6);
      expect(integrate(Math.exp, 0, to)).toBeCloseTo(Math.expm1(to), 9);
    }),
  );
});
