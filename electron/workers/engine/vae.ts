import { singleFile } from '../../../nodes/diffusion/layouts/single-file.ts';
import { vaePrefix, writeVaeDecoder, writeVaeEncoder } from '../../../nodes/diffusion/models/vae.ts';
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
  const [name, write] = half === 'decoder' ? (['z', writeVaeDecoder] as const) : (['image', writeVaeEncoder] as const);
  const source = await sourceOf(files, recipe, {
    name: `vae ${half}`,
    title: `the VAE ${half}`,
    repeats: false,
    layout: singleFile,
    write: (weights, operators) => write(vae, vaePrefix, weights, operators),
  });
  const fix = `Lower the width and the height, or use "VAE ${half === 'decoder' ? 'Decode' : 'Encode'} (Tiled)".`;
  const outputs = await sessions.run(source, { [name]: input }, fix);
  return half === 'decoder' ? outputs.image : outputs.moments;
}
