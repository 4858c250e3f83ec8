import { describe, expect, it } from 'vitest';
import { linearConfig } from '../../test/linear-model.ts';
import type { ModelRecipe } from '../types.ts';
import { createGenerator } from './noise.ts';
import { previewImage } from './preview.ts';
import { concatBatch, filled, type Tensor, zeros } from './tensor.ts';

const file = { name: 'm', path: '/m', fingerprint: 'm' };
const small: ModelRecipe = { recipe: 'model', file, config: linearConfig };
const full: ModelRecipe = {
  recipe: 'model',
  file,
  config: { ...linearConfig, vae: { ...linearConfig.vae, channels: 128, scale_factor: 0.18215 } },
};

/** Shows the first channel of its latents in all colours, and keeps what it was given. */
function createDecoder() {
  const seen: Tensor[] = [];
  const decode = async (_: unknown, z: Tensor) => {
    seen.push(z);
    return filled([1, 3, 8 * z.shape[2], 8 * z.shape[3]], z.data[0]);
  };
  return { seen, engine: { decode } };
}

describe('previews of a small VAE', () => {
  it('are decoded from unscaled latents', async () => {
    const { seen, engine } = createDecoder();
    const image = await previewImage(filled([2, 4, 8, 12], 0.1), small, engine);
    expect(image).toEqual(filled([1, 64, 96, 3], 0.6));
    expect(seen[0].shape).toEqual([1, 4, 8, 12]);
    expect(seen[0].data[0]).toBeCloseTo(0.1 / linearConfig.vae.scale_factor, 6);
  });

  it('are decoded from at most 16 by 16 latent pixels', async () => {
    const { seen, engine } = createDecoder();
    await previewImage(zeros([1, 4, 96, 48]), small, engine);
    expect(seen[0].shape).toEqual([1, 4, 16, 8]);
  });
});

describe('previews of a VAE of full size', () => {
  const { engine, seen } = createDecoder();

  it('are mixed from channels at up to 256 pixels, without a decoder', async () => {
    expect((await previewImage(zeros([2, 4, 16, 24]), full, engine)).shape).toEqual([1, 128, 192, 3]);
    expect((await previewImage(zeros([1, 4, 128, 64]), full, engine)).shape).toEqual([1, 256, 128, 3]);
    expect(seen).toHaveLength(0);
  });

  it('are grey where latents are 0, and stay within 0..1', async () => {
    expect(await previewImage(zeros([1, 4, 2, 2]), full, engine)).toEqual(filled([1, 16, 16, 3], 0.5));
    const loud = createGenerator(1n).randn([1, 4, 8, 8]);
    const { data } = await previewImage({ ...loud, data: loud.data.map((value) => value * 100) }, full, engine);
    expect([Math.min(...data), Math.max(...data)]).toEqual([0, 1]);
  });

  it('show the first of a batch', async () => {
    const [one, two] = [filled([1, 4, 2, 2], 1), filled([1, 4, 2, 2], -1)];
    expect(await previewImage(concatBatch([one, two]), full, engine)).toEqual(await previewImage(one, full, engine));
  });
});
