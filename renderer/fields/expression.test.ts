import { describe, expect, it } from 'vitest';
import { evaluate } from './expression.ts';

describe('evaluate', () => {
  it.each([
    ['512', 512],
    ['512*1.5', 768],
    ['1024 / 3 * 3', 1024],
    ['2+3*4', 14],
    ['(2+3)*4', 20],
    ['-2^2', -4],
    ['2^3^2', 512],
    ['10 - -3', 13],
    ['7 % 4', 3],
    ['.5', 0.5],
    ['0,5', 0.5],
    ['1e-3', 0.001],
  ])('reads %s', (text, value) => {
    expect(evaluate(text)).toBeCloseTo(value, 12);
  });

  it.each(['', ' ', 'abc', '1 +', '(1', '1)', '1 2', '1/0', '2**3', '1..2', 'alert(1)'])('refuses %j', (text) => {
    expect(evaluate(text)).toBeUndefined();
  });
});
