import { describe, expect, it } from 'vitest';
import { runFor, runNode, testContext } from '../../test/run-node.ts';
import { unclipConditioning } from '../conditioning/unclip.ts';
import { clipPixels } from '../diffusion/clip-pixels.ts';
import type { DiffusionEngine } from '../diffusion/engine.ts';
import { concatBatch, filled, type Tensor, zeros } from '../diffusion/tensor.ts';
import { clipVisionEncode } from './encode.ts';

const vision = { config: { vision: { image_size: 4 } } };

/** An engine whose image encoder sees nothing but the first number of a picture. */
const engine: Partial<DiffusionEngine> = {
  encodeVision: async (_, pixels: Tensor) => {
    expect(pixels.shape).toEqual([1, 3, 4, 4]);
    const states = filled([1, 2, 3], pixels.data[0]);
    return { lastHidden: states, penultimate: states, embeds: filled([1, 2], pixels.data[0]) };
  },
};
const context = testContext({ engine: engine as DiffusionEngine });

describe('clipPixels', () => {
  it('keeps a plain colour plain, normalised for each channel', () => {
    const { data, shape } = clipPixels(filled([1, 6, 9, 4], 1), 4, 'center');
    expect(shape).toEqual([1, 3, 4, 4]);
    expect(data[0]).toBeCloseTo((1 - 0.48145466) / 0.26862954, 5);
    expect(data[47]).toBeCloseTo((1 - 0.40821073) / 0.27577711, 5);
  });

  it('looks at the middle, or at everything', () => {
    // Black, but for white columns at both ends.
    const image = zeros([1, 4, 12, 3]);
    for (let i = 0; i < image.data.length; i++) if (Math.floor(i / 3) % 12 < 2 || Math.floor(i / 3) % 12 >= 10) image.data[i] = 1;
    expect(new Set(clipPixels(image, 4, 'center').data.slice(0, 16)).size).toBe(1);
    expect(new Set(clipPixels(image, 4, 'none').data.slice(0, 16)).size).toBeGreaterThan(1);
  });
});

describe('CLIPVisionEncode', () => {
  it('sees each picture of a batch', async () => {
    const image = concatBatch([filled([1, 8, 8, 3], 0), filled([1, 8, 8, 3], 1)]);
    const { CLIP_VISION_OUTPUT: seen } = await runNode(clipVisionEncode, { clip_vision: vision, image }, context);
    const [dark, light] = [(0 - 0.48145466) / 0.26862954, (1 - 0.48145466) / 0.26862954].map(Math.fround);
    expect(seen).toMatchObject({ embeds: { data: Float32Array.of(dark, dark, light, light), shape: [2, 2] } });
    expect(seen).toMatchObject({ lastHidden: { shape: [2, 2, 3] }, penultimate: { shape: [2, 2, 3] } });
  });
});

describe('unCLIPConditioning', () => {
  const seen = (value: number) => ({ lastHidden: zeros([1, 1, 1]), penultimate: zeros([1, 1, 1]), embeds: filled([1, 2], value) });
  const conditioning = [{ tokens: zeros([1, 77, 4]) }];

  it('adds one picture after another to each entry', async () => {
    const once = await runFor('CONDITIONING', unclipConditioning, { conditioning, clip_vision_output: seen(1), noise_augmentation: 0.2 });
    const twice = await runFor('CONDITIONING', unclipConditioning, { conditioning: once, clip_vision_output: seen(2), strength: -0.5 });
    expect(twice[0].unclip).toEqual([
      { embeds: filled([1, 2], 1), strength: 1, noiseAugmentation: 0.2 },
      { embeds: filled([1, 2], 2), strength: -0.5, noiseAugmentation: 0 },
    ]);
  });

  it('does nothing at strength 0', async () => {
    expect(await runFor('CONDITIONING', unclipConditioning, { conditioning, clip_vision_output: seen(1), strength: 0 })).toBe(conditioning);
  });
});
