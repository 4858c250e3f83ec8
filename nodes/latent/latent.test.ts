import { describe, expect, it } from 'vitest';
import { runFor, runNode } from '../../test/run-node.ts';
import { filled, tensor, zeros } from '../diffusion/tensor.ts';
import { latentBatch, latentFromBatch, rebatchLatents, repeatLatentBatch } from './batch.ts';
import { latentComposite, setLatentNoiseMask } from './composite.ts';
import { emptyLatentImage } from './empty.ts';
import { latentUpscale, latentUpscaleBy } from './upscale.ts';

/** A batch of 1 x 1 latents whose item i is filled with i. */
const numbered = (count: number) =>
  tensor(
    Float32Array.from({ length: count * 4 }, (_, index) => Math.floor(index / 4)),
    [count, 4, 1, 1],
  );
const numbers = ({ data }: { data: Float32Array }) => Array.from(data).filter((_, index) => index % 4 === 0);

describe('EmptyLatentImage', () => {
  it('is an eighth of the picture', async () => {
    const latent = await runFor('LATENT', emptyLatentImage, { width: 192, height: 64, batch_size: 2 });
    expect(latent.samples).toEqual(zeros([2, 4, 8, 24]));
  });
});

describe('LatentUpscale', () => {
  const samples = { samples: filled([1, 4, 16, 24], 0.5), batchIndex: [3] };
  it.each([
    [256, 256, [1, 4, 32, 32]],
    [0, 256, [1, 4, 32, 48]],
    [384, 0, [1, 4, 32, 48]],
    [8, 8, [1, 4, 8, 8]],
    [0, 0, [1, 4, 16, 24]],
  ])('to %i x %i pixels', async (width, height, shape) => {
    const scaled = await runFor('LATENT', latentUpscale, { samples, width, height });
    expect(scaled.samples.shape).toEqual(shape);
    expect(scaled.batchIndex).toEqual([3]);
  });
  it('by a factor', async () => {
    const scaled = await runFor('LATENT', latentUpscaleBy, { samples, scale_by: 1.5, upscale_method: 'bislerp' });
    expect(scaled.samples.shape).toEqual([1, 4, 24, 36]);
    for (const value of scaled.samples.data) expect(value).toBeCloseTo(0.5, 6);
  });
});

describe('batches of latents', () => {
  it('picks items that keep their place, and their mask', async () => {
    const noiseMask = tensor(Float32Array.of(0, 1), [2, 1, 1]);
    const picked = await runFor('LATENT', latentFromBatch, { samples: { samples: numbered(4), noiseMask }, batch_index: 1, length: 2 });
    expect(numbers(picked.samples)).toEqual([1, 2]);
    expect(picked.batchIndex).toEqual([1, 2]);
    expect(Array.from(picked.noiseMask?.data ?? [])).toEqual([1, 0]);
  });
  it('picks the last items if asked for more than there are', async () => {
    const picked = await runFor('LATENT', latentFromBatch, { samples: { samples: numbered(3) }, batch_index: 63, length: 64 });
    expect(numbers(picked.samples)).toEqual([2]);
  });
  it('repeats with new places', async () => {
    const samples = { samples: numbered(2), batchIndex: [4, 6] };
    const repeated = await runFor('LATENT', repeatLatentBatch, { samples, amount: 3 });
    expect(numbers(repeated.samples)).toEqual([0, 1, 0, 1, 0, 1]);
    expect(repeated.batchIndex).toEqual([4, 6, 7, 9, 10, 12]);
  });
  it('joins, and makes the second fit', async () => {
    const joined = await runFor('LATENT', latentBatch, {
      samples1: { samples: numbered(2) },
      samples2: { samples: filled([1, 4, 3, 3], 7) },
    });
    expect(numbers(joined.samples)).toEqual([0, 1, 7]);
    expect(joined.batchIndex).toEqual([0, 1, 0]);
  });
  it('deals lists out again, numbered through, sizes apart', async () => {
    const latents = [{ samples: numbered(2) }, { samples: numbered(1), noiseMask: filled([1, 2, 2], 0) }, { samples: zeros([1, 4, 1, 2]) }];
    const { LATENT } = await runNode(rebatchLatents, { latents, batch_size: [2] });
    expect(LATENT).toMatchObject([
      { samples: { shape: [2, 4, 1, 1] }, batchIndex: [0, 1] },
      { samples: { shape: [1, 4, 1, 1] }, batchIndex: [2], noiseMask: zeros([1, 8, 8]) },
      { samples: { shape: [1, 4, 1, 2] }, batchIndex: [3] },
    ]);
  });
});

describe('LatentComposite', () => {
  const samples_to = { samples: zeros([1, 4, 6, 6]) };
  const samples_from = { samples: filled([1, 4, 3, 4], 1) };
  it('fades at the edges inside the picture', async () => {
    const pasted = await runFor('LATENT', latentComposite, { samples_to, samples_from, x: 8, y: 16, feather: 16 });
    const none = [0, 0, 0, 0, 0, 0];
    const rows = [none, none, [0, 0.25, 0.5, 0.5, 0.25, 0], [0, 0.5, 1, 1, 0.5, 0], [0, 0.25, 0.5, 0.5, 0.25, 0], none];
    expect(Array.from(pasted.samples.data.slice(0, 36))).toEqual(rows.flat());
  });
  it('keeps hard edges without feather and at the border, and cuts there', async () => {
    const pasted = await runFor('LATENT', latentComposite, { samples_to, samples_from, x: 40, y: 0 });
    expect(Array.from(pasted.samples.data.slice(0, 12))).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]);
    const corner = await runFor('LATENT', latentComposite, { samples_to: { samples: zeros([1, 4, 3, 4]) }, samples_from, feather: 64 });
    expect(corner.samples).toEqual(samples_from.samples);
  });
  it('changes nothing outside, and nothing in its inputs', async () => {
    expect((await runFor('LATENT', latentComposite, { samples_to, samples_from, x: 800, y: 800 })).samples).toEqual(zeros([1, 4, 6, 6]));
    expect(samples_to.samples).toEqual(zeros([1, 4, 6, 6]));
  });
});

describe('SetLatentNoiseMask', () => {
  it('keeps all else', async () => {
    const mask = filled([1, 4, 4], 1);
    const samples = { samples: numbered(1), batchIndex: [5] };
    expect(await runFor('LATENT', setLatentNoiseMask, { samples, mask })).toEqual({ ...samples, noiseMask: mask });
  });
});
