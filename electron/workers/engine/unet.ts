import type { UnetCall } from '../../../nodes/diffusion/engine.ts';
import { writeUnet } from '../../../nodes/diffusion/models/unet.ts';
import { tensor } from '../../../nodes/diffusion/tensor.ts';
import { ProblemError } from '../../../nodes/problem.ts';
import type { ModelRecipe } from '../../../nodes/types.ts';
import { sourceOf, type Workshop } from './model-files.ts';

/** Loads the U-Net unless it is loaded, and returns its forward pass. */
export async function loadUnet({ sessions, files }: Workshop, model: ModelRecipe): Promise<UnetCall> {
  const { file, config } = model;
  const source = await sourceOf(files, model, {
    name: 'unet',
    title: 'the U-Net',
    repeats: true,
    write: (weights, operators) => writeUnet(config.unet, weights, operators),
  });
  await sessions.load(source);
  return async ({ x, timestep, context, adm }) => {
    const width = context.shape[2];
    if (width !== config.unet.context_dim) {
      throw new ProblemError({
        what: `The prompt was encoded ${width} wide, but the model "${file.name}" reads prompts ${config.unet.context_dim} wide.`,
        fix: 'Encode the prompt with the text encoder (CLIP) of the same checkpoint.',
      });
    }
    const feeds = { x, timestep: tensor(timestep, [timestep.length]), context };
    const { out } = await sessions.run(
      source,
      adm === undefined ? feeds : { ...feeds, adm },
      'Lower the width, the height or the batch size.',
    );
    return out;
  };
}
