import { describe, expect, it } from 'vitest';
import { createGenerator } from './noise.ts';
import { rescaleGuidance } from './rescale-cfg.ts';

const generator = createGenerator(3n);
const draw = () => generator.randn([2, 4, 4, 4]).data;
const sigma = 2.5;

/** The velocity that stands for a clean latent (Salimans and Ho 2022), and its deviation for each item. */
function deviations(x: Float32Array, clean: Float32Array): number[] {
  const alpha = 1 / Math.sqrt(1 + sigma * sigma);
  return [0, 1].map((item) => {
    const v = Array.from({ length: 64 }, (_, i) => {
      const [noisy, x0] = [x[item * 64 + i] * alpha, clean[item * 64 + i]];
      return (alpha * noisy - x0) / (alpha * sigma);
    });
    const mean = v.reduce((sum, value) => sum + value, 0) / 64;
    return Math.sqrt(v.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 63);
  });
}

describe('rescaleGuidance', () => {
  const [x, positive, negative] = [draw(), draw(), draw()];
  const guided = positive.map((value, i) => negative[i] + (value - negative[i]) * 9);

  it('brings each item back to the contrast of the positive side', () => {
    const rescaled = deviations(x, rescaleGuidance({ positive, guided, x }, sigma, 2, 1));
    for (const [item, wanted] of deviations(x, positive).entries()) expect(rescaled[item]).toBeCloseTo(wanted, 4);
  });

  it('changes nothing at 0 and lies between at 0.5', () => {
    const plain = rescaleGuidance({ positive, guided, x }, sigma, 2, 0);
    for (const [i, value] of plain.entries()) expect(value).toBeCloseTo(guided[i], 4);
    const [full, half, none] = [1, 0.5, 0].map((multiplier) => rescaleGuidance({ positive, guided, x }, sigma, 2, multiplier)[5]);
    expect(half).toBeCloseTo((full + none) / 2, 4);
  });
});
