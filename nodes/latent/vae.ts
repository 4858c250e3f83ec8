import type { NodeContext } from '../context.ts';
import { defineNode, socket } from '../define.ts';
import { concatBatch, sliceBatch, type Tensor } from '../diffusion/tensor.ts';
import type { ImageValue, VaeRecipe } from '../types.ts';
import { latentMeans, toImage, toVaeInput } from './vae-pixels.ts';

export const vaeDecode = defineNode({
  type: 'VAEDecode',
  version: 1,
  title: 'VAE Decode',
  category: 'latent',
  description: 'Turns a latent picture into pixels.',
  aliases: ['latent to image'],
  inputs: { samples: socket('LATENT'), vae: socket('VAE') },
  outputs: { IMAGE: 'IMAGE' },
  device: 'accelerator',
  run: async ({ samples, vae }, context) => ({
    IMAGE: await eachItem(samples.samples, context, async (z) => toImage(await context.engine.decode(vae, z))),
  }),
});

export const vaeEncode = defineNode({
  type: 'VAEEncode',
  version: 1,
  title: 'VAE Encode',
  category: 'latent',
  description: 'Turns a picture into the latent form that a model works on. What exceeds a multiple of 8 pixels is cut off.',
  aliases: ['image to latent', 'img2img'],
  inputs: { pixels: socket('IMAGE'), vae: socket('VAE') },
  outputs: { LATENT: 'LATENT' },
  device: 'accelerator',
  run: async ({ pixels, vae }, context) => ({ LATENT: { samples: await encodePixels(pixels, vae, context) } }),
});

/** Latents [B, 4, H / 8, W / 8] of an image [B, H, W, C]. */
export function encodePixels(pixels: ImageValue, vae: VaeRecipe, context: NodeContext): Promise<Tensor> {
  return eachItem(pixels, context, async (image) => latentMeans(await context.engine.encode(vae, toVaeInput(image))));
}

/** One item after another: a VAE's memory grows with the batch, its speed does not. */
async function eachItem(batch: Tensor, context: NodeContext, run: (item: Tensor) => Promise<Tensor>): Promise<Tensor> {
  const [count] = batch.shape;
  const results: Tensor[] = [];
  for (let item = 0; item < count; item++) {
    results.push(await run(sliceBatch(batch, item, item + 1)));
    context.progress(item + 1, count);
  }
  return concatBatch(results);
}
