import { expect, it } from 'vitest';
import { createGenerator } from '../../nodes/diffusion/noise.ts';
import { describeConformance, largestDifference, readVectors } from './vectors.ts';

describeConformance('noise', () => {
  const vectors = readVectors('noise.safetensors');
  it.each(vectors.namesUnder('seed'))('equals torch.randn for seed %s', (name) => {
    const expected = vectors.get(`seed${name}`);
    const seed = BigInt(name.slice(0, name.indexOf('/')));
    expect(largestDifference(createGenerator(seed).randn(expected.shape), expected)).toBeLessThan(1e-6);
  });
});
