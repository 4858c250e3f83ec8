import { vaeKeyPrefix } from '../../../nodes/diffusion/detect.ts';
import { writeVaeDecoder, writeVaeEncoder } from '../../../nodes/diffusion/models/vae.ts';
import type { Tensor } from '../../../nodes/diffusion/tensor.ts';
import type { VaeRecipe } from '../../../nodes/types.ts';
import { sourceOf, type Workshop } from './model-files.ts';

/** Runs one half of a VAE: see DiffusionEngine.decode and encode. */
export async function runVae(
  { sessions, files }: Workshop,
  recipe: VaeRecipe,
  half: 'decoder' | 'encoder',
  input: Tensor,
): Promise<Tensor> {
  const { vae } = recipe.config;
  const prefix = vaeKeyPrefix(await files.open(recipe));
  const [name, write] = half === 'decoder' ? (['z', writeVaeDecoder] as const) : (['image', writeVaeEncoder] as const);
  const source = await sourceOf(files, recipe, {
    name: `vae ${half}`,
    title: `the VAE ${half}`,
    repeats: false,
    write: (weights, operators) => write(vae, prefix, weights, operators),
  });
  const fix = `Lower the width and the height, or use "VAE ${half === 'decoder' ? 'Decode' : 'Encode'} (Tiled)".`;
  const outputs = await sessions.run(source, { [name]: input }, fix);
  return half === 'decoder' ? outputs.image : outputs.moments;
}
