import { describe, expect, it } from 'vitest';
import { boolean, combo, float, int, seed, socket, text } from '../../nodes/define.ts';
import { ProblemError } from '../../nodes/problem.ts';
import { fieldValue } from './linked-fields.ts';

const steps = int({ default: 1, min: 1, max: 10 });
const strength = float({ default: 1, min: 0, max: 1 });

describe('fieldValue', () => {
  it.each([
    [steps, 10, 10],
    [steps, 3n, 3],
    [strength, 1n, 1],
    [strength, 0.5, 0.5],
    [seed(), 5, 5n],
    [seed(), 18446744073709551615n, 18446744073709551615n],
    [socket('FLOAT'), 2n, 2],
    [socket('INT'), 2n, 2n],
    [text(), '', ''],
    [boolean({ default: true }), false, false],
    [combo(['a', 'b']), 'b', 'b'],
  ])('%o takes %s as %s', (spec, value, taken) => {
    expect(fieldValue('x', spec, value)).toBe(taken);
  });

  it.each([
    [steps, 0],
    [steps, 11n],
    [steps, 1.5],
    [steps, '3'],
    [strength, 1.1],
    [strength, Number.NaN],
    [strength, true],
    [seed(), -1],
    [seed(), 18446744073709551616n],
    [seed(), 0.5],
    [text(), 1],
    [boolean({ default: true }), 'true'],
    [combo(['a', 'b']), 'c'],
  ])('%o refuses %s and names the input', (spec, value) => {
    const refused = () => fieldValue('x', spec, value);
    expect(refused).toThrow(ProblemError);
    expect(refused).toThrow(/input x .* but it takes .*Change that node/s);
  });
});
