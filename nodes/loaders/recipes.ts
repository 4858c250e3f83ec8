import type { CheckpointConfig } from '../diffusion/config.ts';
import type { ClipRecipe, ModelRecipe, VaeRecipe, WeightsRef } from '../types.ts';

/** The networks of a whole checkpoint. */
export function checkpointRecipes(
  weights: WeightsRef,
  { text, ...config }: CheckpointConfig,
): { readonly MODEL: ModelRecipe; readonly CLIP: ClipRecipe; readonly VAE: VaeRecipe } {
  return {
    MODEL: { recipe: 'model', ...weights, config },
    CLIP: { recipe: 'clip', encoders: text.map((encoder) => ({ ...weights, config: encoder })) },
    VAE: { recipe: 'vae', ...weights, config: { vae: config.vae } },
  };
}
