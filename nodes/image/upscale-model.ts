import type { NodeContext } from '../context.ts';
import { defineNode, socket } from '../define.ts';
import { smallestTile, upscaleFactor } from '../diffusion/models/upscaler.ts';
import { resizeMask } from '../diffusion/resize.ts';
import { filled, sliceBatch, type Tensor } from '../diffusion/tensor.ts';
import { runTiled, type TileSizes } from '../diffusion/tiles.ts';
import { OutOfMemoryError, ProblemError } from '../problem.ts';
import type { UpscaleModelRecipe } from '../types.ts';
import { joinAlpha, splitAlpha } from './planes.ts';

/** Of a tile's side, in pixels of the small picture. */
const largestTile = 512;
/** Shared by neighbouring tiles; of these, the outer quarter is thrown away: there a network misses what lies beyond the edge. */
const overlap = 32;
/** Larger pictures could not be saved: our writer of picture files ends here. They would take 3 GB. */
const mostPixels = 16_383 ** 2;

export const imageUpscaleWithModel = defineNode({
  type: 'ImageUpscaleWithModel',
  version: 1,
  title: 'Upscale Picture (Model)',
  category: 'image/transform',
  description: 'Makes a picture larger with a network that paints the missing detail. Large pictures are done in tiles without seams.',
  aliases: ['super resolution', 'esrgan', 'enlarge', 'upscaler'],
  inputs: { upscale_model: socket('UPSCALE_MODEL'), image: socket('IMAGE') },
  outputs: { IMAGE: 'IMAGE' },
  device: 'accelerator',
  async run({ upscale_model: model, image }, context) {
    const { colours, alpha } = splitAlpha(image);
    const scale = upscaleFactor(model.config) ?? (await measureFactor(model, context));
    const [, , height, width] = colours.shape;
    const size = { width: width * scale, height: height * scale };
    if (size.width * size.height > mostPixels) throw tooLarge(size.width, size.height);
    const enlarged = await upscaleEach(model, colours, scale, context);
    return { IMAGE: joinAlpha(enlarged, alpha === undefined ? undefined : resizeMask(alpha, size, 'bicubic')) };
  },
});

/** The side of the first tiles: a graph that takes pictures of one size gets tiles of this size. */
function firstTileSize({ config }: UpscaleModelRecipe): number {
  if (config.kind !== 'onnx' || config.size === undefined) return largestTile;
  return Math.min(config.size.height, config.size.width);
}

/** What a network makes of a small picture tells how much larger it makes any. */
async function measureFactor(model: UpscaleModelRecipe, { engine }: NodeContext): Promise<number> {
  const side = Math.min(smallestTile, firstTileSize(model));
  const { shape } = await engine.upscale(model, filled([1, 3, side, side], 0.5));
  return shape[2] / side;
}

/**
 * Pictures [B, 3, H, W], each to [1, 3, scale H, scale W], tile by tile. Where memory runs out, tiles become half as large and stay so.
 * Throws an OutOfMemoryError if even the smallest do not fit.
 */
async function upscaleEach(model: UpscaleModelRecipe, batch: Tensor, scale: number, context: NodeContext): Promise<Tensor[]> {
  const [items] = batch.shape;
  const results: Tensor[] = [];
  let size = firstTileSize(model);
  while (results.length < items) {
    const done = results.length;
    try {
      const result = await runTiled(sliceBatch(batch, done, done + 1), tilesOf(size, scale), async (tile, index, count) => {
        const enlarged = await context.engine.upscale(model, tile);
        context.progress(done * count + index + 1, items * count);
        return enlarged;
      });
      if (!result.data.every(Number.isFinite)) throw notFinite(model);
      results.push(result);
    } catch (cause) {
      if (!(cause instanceof OutOfMemoryError) || size / 2 < smallestTile) throw cause;
      size /= 2;
    }
  }
  return results;
}

function tilesOf(size: number, scale: number): TileSizes {
  const shared = Math.min(overlap, Math.floor(size / 4));
  return { size, overlap: shared, margin: Math.floor(shared / 4), scale, channels: 3 };
}

function notFinite({ file }: UpscaleModelRecipe): ProblemError {
  return new ProblemError({
    input: 'upscale_model',
    what: `The upscaler "${file.name}" computed values that are not numbers (NaN), so there is no picture.`,
    fix: 'The file is damaged, or the picture is: choose another upscaler, or another picture.',
  });
}

function tooLarge(width: number, height: number): ProblemError {
  return new ProblemError({
    input: 'image',
    what: `The picture would have ${width} x ${height} pixels, more than can be saved as a file.`,
    fix: 'Enlarge a smaller picture, or use an upscaler with a smaller factor.',
  });
}
