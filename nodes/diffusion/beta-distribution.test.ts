import fc from 'fast-check';
import { expect, it } from 'vitest';
import { symmetricBetaQuantile } from './beta-distribution.ts';

const share = fc.double({ min: 0, max: 1, noNaN: true });

it('is the identity for the uniform distribution', () => {
  fc.assert(
    fc.property(share, (p) => {
      expect(symmetricBetaQuantile(p, 1)).toBeCloseTo(p, 9);
    }),
  );
});

it('has the closed form of the arcsine distribution', () => {
  fc.assert(
    fc.property(share, (p) => {
      expect(symmetricBetaQuantile(p, 0.5)).toBeCloseTo(Math.sin((Math.PI * p) / 2) ** 2, 9);
    }),
  );
});
