import type { NodeContext } from '../context.ts';
import { defineNode, int, socket } from '../define.ts';
import { concatBatch, sliceBatch, type Tensor } from '../diffusion/tensor.ts';
import { runTiled, type TileSizes } from '../diffusion/tiles.ts';
import { latentMeans, latentScale, toImage, toVaeInput } from './vae-pixels.ts';

const tileSize = int({ default: 512, min: 64, max: 4096, step: 32, tooltip: 'Side of a tile in pixels; smaller tiles need less memory.' });
const overlap = int({ default: 64, min: 0, max: 4096, step: 32, tooltip: 'How far tiles share pixels and fade into each other.' });

export const vaeDecodeTiled = defineNode({
  type: 'VAEDecodeTiled',
  version: 1,
  title: 'VAE Decode (Tiled)',
  category: 'latent',
  description: 'Turns a latent picture into pixels piece by piece, for pictures that are too large for the memory at once.',
  aliases: ['latent to image', 'out of memory'],
  inputs: { samples: socket('LATENT'), vae: socket('VAE'), tile_size: tileSize, overlap },
  outputs: { IMAGE: 'IMAGE' },
  device: 'accelerator',
  async run({ samples, vae, tile_size, overlap: shared }, context) {
    const sizes = { ...inLatentPixels(tile_size, shared), scale: latentScale, channels: 3 };
    const decoded = await eachTile(samples.samples, sizes, context, (z) => context.engine.decode(vae, z));
    return { IMAGE: toImage(decoded) };
  },
});

export const vaeEncodeTiled = defineNode({
  type: 'VAEEncodeTiled',
  version: 1,
  title: 'VAE Encode (Tiled)',
  category: 'latent',
  description: 'Turns a picture into latent form piece by piece, for pictures that are too large for the memory at once.',
  aliases: ['image to latent', 'out of memory'],
  inputs: { pixels: socket('IMAGE'), vae: socket('VAE'), tile_size: tileSize, overlap },
  outputs: { LATENT: 'LATENT' },
  device: 'accelerator',
  async run({ pixels, vae, tile_size, overlap: shared }, context) {
    const tiles = inLatentPixels(tile_size, shared);
    const sizes = { size: tiles.size * latentScale, overlap: tiles.overlap * latentScale, scale: 1 / latentScale, channels: 8 };
    const moments = await eachTile(toVaeInput(pixels), sizes, context, (image) => context.engine.encode(vae, image));
    return { LATENT: { samples: latentMeans(moments) } };
  },
});

/** Tiles that share more than half of themselves would never get ahead: then a quarter is shared. */
function inLatentPixels(tilePixels: number, overlapPixels: number): { size: number; overlap: number } {
  const size = Math.floor(tilePixels / latentScale);
  const shared = Math.floor(overlapPixels / latentScale);
  return { size, overlap: shared > size / 2 ? Math.floor(size / 4) : shared };
}

async function eachTile(batch: Tensor, sizes: TileSizes, context: NodeContext, run: (tile: Tensor) => Promise<Tensor>): Promise<Tensor> {
  const [items] = batch.shape;
  const results: Tensor[] = [];
  for (let item = 0; item < items; item++) {
    const result = await runTiled(sliceBatch(batch, item, item + 1), sizes, async (tile, index, count) => {
      const done = await run(tile);
      context.progress(item * count + index + 1, items * count);
      return done;
    });
    results.push(result);
  }
  return concatBatch(results);
}
