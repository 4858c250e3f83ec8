import { writeVisionEncoder } from '../../../nodes/diffusion/models/clip-vision.ts';
import type { Tensor } from '../../../nodes/diffusion/tensor.ts';
import type { ClipVisionOutput, ClipVisionRecipe } from '../../../nodes/types.ts';
import { sourceOf, type Workshop } from './model-files.ts';

/** Runs an image encoder: see DiffusionEngine.encodeVision. */
export async function encodeVision({ sessions, files }: Workshop, recipe: ClipVisionRecipe, pixels: Tensor): Promise<ClipVisionOutput> {
  const { vision } = recipe.config;
  const source = await sourceOf(files, recipe, {
    name: `vision ${vision.prefix} ${vision.activation}`,
    title: 'the image encoder',
    halves: true,
    repeats: false,
    write: (weights, operators) => writeVisionEncoder(vision, weights, operators),
  });
  const outputs = await sessions.run(source, { pixels }, 'Choose a smaller CLIP model, or close other programs.');
  return { lastHidden: outputs.last_hidden, penultimate: outputs.penultimate, embeds: outputs.embeds };
}
