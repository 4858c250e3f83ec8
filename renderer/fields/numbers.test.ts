import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomSeed } from '../../workflows/seeds.ts';
import { fitNumber, type NumberSpec, numberText, readNumber, readSeed, shareOf, stepNumber } from './numbers.ts';

const width: NumberSpec = { kind: 'int', default: 512, min: 16, max: 16384, step: 8 };
const cfg: NumberSpec = { kind: 'float', default: 8, min: 0, max: 100, step: 0.1 };

describe('numbers', () => {
  it('keeps to limits and steps', () => {
    expect(fitNumber(width, 513)).toBe(512);
    expect(fitNumber(width, 3)).toBe(16);
    expect(fitNumber(width, 1e9)).toBe(16384);
    expect(fitNumber(cfg, 6.55)).toBe(6.55);
    expect(fitNumber({ ...width, min: 3, max: 20, step: 8 }, 0)).toBe(8);
  });

  it('steps without the dust of binary fractions', () => {
    expect(stepNumber(cfg, 0.1, 2)).toBe(0.3);
    expect(stepNumber(cfg, 6.55, 1)).toBe(6.7);
    expect(stepNumber(width, 512, -1)).toBe(504);
  });

  it('reads expressions', () => {
    expect(readNumber(width, '512*1.5')).toBe(768);
    expect(readNumber(width, 'wide')).toBeUndefined();
  });

  it('shows as many decimals as mean something', () => {
    expect(numberText(cfg, 8)).toBe('8.0');
    expect(numberText(cfg, 6.55)).toBe('6.55');
    expect(numberText({ ...cfg, step: 0.01 }, 1)).toBe('1.00');
    expect(numberText(width, 512)).toBe('512');
  });

  it('fills only ranges that a person can take in', () => {
    expect(shareOf(cfg, 25)).toBe(0.25);
    expect(shareOf({ ...width, max: 2 ** 40 }, 25)).toBeUndefined();
  });

  it('reads seeds exactly', () => {
    expect(readSeed('18446744073709551615')).toBe(18446744073709551615n);
    expect(readSeed(' 7 ')).toBe(7);
    for (const text of ['18446744073709551616', '-1', '1.5', '', '0x10']) expect(readSeed(text)).toBeUndefined();
  });

  it('draws seeds that can be read back', () => {
    fc.assert(fc.property(fc.double({ min: 0, max: 0.999999, noNaN: true }), (x) => readSeed(String(randomSeed(() => x))) !== undefined));
  });
});
