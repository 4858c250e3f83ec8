import type { NodeContext } from '../context.ts';
import { type ClipCrop, clipPixels } from '../diffusion/clip-pixels.ts';
import { concatBatch, sliceBatch } from '../diffusion/tensor.ts';
import type { ClipVisionOutput, ClipVisionRecipe, ImageValue } from '../types.ts';

/** What an image encoder makes of pictures, one after another: they are large before they are looked at, and small after. */
export async function seePictures(
  context: NodeContext,
  vision: ClipVisionRecipe,
  images: ImageValue,
  crop: ClipCrop,
): Promise<ClipVisionOutput> {
  const [count] = images.shape;
  const seen: ClipVisionOutput[] = [];
  for (let index = 0; index < count; index++) {
    context.progress(index, count);
    const pixels = clipPixels(sliceBatch(images, index, index + 1), vision.config.vision.image_size, crop);
    seen.push(await context.engine.encodeVision(vision, pixels));
  }
  return {
    lastHidden: concatBatch(seen.map(({ lastHidden }) => lastHidden)),
    penultimate: concatBatch(seen.map(({ penultimate }) => penultimate)),
    embeds: concatBatch(seen.map(({ embeds }) => embeds)),
  };
}
