import type { NodeContext } from '../context.ts';
import { type ClipCrop, clipPixels } from '../diffusion/clip-pixels.ts';
import { sliceBatch } from '../diffusion/tensor.ts';
import type { ClipVisionOutput, ClipVisionRecipe, ImageValue } from '../types.ts';

/** What an image encoder makes of each picture of a batch, one after another. */
export async function* seeEach(
  context: NodeContext,
  vision: ClipVisionRecipe,
  images: ImageValue,
  crop: ClipCrop,
): AsyncGenerator<ClipVisionOutput> {
  const [count] = images.shape;
  for (let index = 0; index < count; index++) {
    context.progress(index, count);
    const pixels = clipPixels(sliceBatch(images, index, index + 1), vision.config.vision.image_size, crop);
    yield await context.engine.encodeVision(vision, pixels);
  }
}
