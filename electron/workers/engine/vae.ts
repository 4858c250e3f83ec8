import { singleFile } from '../../../nodes/diffusion/layouts/single-file.ts';
import { vaePrefix, writeVaeDecoder, writeVaeEncoder } from '../../../nodes/diffusion/models/vae.ts';
import { concatBatch, sliceBatch, type Tensor } from '../../../nodes/diffusion/tensor.ts';
import { runTiled, type TileSizes } from '../../../nodes/diffusion/tiles.ts';
import { OutOfMemoryError } from '../../../nodes/problem.ts';
import type { VaeRecipe } from '../../../nodes/types.ts';
import { sourceOf, type Workshop } from './model-files.ts';
import { runOnnxVae } from './onnx-networks.ts';

type Half = 'decoder' | 'encoder';

/** The sides of tiles in latent pixels, from the largest down. The last one is the least that still makes a picture of one piece. */
const tileSides = [128, 96, 64, 48, 32];

/**
 * Runs one half of a VAE: see DiffusionEngine.decode and encode. A picture that would not fit into the memory, or for which memory
 * runs out, is done in tiles that fade into each other; they become smaller until they fit.
 */
export async function runVae(workshop: Workshop, recipe: VaeRecipe, half: Half, input: Tensor): Promise<Tensor> {
  const { sessions, files } = workshop;
  if (recipe.onnx !== undefined) return runOnnxVae(workshop, recipe, recipe.onnx[half], input);
  const { vae } = recipe.config;
  const [name, output, write] =
    half === 'decoder' ? (['z', 'image', writeVaeDecoder] as const) : (['image', 'moments', writeVaeEncoder] as const);
  const source = await sourceOf(files, recipe, {
    name: `vae ${half}`,
    title: `the VAE ${half}`,
    repeats: false,
    layout: singleFile,
    write: (weights, operators) => write(vae, vaePrefix, weights, operators),
  });
  const fix = 'Close other programs, or lower the width and the height.';
  const scale = 2 ** (vae.channel_mult.length - 1);
  const unit = half === 'decoder' ? 1 : scale;
  const sides = [Number.POSITIVE_INFINITY, ...tileSides].filter(
    (side) => side * unit < Math.max(...input.shape.slice(2)) || side === Number.POSITIVE_INFINITY,
  );
  for (const [at, side] of sides.entries()) {
    const isLast = at === sides.length - 1;
    const shape = [1, input.shape[1], ...input.shape.slice(2).map((length) => Math.min(length, side * unit))];
    if (!isLast && !(await sessions.fits(source, { [name]: shape }))) continue;
    const run = async (part: Tensor) => (await sessions.run({ ...source, divisible: !isLast }, { [name]: part }, fix))[output];
    try {
      if (side === Number.POSITIVE_INFINITY) return await run(input);
      workshop.report(
        `There is not enough memory for the whole picture at once: ${source.title} works in tiles of ${side * scale} pixels.`,
      );
      const tiles = { size: side * unit, overlap: (side * unit) / 4, scale: half === 'decoder' ? scale : 1 / scale };
      return await eachTiled(input, { ...tiles, channels: half === 'decoder' ? 3 : 2 * vae.z_channels }, run);
    } catch (error) {
      if (isLast || !(error instanceof OutOfMemoryError)) throw error;
    }
  }
  throw new Error('the last size is tried whether it fits or not');
}

async function eachTiled(batch: Tensor, sizes: TileSizes, run: (tile: Tensor) => Promise<Tensor>): Promise<Tensor> {
  const results: Tensor[] = [];
  for (let item = 0; item < batch.shape[0]; item++) results.push(await runTiled(sliceBatch(batch, item, item + 1), sizes, run));
  return concatBatch(results);
}
