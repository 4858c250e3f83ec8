import type { Tensor } from '../../../nodes/diffusion/tensor.ts';
import { ProblemError } from '../../../nodes/problem.ts';
import type { ModelRecipe } from '../../../nodes/types.ts';

/** Throws a ProblemError if a prompt [B, T, width] was encoded for another family of models. */
export function checkContext({ file, config }: ModelRecipe, context: Tensor): void {
  const width = context.shape[2];
  if (width === config.unet.context_dim) return;
  throw new ProblemError({
    what: `The prompt was encoded ${width} wide, but the model "${file.name}" reads prompts ${config.unet.context_dim} wide.`,
    fix: 'Encode the prompt with the text encoder (CLIP) of the same checkpoint.',
  });
}
