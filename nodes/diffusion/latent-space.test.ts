import { describe, expect, it } from 'vitest';
import { fromModelScale, toModelScale } from './latent-space.ts';
import { createGenerator } from './noise.ts';
import { tensor, zeros } from './tensor.ts';

const playground = {
  scale_factor: 0.5,
  latent_mean: [-1.6574, 1.886, -1.383, 2.5155],
  latent_std: [8.4927, 5.9022, 6.5498, 5.2299],
};

describe('the scale of a model', () => {
  it('is the scale factor where there is nothing else', () => {
    const latents = tensor(Float32Array.of(1, 2, 3, 4), [1, 4, 1, 1]);
    expect([...toModelScale(latents, { scale_factor: 0.5 }).data]).toEqual([0.5, 1, 1.5, 2]);
  });

  it('normalises each channel by its own mean and deviation', () => {
    const { data } = toModelScale(tensor(Float32Array.of(-1.6574 + 8.4927, 1.886, -1.383, 2.5155 - 5.2299), [1, 4, 1, 1]), playground);
    for (const [channel, expected] of [0.5, 0, 0, -0.5].entries()) expect(data[channel]).toBeCloseTo(expected, 5);
  });

  it('comes back, and leaves empty latents empty', () => {
    const latents = createGenerator(1n).randn([2, 4, 3, 3]);
    const back = fromModelScale(toModelScale(latents, playground), playground);
    for (const [i, value] of back.data.entries()) expect(value).toBeCloseTo(latents.data[i], 4);
    expect(toModelScale(zeros([1, 4, 2, 2]), playground)).toEqual(zeros([1, 4, 2, 2]));
  });
});
