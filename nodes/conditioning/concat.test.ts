import { describe, expect, it } from 'vitest';
import { runNode, testContext } from '../../test/run-node.ts';
import type { DiffusionEngine } from '../diffusion/engine.ts';
import { filled, type Tensor, tensor, zeros } from '../diffusion/tensor.ts';
import type { ConditioningValue, LatentValue } from '../types.ts';
import { inpaintModelConditioning, instructPixToPixConditioning } from './concat.ts';

/** A VAE whose latents are the picture's red at the top left of each block of 8 pixels, in -1..1. */
const engine = {
  encode: async (_, image) => {
    const [batch, , height, width] = image.shape;
    const moments = zeros([batch, 8, height / 8, width / 8]);
    for (let y = 0; y < height / 8; y++) {
      for (let x = 0; x < width / 8; x++) moments.data[(y * width) / 8 + x] = image.data[y * 8 * width + x * 8];
    }
    return moments;
  },
} as Partial<DiffusionEngine> as DiffusionEngine;

type Result = { positive: ConditioningValue; negative: ConditioningValue; latent: LatentValue };
const entry = (value: number) => ({ tokens: filled([1, 77, 8], value) });
const inputs = {
  positive: [entry(1), entry(2)],
  negative: [entry(3)],
  vae: {},
  pixels: filled([1, 16, 16, 3], 1),
};
const run = async (node: Parameters<typeof runNode>[0], more: Record<string, unknown> = {}) =>
  (await runNode(node, { ...inputs, ...more }, testContext({ engine }))) as Result;
const firstRow = (latent: Tensor | undefined) => [...(latent?.data.subarray(0, 2) ?? [])];

describe('InpaintModelConditioning', () => {
  const mask = tensor(
    Float32Array.from({ length: 256 }, (_, i) => (i % 16 < 8 ? 0 : 0.7)),
    [1, 16, 16],
  );

  it('shows every prompt the picture with the mask greyed out, and starts from the whole picture', async () => {
    const { positive, negative, latent } = await run(inpaintModelConditioning, { mask });
    for (const { concatLatent, concatMask } of [...positive, ...negative]) {
      expect(firstRow(concatLatent)).toEqual([1, 0]);
      expect(concatMask).toEqual(mask);
    }
    expect(positive.map(({ tokens }) => tokens.data[0])).toEqual([1, 2]);
    expect(firstRow(latent.samples)).toEqual([1, 1]);
    expect(latent.noiseMask).toEqual(mask);
  });

  it('lets the model adapt the rest where no noise mask is wanted', async () => {
    expect((await run(inpaintModelConditioning, { mask, noise_mask: false })).latent.noiseMask).toBeUndefined();
  });
});

describe('InstructPixToPixConditioning', () => {
  it('shows both sides the picture and starts from nothing', async () => {
    const { positive, negative, latent } = await run(instructPixToPixConditioning);
    for (const { concatLatent } of [...positive, ...negative]) expect(firstRow(concatLatent)).toEqual([1, 1]);
    expect(latent).toEqual({ samples: zeros([1, 4, 2, 2]) });
  });
});
