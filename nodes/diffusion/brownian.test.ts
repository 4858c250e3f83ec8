import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brownianIncrement, createBrownianPath } from './brownian.ts';

const range = { shape: [1, 4, 4, 4], start: 0.03, end: 14.6 };
const times = fc.double({ min: range.start, max: range.end, noNaN: true });

describe('createBrownianPath', () => {
  it('has one value for each time, whatever was asked before', () => {
    fc.assert(
      fc.property(fc.array(times, { minLength: 2, maxLength: 6 }), (asked) => {
        const path = createBrownianPath({ ...range, seed: 5n });
        const values = asked.map((time) => path(time).slice());
        const fresh = asked.map((time) => createBrownianPath({ ...range, seed: 5n })(time));
        expect(values).toEqual(fresh);
      }),
      { numRuns: 20 },
    );
  });

  it('starts at 0 and stays put beyond its ends', () => {
    const path = createBrownianPath({ ...range, seed: 5n });
    expect(Math.max(...path(range.start))).toBe(0);
    expect(path(range.start - 1)).toEqual(path(range.start));
    expect(path(range.end + 1)).toEqual(path(range.end));
  });
});

describe('brownianIncrement', () => {
  it('has a standard deviation of 1 over steps of any size', () => {
    const path = createBrownianPath({ shape: [20_000], start: 0.03, end: 14.6, seed: 1n });
    for (const [from, to] of [
      [14.6, 9.2],
      [1.1, 1.05],
      [0.2, 0.03],
    ]) {
      const noise = brownianIncrement(path, from, to);
      const variance = noise.reduce((sum, value) => sum + value * value, 0) / noise.length;
      expect(Math.abs(variance - 1)).toBeLessThan(0.05);
    }
  });

  it('turns its sign with the direction', () => {
    const path = createBrownianPath({ ...range, seed: 5n });
    const down = brownianIncrement(path, 3, 2);
    expect(brownianIncrement(path, 2, 3)).toEqual(down.map((value) => 0 - value));
  });
});
