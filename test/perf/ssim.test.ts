import { describe, expect, it } from 'vitest';
import { createGenerator } from '../../nodes/diffusion/noise.ts';
import { filled, map, type Tensor } from '../../nodes/diffusion/tensor.ts';
import { ssim } from './ssim.ts';

const picture = (seed: bigint): Tensor => map(createGenerator(seed).randn([1, 16, 20, 3]), (value) => 0.5 + 0.1 * value);

describe('ssim', () => {
  it('is 1 for equal pictures, whichever they are', () => {
    expect(ssim(picture(1n), picture(1n))).toBeCloseTo(1, 12);
  });

  it('compares flat pictures by their brightness alone', () => {
    const [dark, bright] = [0.25, 0.75];
    const expected = (2 * dark * bright + 1e-4) / (dark ** 2 + bright ** 2 + 1e-4);
    expect(ssim(filled([1, 12, 13, 3], dark), filled([1, 12, 13, 3], bright))).toBeCloseTo(expected, 12);
  });

  it('is 0 or so for pictures that have only their brightness in common, and below for a negative', () => {
    const one = picture(1n);
    expect(Math.abs(ssim(one, picture(2n)))).toBeLessThan(0.2);
    const negative = map(one, (value) => 1 - value);
    expect(ssim(one, negative)).toBeLessThan(-0.8);
  });
});
