import type { NodeContext } from '../context.ts';
import type { ClipCrop } from '../diffusion/clip-pixels.ts';
import { cosines } from '../diffusion/cosine.ts';
import { concatBatch } from '../diffusion/tensor.ts';
import { ProblemError } from '../problem.ts';
import type { ClipRecipe, ClipVisionRecipe, ImageValue } from '../types.ts';
import { readTexts, textReader } from './read.ts';
import { seeEach } from './see.ts';

type Compared = {
  readonly vision: ClipVisionRecipe;
  readonly clip: ClipRecipe | undefined;
  readonly images: ImageValue;
  readonly crop: ClipCrop;
  readonly texts: readonly string[];
};

/**
 * How well each picture fits each text, as the cosine of what CLIP makes of them (Radford et al. 2021): [pictures][texts].
 * Throws a ProblemError where the networks have no space in common, or are damaged.
 */
export async function compare(context: NodeContext, { vision, clip, images, crop, texts }: Compared): Promise<number[][]> {
  const reader = textReader(vision, clip);
  const embeds = await Array.fromAsync(seeEach(context, vision, images, crop), (seen) => seen.embeds);
  const fits = cosines(concatBatch(embeds), await readTexts(context, reader, texts));
  if (fits.flat().every(Number.isFinite)) return fits;
  throw new ProblemError({
    input: 'clip_vision',
    what: `The model "${vision.file.name}" gave values that are not numbers.`,
    fix: 'The file may be damaged: download it again.',
  });
}
